"""Addresses of the admin that PostgreSQL cannot read: lists filter by what the query says."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse


class NulFreeAdminMiddleware:
    """Sends an admin address with a NUL in its query to the same page without the query.

    PostgreSQL's texts cannot hold a NUL, so a list that filters by one would fail. The public pages
    and the API judge their parameters themselves.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.admin = reverse("wagtailadmin_home")

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, or redirect."""
        if "%00" in request.META.get("QUERY_STRING", "") and request.path.startswith(self.admin):
            return HttpResponseRedirect(request.path)
        return self.get_response(request)
