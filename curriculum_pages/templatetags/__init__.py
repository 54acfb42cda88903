"""Template tags of the curricula."""
