"""The report of searched texts: what is searched most, and what finds nothing."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from resource_library.viewsets import SafeExportMixin
from search.terms import MAX_ROWS, SearchedRow, searched_texts

from .report import KIND_LABELS, SearchReportView
from .report import PERMISSION as INDEX_PERMISSION

DEFAULT_PERIOD = 30
PERMISSION = "clearinghouse_search.view_searchedtext"
SYNONYM_PERMISSION = "clearinghouse_search.change_synonym"
_BOTH = "both"


class PeriodForm(forms.Form):
    """Which days and which search; anything else stands for the default."""

    days = forms.TypedChoiceField(
        label=_("Period"),
        choices=[
            (7, _("The last 7 days")),
            (30, _("The last 30 days")),
            (90, _("The last 90 days")),
        ],
        coerce=int,
        required=False,
    )
    kind = forms.ChoiceField(
        label=_("Search of"),
        choices=[
            ("", _("All searches")),
            *((value or _BOTH, label) for value, label in KIND_LABELS.items()),
        ],
        required=False,
    )

    def asked(self) -> tuple[int, str | None]:
        """Return the days, and the kind of search; None for all."""
        self.is_valid()
        kind = self.cleaned_data.get("kind") or None
        return self.cleaned_data.get("days") or DEFAULT_PERIOD, "" if kind == _BOTH else kind


class SearchTermsView(SafeExportMixin, SearchReportView):
    """Two lists of texts; CSV and XLSX hold one of them (`list=nothing` the second)."""

    template_name = "search/admin/search_terms.html"
    page_title = _("Search terms")
    list_export = ["text", "kind", "searches", "found"]
    export_headings: ClassVar = {
        "text": _("Text"),
        "kind": _("Search of"),
        "searches": _("Searches"),
        "found": _("Found last"),
    }
    export_values: ClassVar[Mapping[str, Callable[[SearchedRow], Any]]] = {
        "kind": lambda row: str(KIND_LABELS[row.kind]),
    }

    @classmethod
    def may_see(cls, user: Any) -> bool:
        """Return whether the report is for this user: by its own permission, or for synonyms."""
        return bool(user.has_perm(PERMISSION) or user.has_perm(SYNONYM_PERMISSION))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer with the page, or with the spreadsheet that was asked for."""
        self.form = PeriodForm({"days": DEFAULT_PERIOD} | request.GET.dict())
        self.days, self.kind = self.form.asked()
        if not self.is_export:
            return super().get(request, *args, **kwargs)
        nothing = request.GET.get("list") == "nothing"
        self.export_filename = "searches-without-results" if nothing else "searches"
        rows = searched_texts(self.days, self.kind, without_results=nothing)
        answer: HttpResponse = self.as_spreadsheet(rows, request.GET["export"])
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the two lists, and how to get them as files."""
        kept = self.request.GET.copy()
        for name in ("export", "list"):
            kept.pop(name, None)
        lists = [
            (name, heading, _labelled(searched_texts(self.days, self.kind, without_results=empty)))
            for name, heading, empty in (
                ("popular", _("Searched most"), False),
                ("nothing", _("Found nothing"), True),
            )
        ]
        return super().get_context_data(**kwargs) | {
            "form": self.form,
            "lists": lists,
            "kept": kept.urlencode(),
            "least": settings.CLEARINGHOUSE_SEARCH_TERMS_LEAST,
            "kept_days": settings.CLEARINGHOUSE_SEARCH_TERMS_DAYS,
            "most": MAX_ROWS,
            "may_explain": self.request.user.has_perm(INDEX_PERMISSION),
            "explain": reverse("clearinghouse_explain_search"),
        }


def _labelled(rows: list[SearchedRow]) -> list[tuple[SearchedRow, Any]]:
    return [(row, KIND_LABELS[row.kind]) for row in rows]
