"""Facade of the search's models; import from here, never from the submodules."""

from .generation import IndexChange, IndexGeneration, SiteChange
from .record import SearchFacet, SearchRecord
from .synonym import Synonym

__all__ = [
    "IndexChange",
    "IndexGeneration",
    "SearchFacet",
    "SearchRecord",
    "SiteChange",
    "Synonym",
]
