"""Speed of the catalog as ratios against anchors measured in the same run. Never part of the tests."""
