"""Routes of the search in the API: three lists, completion, vocabularies.

One record is elsewhere.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.encoding import iri_to_uri
from django.utils.http import urlencode
from django.utils.translation import get_language
from ninja import Router

from resource_library.models.organisation import SECTOR_CHOICES
from resource_library.schemas import documented
from resource_library.selectors import active_terms, active_topics
from search.completion import parse_completion
from search.enums import Kind
from search.exporting import csv_lines, exported
from search.schemas import (
    CompletionsAnswer,
    CurriculaAnswer,
    ResourcesAnswer,
    SearchAnswer,
    Vocabularies,
    answer_json,
    completion_parameters,
    completions_json,
    export_parameters,
    parameters_for,
    vocabularies,
)
from search.selectors import content_language, search_catalog
from search.suggestions import completions_of
from search.terms import count_search

CONTENT_TYPE = "application/json; charset=utf-8"
CSV_TYPE = "text/csv; charset=utf-8"

router = Router(tags=["search"])
vocabulary_router = Router(tags=["search"])


@router.get(
    "/search",
    response=SearchAnswer,
    summary="Search curricula and resources",
    operation_id="search",
    openapi_extra=documented(404, 422, parameters=parameters_for(None)),
)
def search(request: HttpRequest) -> HttpResponse:
    """Return approved curricula and resources that match, with counts of every facet."""
    return _answer(request, None)


@router.get(
    "/curricula",
    response=CurriculaAnswer,
    summary="Search approved curricula",
    operation_id="list_curricula",
    openapi_extra=documented(404, 422, parameters=parameters_for(Kind.CURRICULUM)),
)
def curricula(request: HttpRequest) -> HttpResponse:
    """Return approved curricula that match, with counts of every facet."""
    return _answer(request, Kind.CURRICULUM)


@router.get(
    "/resources",
    response=ResourcesAnswer,
    summary="Search the library",
    operation_id="list_resources",
    openapi_extra=documented(404, 422, parameters=parameters_for(Kind.RESOURCE)),
)
def resources(request: HttpRequest) -> HttpResponse:
    """Return resources of the library that match, with counts of every facet."""
    return _answer(request, Kind.RESOURCE)


@router.get(
    "/completions",
    response=CompletionsAnswer,
    summary="Complete a typed text",
    operation_id="complete",
    openapi_extra=documented(422, parameters=completion_parameters()),
)
def completions(request: HttpRequest) -> HttpResponse:
    """Return the first records by title whose title holds what was typed."""
    codes = [code for code, _ in settings.WAGTAIL_CONTENT_LANGUAGES]
    query, locale = parse_completion(dict(request.GET.lists()), codes)
    found = completions_of(query, language=locale)
    content = completions_json(found, absolute=_absolute(request))
    return HttpResponse(orjson.dumps(content), content_type=CONTENT_TYPE)


def _in_csv(kind: Kind) -> dict[str, Any]:
    """Return what the operation of a CSV file adds to its OpenAPI entry."""
    extra = documented(422, parameters=export_parameters(kind))
    extra["responses"][200] = {
        "description": "One line for each record, in the order of `id`.",
        "content": {"text/csv": {"schema": {"type": "string"}}},
    }
    return extra


@router.get(
    "/curricula.csv",
    summary="Export approved curricula",
    operation_id="export_curricula",
    openapi_extra=_in_csv(Kind.CURRICULUM),
)
def curricula_csv(request: HttpRequest) -> HttpResponseBase:
    """Return all approved curricula that match as one CSV file, however many they are."""
    return _export(request, Kind.CURRICULUM)


@router.get(
    "/resources.csv",
    summary="Export resources",
    operation_id="export_resources",
    openapi_extra=_in_csv(Kind.RESOURCE),
)
def resources_csv(request: HttpRequest) -> HttpResponseBase:
    """Return all resources that match as one CSV file, however many they are."""
    return _export(request, Kind.RESOURCE)


@vocabulary_router.get(
    "/vocabularies",
    response=Vocabularies,
    summary="Values of parameters and fields",
    operation_id="get_vocabularies",
    openapi_extra=documented(422),
)
def get_vocabularies(request: HttpRequest) -> Vocabularies:  # noqa: ARG001 - ninja's name for it
    """Return the values that records carry and parameters take, in the editors' order."""
    return vocabularies(
        active_topics(content_language(get_language())),
        active_terms(),
        {slug: str(label) for slug, label in SECTOR_CHOICES},
    )


def _answer(request: HttpRequest, kind: Kind | None) -> HttpResponse:
    """Return the answer as JSON; tests, not each request, hold it to its schema.

    Validating what is well formed already would take two thirds of the time of a search.
    """
    answer = search_catalog(kind, dict(request.GET.lists()), strict_names=True)
    count_search(answer.query, answer.count)
    absolute = _absolute(request)

    def page_url(page: int) -> str:
        state = urlencode(answer.query.with_page(page).parameters())
        return absolute(f"{request.path}?{state}" if state else request.path)

    content = answer_json(answer, absolute=absolute, page_url=page_url)
    return HttpResponse(orjson.dumps(content), content_type=CONTENT_TYPE)


def _export(request: HttpRequest, kind: Kind) -> HttpResponseBase:
    """Return the file as a stream: faults are told before its first byte."""
    hits = exported(kind, dict(request.GET.lists()))
    lines = csv_lines(kind, hits, absolute=_absolute(request))
    name = "curricula.csv" if kind is Kind.CURRICULUM else "resources.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(lines, content_type=CSV_TYPE, headers=headers)


def _absolute(request: HttpRequest) -> Callable[[str], str]:
    """Return what completes a path to an address of this site."""
    site = request.build_absolute_uri("/").removesuffix("/")
    return lambda path: site + _uri(path)


@lru_cache(maxsize=4_096)
def _uri(path: str) -> str:
    """Return a path as an address has it: a list asks for twenty, mostly the same ones."""
    return iri_to_uri(path)
