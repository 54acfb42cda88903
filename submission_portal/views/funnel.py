"""The figures of submissions: how far they came in a period, as a page and as a spreadsheet."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from resource_library.viewsets import SafeExportMixin
from submission_portal.forms.screening import PeriodForm
from submission_portal.selectors.funnel import Funnel, funnel_of

from .staff import ScreenersView


class FunnelView(SafeExportMixin, ScreenersView):
    """Figures of what the user may screen."""

    template_name = "submission_portal/admin/funnel.html"
    page_title = gettext_lazy("Figures of submissions")
    header_icon = "order"
    export_filename = "submission-figures"
    list_export = ["group", "label", "figure", "value"]
    export_headings: ClassVar = {
        "group": gettext_lazy("Group"),
        "label": gettext_lazy("Of"),
        "figure": gettext_lazy("Figure"),
        "value": gettext_lazy("Value"),
    }

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer with the page, or with the spreadsheet that was asked for."""
        self.form = PeriodForm(request.GET)
        self.funnel: Funnel | None = None
        if self.form.is_valid():
            period = self.form.cleaned_data
            self.funnel = funnel_of(request.user, period["begin"], period["end"])
        if self.is_export and self.funnel is not None:
            answer: HttpResponse = self.as_spreadsheet(cells(self.funnel), request.GET["export"])
            return answer
        return super().get(request, *args, **kwargs)

    def to_row_dict(self, item: dict[str, Any]) -> dict[str, Any]:
        """Return the cells of one row."""
        return item

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the period and the figures."""
        return super().get_context_data(**kwargs) | {"form": self.form, "funnel": self.funnel}


def cells(funnel: Funnel) -> Iterator[dict[str, Any]]:
    """Yield one row for each figure."""
    begun = {"group": _("All"), "label": _("All")}
    yield begun | {"figure": _("Begun"), "value": funnel.begun}
    yield begun | {"figure": _("Still drafts"), "value": funnel.drafts}
    groups = [
        (_("All"), [funnel.whole]),
        (_("Sector"), funnel.by_sector),
        (_("Month"), funnel.by_month),
    ]
    for group, rows in groups:
        for row in rows:
            figures = [
                (_("Submitted"), row.submitted),
                (_("Accepted to review"), row.accepted),
                (_("Decided"), row.decided),
                (_("Approved"), row.approved),
            ]
            for figure, value in figures:
                yield {"group": group, "label": row.label, "figure": figure, "value": value}
    for stage in funnel.durations:
        yield {
            "group": _("Stage"),
            "label": stage.label,
            "figure": _("Passed"),
            "value": stage.count,
        }
        yield {
            "group": _("Stage"),
            "label": stage.label,
            "figure": _("Median days"),
            "value": stage.median,
        }
