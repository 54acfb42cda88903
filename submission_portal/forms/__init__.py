"""Forms of the portal that are no step of the guided form."""
