"""What the API says about a search: parameters, answer, vocabularies. Reads nothing."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext
from ninja import Schema
from pydantic import ConfigDict, Field

from resource_library.schemas import Reference
from search.completion import Completion
from search.enums import Kind, Sort, Structure
from search.facets import HOUR_RANGES, facets_for
from search.query import (
    DEFAULT_PAGE_SIZE,
    MAX_PAGE_SIZE,
    MAX_TEXT_LENGTH,
    SHOWING_NAMES,
    CatalogAnswer,
    FacetAnswer,
    Hit,
)

_VALUES = {
    "core_topic": "core_topics",
    "audience": "audiences",
    "key_element": "key_elements",
    "stage": "stages",
    "modality": "modalities",
    "method": "methods",
    "sector": "sectors",
    "resource_type": "resource_types",
    "language": "languages",
}
_TEXT_SCHEMA = {"type": "string", "maxLength": MAX_TEXT_LENGTH}
_TEXT_HELP = (
    "Words that all have to be found; quotes make a phrase, the last word may be unfinished. "
    "Case and accents do not count. Empty: no text."
)
_COMPLETION_HELP = (
    "Words that the title has to hold; the last one may be unfinished. Empty: nothing is offered."
)
_SORT_HELP = "The default is `relevance` with a text, else `title`. Unknown hours come last."


def parameters_for(kind: Kind | None) -> list[dict[str, Any]]:
    """Return the parameters of a search as OpenAPI describes them."""
    page = {"type": "integer", "minimum": 1, "default": 1}
    size = {
        "type": "integer",
        "minimum": 1,
        "maximum": MAX_PAGE_SIZE,
        "default": DEFAULT_PAGE_SIZE,
    }
    sort = {"type": "string", "enum": [sort.value for sort in Sort]}
    return [
        _parameter("q", _TEXT_SCHEMA, _TEXT_HELP),
        *(_facet_parameter(facet.name, facet.label, facet.structure) for facet in facets_for(kind)),
        _parameter("sort", sort, _SORT_HELP),
        _parameter("page", page, "A page past the last one is 404; page 1 of nothing is 200."),
        _parameter("page_size", size, "Results on a page."),
    ]


def export_parameters(kind: Kind) -> list[dict[str, Any]]:
    """Return the parameters of a file with a whole result: those that narrow it."""
    narrowing = [
        parameter for parameter in parameters_for(kind) if parameter["name"] not in SHOWING_NAMES
    ]
    return [*narrowing, _locale_parameter()]


def _locale_parameter() -> dict[str, Any]:
    locales = {"type": "string", "enum": [code for code, _ in settings.WAGTAIL_CONTENT_LANGUAGES]}
    return _parameter("locale", locales, "The language of the pages; all where it is left out.")


def _facet_parameter(name: str, label: str, structure: Structure) -> dict[str, Any]:
    items: dict[str, Any] = {"type": "string", "minLength": 1}
    help_text = f"{label}; repeat it to allow several values (OR)."
    if name in _VALUES:
        help_text += f" Values: the slugs of `{_VALUES[name]}` in `/vocabularies`."
    elif name == "year":
        items["pattern"] = "^[0-9]{4}$"
        help_text += " The year of publication (resources) or of approval (curricula)."
    elif structure is not Structure.RANGE:
        help_text += " Values: the slugs of organisations, as the facet of an answer lists them."
    if structure is Structure.RANGE:
        items = {"type": "string", "enum": [hours.value for hours in HOUR_RANGES]}
        help_text += " The lower bound belongs to the range."
    if structure is Structure.TREE:
        help_text += " A topic stands for those below it, too."
    if name == "sector":
        items = {"type": "string", "enum": ["public", "private"]}
    return _parameter(name, {"type": "array", "items": items}, help_text)


def _parameter(name: str, schema: dict[str, Any], help_text: str) -> dict[str, Any]:
    return {
        "in": "query",
        "name": name,
        "required": False,
        "description": help_text,
        "schema": schema,
    }


class ApprovalSummary(Schema):
    """The approval of a curriculum; basis `sample` stands for no real decision."""

    number: str
    status: str
    basis: str
    approved_on: dt.date
    expires_on: dt.date = Field(description="The last day on which it counts.")


class Result(Schema):
    """What curricula and resources have in common in a list."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    id: UUID = Field(description="Kept for ever.")
    slug: str
    title: str
    summary: str
    url: str
    highlight: str = Field(description="Escaped text with `<mark>` only; empty without a text.")
    core_topics: list[Reference]
    audiences: list[Reference] = []
    language: Reference | None = None
    year: int | None = None
    date: dt.date | None = Field(
        default=None, description="Of publication (resources) or of approval (curricula)."
    )
    tags: list[str] = []


class CurriculumResult(Result):
    """A curriculum in a list."""

    kind: Literal["curriculum"] = "curriculum"
    acronym: str = ""
    version_label: str = ""
    provider: Reference | None = None
    sector: str | None = None
    modality: Reference | None = None
    stages: list[Reference] = []
    methods: list[Reference] = []
    key_elements: list[Reference] = []
    minutes: int | None = None
    hours: float | None = Field(default=None, description="Null where it is not known.")
    hours_claimed: bool = Field(
        default=False, description="Whether the hours are the provider's claim: no module tells."
    )
    approval: ApprovalSummary | None = None


class ResourceResult(Result):
    """A resource in a list."""

    kind: Literal["resource"] = "resource"
    resource_type: Reference | None = None
    publisher: Reference | None = None
    authors: str = ""


class CompletionResult(Schema):
    """A record whose title holds what was typed."""

    kind: Literal["curriculum", "resource"]
    id: UUID = Field(description="Kept for ever.")
    slug: str
    title: str
    url: str


class CompletionsAnswer(Schema):
    """The first records by title whose title holds what was typed."""

    completions: list[CompletionResult]


def completion_parameters() -> list[dict[str, Any]]:
    """Return the parameters of a completion as OpenAPI describes them."""
    kinds = {"type": "string", "enum": [kind.value for kind in Kind]}
    return [
        _parameter("q", _TEXT_SCHEMA, _COMPLETION_HELP),
        _parameter("kind", kinds, "What to offer; both where it is left out."),
        _locale_parameter(),
    ]


def completions_json(
    completions: Iterable[Completion], *, absolute: Callable[[str], str]
) -> dict[str, Any]:
    """Return completions as the JSON that `CompletionsAnswer` describes."""
    return {
        "completions": [
            {
                "kind": offered.kind.value,
                "id": offered.uid,
                "slug": offered.slug,
                "title": offered.title,
                "url": absolute(offered.path),
            }
            for offered in completions
        ]
    }


class BucketSchema(Schema):
    """A value of a facet with the number of records that choosing it shows."""

    value: str
    label: str
    count: int
    selected: bool
    parent: str | None = Field(description="The value that this one is part of.")


class FacetSchema(Schema):
    """A facet; its counts ignore what is selected in it."""

    name: str
    label: str
    buckets: list[BucketSchema]


AnyResult = Annotated[CurriculumResult | ResourceResult, Field(discriminator="kind")]


class Answer(Schema):
    """One page of a search."""

    count: int
    page: int
    page_size: int
    next: str | None
    previous: str | None
    results: Sequence[AnyResult]
    facets: list[FacetSchema]
    suggestion: str | None = Field(description="Another text, where this one finds nothing.")
    engine: Literal["database", "elasticsearch"]
    degraded: bool = Field(description="Whether the engine stands in for the configured one.")


class SearchAnswer(Answer):
    """One page of a search over curricula and resources."""

    results: list[AnyResult]


class CurriculaAnswer(Answer):
    """One page of a search over curricula."""

    results: list[CurriculumResult]


class ResourcesAnswer(Answer):
    """One page of a search over resources."""

    results: list[ResourceResult]


def answer_json(
    answer: CatalogAnswer, *, absolute: Callable[[str], str], page_url: Callable[[int], str]
) -> dict[str, Any]:
    """Return an answer as the JSON that `Answer` describes; `absolute` completes a path."""
    query = answer.query
    return {
        "count": answer.count,
        "page": query.page,
        "page_size": query.page_size,
        "next": page_url(query.page + 1) if query.page < answer.last_page else None,
        "previous": page_url(query.page - 1) if query.page > 1 else None,
        "results": [_result(hit, absolute) for hit in answer.hits],
        "facets": [_facet(facet) for facet in answer.facets],
        "suggestion": answer.suggestion,
        "engine": answer.engine,
        "degraded": answer.degraded,
    }


def _result(hit: Hit, absolute: Callable[[str], str]) -> dict[str, Any]:
    return {
        "kind": hit.kind.value,
        "id": hit.uid,
        "slug": hit.slug,
        "title": hit.title,
        "summary": hit.summary,
        "url": absolute(hit.path),
        "highlight": hit.highlight,
        "core_topics": [{"slug": slug, "label": label} for slug, label in hit.core_topics],
        **hit.fields,
    }


def _facet(facet: FacetAnswer) -> dict[str, Any]:
    return {
        "name": facet.name,
        "label": facet.label,
        "buckets": [
            {
                "value": bucket.value,
                "label": bucket.label,
                "count": bucket.count,
                "selected": bucket.selected,
                "parent": bucket.parent,
            }
            for bucket in facet.buckets
        ],
    }


class TopicNode(Schema):
    """A core topic area with those that are part of it."""

    slug: str
    label: str
    children: list["TopicNode"]


class Vocabularies(Schema):
    """Every value that records carry and that parameters take, active ones only."""

    core_topics: list[TopicNode]
    key_elements: list[Reference]
    audiences: list[Reference]
    stages: list[Reference]
    modalities: list[Reference]
    methods: list[Reference]
    sectors: list[Reference]
    hours: list[Reference]
    resource_types: list[Reference]
    crisis_causes: list[Reference]
    tactics: list[Reference]
    programme_kinds: list[Reference]
    impact_areas: list[Reference]
    implementation_supports: list[Reference]
    study_designs: list[Reference]
    languages: list[Reference]
    licences: list[Reference]


_PLURALS = {
    "key_element": "key_elements",
    "audience": "audiences",
    "stage": "stages",
    "modality": "modalities",
    "method": "methods",
    "resource_type": "resource_types",
    "crisis_cause": "crisis_causes",
    "tactic": "tactics",
    "programme_kind": "programme_kinds",
    "impact_area": "impact_areas",
    "implementation_support": "implementation_supports",
    "study_design": "study_designs",
    "language": "languages",
    "licence": "licences",
}


def vocabularies(
    topics: Iterable[Any], terms: Iterable[Any], sectors: Mapping[str, str]
) -> Vocabularies:
    """Return the vocabularies made of rows in their order.

    Children of a topic that is left out stand alone.
    """
    lists: dict[str, list[Reference]] = {plural: [] for plural in _PLURALS.values()}
    for term in terms:
        lists[_PLURALS[term.vocabulary]].append(Reference(slug=term.slug, label=term.label))
    return Vocabularies(
        core_topics=_tree(topics),
        sectors=[Reference(slug=slug, label=label) for slug, label in sectors.items()],
        hours=[Reference(slug=hours.value, label=gettext(hours.label)) for hours in HOUR_RANGES],
        **lists,
    )


def _tree(topics: Iterable[Any]) -> list[TopicNode]:
    rows = list(topics)
    nodes = {row.pk: TopicNode(slug=row.slug, label=row.label, children=[]) for row in rows}
    roots: list[TopicNode] = []
    for row in rows:
        siblings = nodes[row.parent_id].children if row.parent_id in nodes else roots
        siblings.append(nodes[row.pk])
    return roots
