"""Where Wagtail meets the search: index pages answer with results, the admin shows the index."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.models import Page

from curriculum_pages.models import CurriculumIndexPage
from resource_library.models import ResourceIndexPage
from search.admin_views import (
    PERMISSION,
    TERMS_PERMISSION,
    ExplainSearchView,
    SearchIndexView,
    SearchReportView,
    SearchTermsView,
)
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


@hooks.register("register_permissions")
def register_permissions() -> QuerySet[Permission]:
    """Let groups be given the pages about the search."""
    wanted = Q()
    for permission in (PERMISSION, TERMS_PERMISSION):
        app, codename = permission.split(".")
        wanted |= Q(content_type__app_label=app, codename=codename)
    return Permission.objects.filter(wanted)


@hooks.register("register_admin_urls")
def register_urls() -> list[Any]:
    """Give the pages about the search their addresses."""
    return [
        path("search-index/", SearchIndexView.as_view(), name="clearinghouse_search_index"),
        path("explain-search/", ExplainSearchView.as_view(), name="clearinghouse_explain_search"),
        path("search-terms/", SearchTermsView.as_view(), name="clearinghouse_search_terms"),
    ]


class _ReportMenuItem(MenuItem):
    """Leads to a page about the search; there for whoever it is for."""

    def __init__(self, view: type[SearchReportView], name: str, order: int) -> None:
        address = reverse(f"clearinghouse_{name.replace('-', '_')}")
        icon = view.header_icon
        super().__init__(view.page_title, address, name=name, icon_name=icon, order=order)
        self._view = view

    def is_shown(self, request: HttpRequest) -> bool:
        """Return whether the page is for the user."""
        return self._view.may_see(request.user)


@hooks.register("register_reports_menu_item")
def register_index_menu_item() -> MenuItem:
    """Put the page about the index among the reports."""
    return _ReportMenuItem(SearchIndexView, "search-index", 1_000)


@hooks.register("register_reports_menu_item")
def register_explain_menu_item() -> MenuItem:
    """Put the page that explains a search beside that of the index."""
    return _ReportMenuItem(ExplainSearchView, "explain-search", 1_005)


@hooks.register("register_reports_menu_item")
def register_terms_menu_item() -> MenuItem:
    """Put the report of searched texts among the reports."""
    return _ReportMenuItem(SearchTermsView, "search-terms", 1_010)
