"""Facade of the library's models; import from here, never from the submodules."""

from .identity import LastingIdMixin
from .organisation import Organisation
from .pages import (
    RelatedPage,
    ResourceCollectionItem,
    ResourceCollectionPage,
    ResourceIndexPage,
    ResourcePage,
)
from .source import Source
from .taxonomy import CoreTopicArea, Term, term_limit
from .texts import ReadText

__all__ = [
    "CoreTopicArea",
    "LastingIdMixin",
    "Organisation",
    "ReadText",
    "RelatedPage",
    "ResourceCollectionItem",
    "ResourceCollectionPage",
    "ResourceIndexPage",
    "ResourcePage",
    "Source",
    "Term",
    "term_limit",
]
