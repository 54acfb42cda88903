"""Routes of the search in the API: three lists, completion, vocabularies.

One record is elsewhere.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.encoding import iri_to_uri
from django.utils.http import urlencode
from django.utils.translation import get_language
from ninja import Router
from pydantic_core import to_json

from resource_library.models.organisation import SECTOR_CHOICES
from resource_library.schemas import documented
from resource_library.selectors import active_terms, active_topics
from search.completion import parse_completion
from search.enums import Kind
from search.schemas import (
    CompletionsAnswer,
    CurriculaAnswer,
    ResourcesAnswer,
    SearchAnswer,
    Vocabularies,
    answer_json,
    completion_parameters,
    completions_json,
    parameters_for,
    vocabularies,
)
from search.selectors import content_language, search_catalog
from search.suggestions import completions_of
from search.terms import count_search

CONTENT_TYPE = "application/json; charset=utf-8"

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
    return HttpResponse(to_json(content), content_type=CONTENT_TYPE)


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
    return HttpResponse(to_json(content), content_type=CONTENT_TYPE)


def _absolute(request: HttpRequest) -> Callable[[str], str]:
    """Return what completes a path to an address of this site."""
    site = request.build_absolute_uri("/").removesuffix("/")
    return lambda path: iri_to_uri(site + path)
