"""Where Wagtail meets the search: the index pages answer with results."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from wagtail import hooks
from wagtail.models import Page

from curriculum_pages.models import CurriculumIndexPage
from resource_library.models import ResourceIndexPage
from search.enums import Kind
from search.views import browse

KINDS = {CurriculumIndexPage: Kind.CURRICULUM, ResourceIndexPage: Kind.RESOURCE}
Serve = Callable[[Page, HttpRequest, list[Any], dict[str, Any]], HttpResponse]


# Wagtail asks for the password or login of a private page in a hook of this name too, and in no
# earlier one; with the higher order this one runs inside it.
@hooks.register("on_serve_page", order=100)
def answer_with_results(serve: Serve) -> Serve:
    """Serve the catalog's and the library's index page as a search."""

    def inner(
        page: Page, request: HttpRequest, args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponse:
        kind = KINDS.get(type(page))
        if kind is None:
            return serve(page, request, args, kwargs)
        return browse(request, page, kind)

    return inner
