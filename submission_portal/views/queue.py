"""The queue of submissions: in parts, searched, sorted, paged, and as a spreadsheet of its rows."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from resource_library.viewsets import SafeExportMixin
from review_workflow.enums import CaseState
from submission_portal.enums import SubmissionState
from submission_portal.forms.screening import QueueForm
from submission_portal.models import Submission
from submission_portal.selectors.queue import ORDERS, Tab, counts_of, is_overdue, queue_of

from .staff import ScreenersView

PER_PAGE = 25
TABS: Mapping[Tab, Any] = {
    Tab.NEW: gettext_lazy("New"),
    Tab.SCREENING: gettext_lazy("In screening"),
    Tab.RETURNED: gettext_lazy("Returned"),
    Tab.WAITING: gettext_lazy("Waiting"),
    Tab.OVERDUE: gettext_lazy("Overdue"),
    Tab.DONE: gettext_lazy("Done"),
    Tab.ALL: gettext_lazy("All"),
}
COLUMNS: Mapping[str, Any] = {
    "number": gettext_lazy("Number"),
    "title": gettext_lazy("Title"),
    "provider": gettext_lazy("Provider"),
    "state": gettext_lazy("State"),
    "waits_for": gettext_lazy("Waits for"),
    "since": gettext_lazy("In this state since"),
    "submitted": gettext_lazy("Last submitted"),
}


def waits_for(submission: Submission) -> str:
    """Return who has to act next, in a word, or nothing."""
    if submission.state == SubmissionState.SCREENING:
        return _("staff")
    if submission.state == SubmissionState.RETURNED:
        return _("the provider")
    case = submission.case
    if submission.state != SubmissionState.ACCEPTED or case is None:
        return ""
    if case.state == CaseState.AWAITING_RESPONSE:
        return _("the provider's response")
    return _("the panel") if case.state == CaseState.IN_REVIEW else ""


def _day(moment: Any) -> str:
    return date_format(localtime(moment), "SHORT_DATE_FORMAT") if moment else ""


class QueueView(SafeExportMixin, ScreenersView):
    """What the user may screen; CSV and XLSX hold every row of the part, or the chosen ones."""

    template_name = "submission_portal/admin/queue.html"
    page_title = gettext_lazy("Submissions")
    export_filename = "submissions"
    list_export = list(COLUMNS)
    export_headings: ClassVar = COLUMNS
    export_values: ClassVar[Mapping[str, Callable[[Submission], Any]]] = {
        "number": lambda row: row.number,
        "title": lambda row: row.submitted_title,
        "provider": lambda row: row.provider.name,
        "state": lambda row: str(row.get_state_display()),
        "waits_for": waits_for,
        "since": lambda row: localtime(row.state_since).date(),
        "submitted": lambda row: localtime(row.submitted_at).date() if row.submitted_at else None,
    }

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Return the way here."""
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer with the page, or with the spreadsheet that was asked for."""
        self.form = QueueForm(request.GET)
        self.query = self.form.query()
        self.rows = queue_of(request.user, self.query)
        if self.is_export:
            answer: HttpResponse = self.as_spreadsheet(self.rows, request.GET["export"])
            return answer
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the rows of the page, the parts with their counts, and the ways to sort."""
        page = Paginator(self.rows, PER_PAGE).get_page(self.request.GET.get("p"))
        counts = counts_of(self.request.user, self.query.text)
        return super().get_context_data(**kwargs) | {
            "form": self.form,
            "tab": self.query.tab.value,
            "tabs": [
                (tab.value, label, counts[tab], self._address(tab=tab.value))
                for tab, label in TABS.items()
            ],
            "rows": [
                (
                    row,
                    waits_for(row),
                    is_overdue(row),
                    _day(row.state_since),
                    _day(row.submitted_at),
                )
                for row in page.object_list
            ],
            "columns": [
                (label, self._sorted_by(name), self._way(name)) for name, label in COLUMNS.items()
            ],
            "listed": page,
            "kept": self._address(tab=self.query.tab.value, order=self.query.order),
        }

    def _address(self, **given: str) -> str:
        """Return the query of an address of this page; a search stays."""
        kept = self.request.GET.copy()
        for name in ("p", "chosen", "export", "tab", "order"):
            kept.pop(name, None)
        for name, value in given.items():
            kept[name] = value
        return kept.urlencode()

    def _sorted_by(self, name: str) -> str:
        """Return the query that sorts by a column, or turns it round; nothing where none can."""
        if name not in ORDERS:
            return ""
        order = f"-{name}" if self.query.order == name else name
        return self._address(tab=self.query.tab.value, order=order)

    def _way(self, name: str) -> str:
        if self.query.order.removeprefix("-") != name:
            return ""
        return "descending" if self.query.order.startswith("-") else "ascending"
