"""People who log in: the user model."""
