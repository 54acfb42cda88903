"""The public result pages of the catalog and the library. What they show is made in `browsing`."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from wagtail.models import Page

from resource_library.selectors import collections_in
from search.browsing import Browsing, browsing_of
from search.query import InvalidQuery, Kind, PageOutOfRange
from search.selectors import known_values, search_catalog
from search.terms import count_search

TEMPLATE = "search/browse.html"
OUT_OF_RANGE_TEMPLATE = "search/page_out_of_range.html"
Parameters = Mapping[str, Sequence[str]]


def browse(request: HttpRequest, page: Page, kind: Kind) -> HttpResponse:
    """Answer with the results of the query in the address: 200, 422 for faults in it, or 404."""
    parameters = _given(request)
    status = HTTPStatus.OK
    try:
        browsing = found(page, kind, parameters)
    except PageOutOfRange as error:
        return _out_of_range(request, page, kind, parameters, error)
    except InvalidQuery as error:
        browsing = _without_faults(page, kind, parameters, error)
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    else:
        count_search(browsing.query, browsing.answer.count)
    context = page.get_context(request) | {"browsing": browsing}
    return TemplateResponse(request, TEMPLATE, context, status=status)


def found(page: Page, kind: Kind, parameters: Parameters) -> Browsing:
    """Return what the page shows for these parameters; raises InvalidQuery and PageOutOfRange."""
    answer = search_catalog(kind, parameters, language=page.locale.language_code)
    shelves = list(collections_in(page)) if kind is Kind.RESOURCE else []
    return browsing_of(answer, collections=shelves)


def _given(request: HttpRequest) -> dict[str, list[str]]:
    """Return the parameters without what an empty control of the form sends."""
    empty = {"q", "sort", "page", "page_size"}
    return {
        name: values for name, values in request.GET.lists() if name not in empty or any(values)
    }


def _without_faults(
    page: Page, kind: Kind, parameters: Parameters, error: InvalidQuery
) -> Browsing:
    """Return the page for the part of the query that is well formed, with what is wrong."""
    known = known_values()
    faulty = {fault.parameter for fault in error.faults} | {"page"}
    kept = {
        name: [value for value in values if value in known[name]] if name in known else values
        for name, values in parameters.items()
        if name in known or name not in faulty
    }
    answer = search_catalog(
        kind,
        {name: values for name, values in kept.items() if values},
        language=page.locale.language_code,
    )
    typed = parameters["q"][-1].replace("\0", "")[:1000] if parameters.get("q") else ""
    return browsing_of(answer, faults=error.faults, typed=typed)


def _out_of_range(
    request: HttpRequest,
    page: Page,
    kind: Kind,
    parameters: Parameters,
    error: PageOutOfRange,
) -> HttpResponse:
    first = {name: values for name, values in parameters.items() if name != "page"}
    context = page.get_context(request) | {
        "browsing": found(page, kind, first),
        "asked": error.page,
        "last": error.last,
    }
    return TemplateResponse(request, OUT_OF_RANGE_TEMPLATE, context, status=HTTPStatus.NOT_FOUND)
