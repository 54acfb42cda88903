"""What the admin's pages about the search share: who may open them, the way to them, words."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from search.enums import Kind

PERMISSION = "clearinghouse_search.change_searchrecord"
KIND_LABELS = {
    "": _("Curricula and resources"),
    Kind.CURRICULUM.value: _("Curricula"),
    Kind.RESOURCE.value: _("Resources"),
}


class SearchReportView(WagtailAdminTemplateMixin, TemplateView):
    """A page among the reports; for whoever may change the index, unless it says otherwise."""

    header_icon = "search"
    _show_breadcrumbs = True

    @classmethod
    def may_see(cls, user: Any) -> bool:
        """Return whether the page is for this user."""
        return bool(user.has_perm(PERMISSION))

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refuse whoever the page is not for."""
        if not self.may_see(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]  # as_view's

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way here."""
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]
