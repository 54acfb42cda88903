"""Where Wagtail meets the search: the index pages answer with results."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from wagtail import hooks
from wagtail.models import Page

from curriculum_pages.models import CurriculumIndexPage
from resource_library.models import ResourceIndexPage
from search.enums import Kind
from search.views import browse

KINDS = {CurriculumIndexPage: Kind.CURRICULUM, ResourceIndexPage: Kind.RESOURCE}


# After Wagtail's own hook, which asks for the password or login of a private page.
@hooks.register("before_serve_page", order=100)
def answer_with_results(
    page: Page, request: HttpRequest, args: list[Any], kwargs: dict[str, Any]
) -> HttpResponse | None:
    """Serve the catalog's and the library's index page as a search."""
    kind = KINDS.get(type(page))
    if kind is None or request.method not in {"GET", "HEAD"}:
        return None
    return browse(request, page, kind)
