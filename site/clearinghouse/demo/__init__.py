"""The demonstration: content as data files and the code that loads it. Not for a public server."""

EXPIRED_SLUGS = ("sample-roll-call-minutes",)
"""The curricula whose approval has ended: their addresses answer 410."""
