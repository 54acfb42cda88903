"""Facade of the search's models; import from here, never from the submodules."""

from .attached import AttachedText
from .generation import IndexChange, IndexGeneration, SiteChange
from .record import SearchFacet, SearchRecord, SearchRecordQuerySet
from .searched import SearchedText
from .synonym import Synonym

__all__ = [
    "AttachedText",
    "IndexChange",
    "IndexGeneration",
    "SearchFacet",
    "SearchRecord",
    "SearchRecordQuerySet",
    "SearchedText",
    "SiteChange",
    "Synonym",
]
