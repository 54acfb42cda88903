"""The board of cases: behind the wall, filtered, paged, and as a spreadsheet of the same rows."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from resource_library.viewsets import SafeExportMixin
from review_workflow.forms.board import BoardForm
from review_workflow.selectors.board import BoardRow, board_cases, board_rows

PER_PAGE = 25


def clock_in_words(row: BoardRow) -> str:
    """Return what is due when, and that it is overdue."""
    if row.clock is None:
        return ""
    words = _("%(what)s: %(day)s") % {
        "what": row.clock.label,
        "day": date_format(row.clock.due_on, "SHORT_DATE_FORMAT"),
    }
    return _("%(clock)s (overdue)") % {"clock": words} if row.is_overdue else words


class BoardView(WagtailAdminTemplateMixin, SafeExportMixin, TemplateView):
    """The cases that the user may see; CSV and XLSX hold every row that the filters leave."""

    template_name = "review_workflow/admin/case/board.html"
    page_title = gettext_lazy("Review cases")
    header_icon = "clipboard-list"
    _show_breadcrumbs = True
    export_filename = "review-cases"
    list_export = [
        "number",
        "page",
        "kind",
        "state",
        "round",
        "seats",
        "filled",
        "filed",
        "next_clock",
        "needs_chair",
        "chair",
    ]
    export_headings: ClassVar = {
        "number": gettext_lazy("Number"),
        "page": gettext_lazy("Page"),
        "kind": gettext_lazy("Kind"),
        "state": gettext_lazy("State"),
        "round": gettext_lazy("Round"),
        "seats": gettext_lazy("Seats"),
        "filled": gettext_lazy("Seats filled"),
        "filed": gettext_lazy("Reviews filed"),
        "next_clock": gettext_lazy("Next due"),
        "needs_chair": gettext_lazy("Needs the chair to"),
        "chair": gettext_lazy("Chair"),
    }
    export_values: ClassVar[Mapping[str, Callable[[BoardRow], Any]]] = {
        "number": lambda row: row.case.number,
        "page": lambda row: row.case.page.title,
        "kind": lambda row: str(row.case.get_kind_display()),
        "state": lambda row: str(row.case.get_state_display()),
        "round": lambda row: row.round.number,
        "seats": lambda row: row.seats,
        "filled": lambda row: row.filled,
        "filed": lambda row: row.filed,
        "next_clock": clock_in_words,
        "needs_chair": lambda row: ", ".join(row.chair_needed_for),
        "chair": lambda row: str(row.round.chair or ""),
    }

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way here."""
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer with the page, or with the spreadsheet that was asked for."""
        self.form = BoardForm(request.GET)
        self.cases = board_cases(request.user, self.form.query())
        if self.is_export:
            answer: HttpResponse = self.as_spreadsheet(
                board_rows(self.cases), request.GET["export"]
            )
            return answer
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the rows of the page, and the filters."""
        page = Paginator(self.cases, PER_PAGE).get_page(self.request.GET.get("p"))
        rows = [(row, clock_in_words(row)) for row in board_rows(page.object_list)]
        kept = self.request.GET.copy()
        kept.pop("p", None)
        return super().get_context_data(**kwargs) | {
            "form": self.form,
            "rows": rows,
            "listed": page,
            "kept": kept.urlencode(),
            "is_filtered": any(self.request.GET.get(name) for name in self.form.fields),
        }
