"""What the API says about the library, and what every part of it shares: references and problems.

Schemas only describe and convert; they read nothing that was not fetched before.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any, Self
from uuid import UUID

from ninja import P, PathEx, Schema
from pydantic import ConfigDict, Field

from resource_library.models import CoreTopicArea, Organisation, ResourcePage, Term

Slug = PathEx[str, P(description="The `slug` of a result; the last part of its `url`.")]
PROBLEM_MEDIA_TYPE = "application/problem+json"
_PROBLEMS = {
    404: "There is nothing public at this address, or the page is past the last one.",
    410: "The approval has ended; the address stays as a tombstone.",
    422: "A parameter or a value is unknown or not well formed; `errors` names each.",
    500: "The server failed; the fault was recorded.",
}


class Reference(Schema):
    """A value of a vocabulary, a provider or a publisher: its name in URLs and in words."""

    slug: str
    label: str

    @classmethod
    def of(cls, item: Term | CoreTopicArea | None) -> "Reference | None":
        """Return the reference of a term or topic."""
        return None if item is None else cls(slug=item.slug, label=item.label)

    @classmethod
    def of_organisation(cls, organisation: Organisation | None) -> "Reference | None":
        """Return the reference of an organisation."""
        if organisation is None:
            return None
        return cls(slug=organisation.slug, label=organisation.name)

    @classmethod
    def each(cls, items: Iterable[Term | CoreTopicArea]) -> "list[Reference]":
        """Return the references of terms or topics, in their order."""
        return [cls(slug=item.slug, label=item.label) for item in items]


class ParameterFault(Schema):
    """One thing wrong with a request."""

    parameter: str
    value: str
    reason: str


class Problem(Schema):
    """An error in the form of RFC 9457."""

    type: str = Field(description="`about:blank`: the status says it all.")
    title: str
    status: int
    detail: str
    instance: str = Field(description="The path that was asked for.")
    errors: list[ParameterFault] = Field(
        default=[], description="Filled for 422: every parameter at fault."
    )


def documented(*statuses: int, **more: Any) -> dict[str, Any]:
    """Return what an operation adds to its OpenAPI entry: 304, and the problems it can answer."""
    content = {PROBLEM_MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    problems = {
        status: {"description": _PROBLEMS[status], "content": content}
        for status in (*statuses, 500)
    }
    unchanged = {304: {"description": "Unchanged since the `ETag` named in `If-None-Match`."}}
    return {"responses": unchanged | problems, **more}


class LinkedPage(Schema):
    """Another public page."""

    title: str
    url: str


class FileLink(Schema):
    """A public file of the library."""

    title: str
    name: str
    url: str


class ResourceDetail(Schema):
    """A resource of the library with all its fields."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    kind: str = Field(default="resource", json_schema_extra={"const": "resource"})
    id: UUID = Field(description="Kept for ever.")
    slug: str
    title: str
    url: str
    language_code: str = Field(description="The language of this description.")
    summary: str
    body: str = Field(description="HTML.")
    resource_type: Reference
    publisher: Reference | None
    authors: str
    date: dt.date | None = Field(description="When the resource itself was published.")
    year: int | None
    language: Reference | None = Field(description="The language of the resource.")
    core_topics: list[Reference]
    audiences: list[Reference]
    tags: list[str]
    link: str | None
    file: FileLink | None
    citation: str
    related: list[LinkedPage]

    @classmethod
    def of(
        cls,
        page: ResourcePage,
        *,
        url: str,
        body: str,
        file: FileLink | None,
        related: list[LinkedPage],
    ) -> Self:
        """Return the description of a page whose relations are loaded."""
        resource_type = Reference.of(page.resource_type)
        assert resource_type is not None  # noqa: S101 - the column is not null
        return cls(
            id=page.uid,
            slug=page.slug,
            title=page.title,
            url=url,
            language_code=page.locale.language_code,
            summary=page.summary,
            body=body,
            resource_type=resource_type,
            publisher=Reference.of_organisation(page.publisher),
            authors=page.authors,
            date=page.published_on,
            year=page.published_on.year if page.published_on else None,
            language=Reference.of(page.language),
            core_topics=Reference.each(page.core_topics.all()),
            audiences=Reference.each(page.audiences.all()),
            tags=sorted(tag.name for tag in page.tags.all()),
            link=page.link or None,
            file=file,
            citation=page.citation,
            related=related,
        )
