"""The page of the admin about the index: which engine answers, what waits and why, and a retry."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from search.engines import copy_engine
from search.indexing import try_again
from search.models import SearchRecord
from search.selectors import failed_records, serving

from .report import SearchReportView

PER_PAGE = 50


class SearchIndexView(SearchReportView):
    """Shows the state of the index; a POST tries one failed record, or all of them, again."""

    template_name = "search/admin/search_index.html"
    page_title = gettext_lazy("Search index")

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
