"""`CatalogRecord`: a page as the catalog shows, finds and counts it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from search.enums import Kind
from search.text import fold, searchable

MAX_BODY_LENGTH = 100_000
"""Characters of a body that are kept for finding and for highlights."""


@dataclass(frozen=True, slots=True)
class CatalogRecord:
    """A public page of the catalog.

    `fields` is the rest of a result's card as plain JSON; `facets` maps names to slugs, ancestors
    of topics included; `valid_from` and `valid_until` are the first and the last day it counts;
    `attachments` are the digests of its public files, whose texts end the body. `modules` and
    `evidence` are a curriculum's units and what was found about it, as plain JSON.
    """

    page_id: int
    uid: UUID
    kind: Kind
    locale: str
    slug: str
    title: str
    summary: str
    body: str
    path: str
    core_topics: tuple[tuple[str, str], ...]
    facets: Mapping[str, tuple[str, ...]]
    fields: Mapping[str, Any] = field(default_factory=dict)
    day: date | None = None
    minutes: int | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    attachments: tuple[str, ...] = ()
    modules: tuple[Mapping[str, Any], ...] = ()
    evidence: tuple[Mapping[str, Any], ...] = ()

    @property
    def payload(self) -> dict[str, Any]:
        """What a result shows of it, as JSON."""
        return {
            "kind": self.kind.value,
            "uid": str(self.uid),
            "slug": self.slug,
            "title": self.title,
            "summary": self.summary,
            "path": self.path,
            "core_topics": [list(topic) for topic in self.core_topics],
            "fields": dict(self.fields),
        }

    @property
    def parts(self) -> dict[str, list[Mapping[str, Any]]]:
        """Its modules and findings, each with what belongs together in it, as JSON."""
        found = {"modules": list(self.modules), "evidence": list(self.evidence)}
        return {name: rows for name, rows in found.items() if rows}

    @property
    def sort_title(self) -> str:
        """The title as titles are sorted: without case, accents and surrounding space."""
        return " ".join(fold(self.title).split())

    @property
    def vocabulary(self) -> str:
        """The words of title and summary that a misspelt query may have meant."""
        found = {word.folded for text in (self.title, self.summary) for word in searchable(text)}
        return " ".join(sorted(found))
