"""Shared words, organisations and sources, and the library of resources."""
