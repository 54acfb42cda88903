"""The page of the admin about the index: which engine answers, what waits and why, and a retry."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from search.engines import copy_engine
from search.indexing import try_again
from search.models import SearchRecord
from search.selectors import failed_records, serving

PERMISSION = "clearinghouse_search.change_searchrecord"
PER_PAGE = 50


class SearchIndexView(WagtailAdminTemplateMixin, TemplateView):
    """Shows the state of the index; a POST tries one failed record, or all of them, again."""

    template_name = "search/admin/search_index.html"
    page_title = gettext_lazy("Search index")
    header_icon = "search"
    _show_breadcrumbs = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refuse whoever may not change the index."""
        if not request.user.has_perm(PERMISSION):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]  # as_view's

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way here."""
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the state, and a page of what failed."""
        failed = Paginator(failed_records(), PER_PAGE)
        page = failed.get_page(self.request.GET.get("p"))
        return super().get_context_data(
            serving=serving(),
            totals=SearchRecord.objects.totals(),
            has_copy=copy_engine() is not None,
            failed=page,
            **kwargs,
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        """Try again what was asked for, and say how many records that were."""
        failed = failed_records()
        if uid := request.POST.get("record", ""):
            failed = failed.filter(pk=get_object_or_404(SearchRecord, uid__iexact=uid).pk)
        count = try_again(list(failed.values_list("pk", flat=True)))
        told = ngettext(
            "%(count)s record was tried again.", "%(count)s records were tried again.", count
        )
        messages.success(request, told % {"count": count} if count else _("Nothing had failed."))
        return redirect("clearinghouse_search_index")
