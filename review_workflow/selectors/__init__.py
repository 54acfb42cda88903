"""Reads of the review workflow, by subject; each takes care of who may see what it returns."""

from .disclosure import discloses_operator

__all__ = ["discloses_operator"]
