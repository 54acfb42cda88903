"""Speed of the catalog as ratios against anchors of the same run. Never part of the tests."""
