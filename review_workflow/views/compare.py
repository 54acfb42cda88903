"""What changed between the versions that two rounds of a case reviewed, side by side."""

from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.html import format_html, format_html_join, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from review_workflow.models import ReviewRound
from review_workflow.permissions import access_to
from review_workflow.selectors.case_page import round_of

from .case import OneCaseView


@dataclass(frozen=True, slots=True)
class Difference:
    """One field, or one row of a list, before and after; safe HTML."""

    label: str
    before: SafeString
    after: SafeString

    @property
    def says_something(self) -> bool:
        """Whether anything but an empty field stands on either side."""
        return bool(strip_tags(self.before + self.after).strip())


@dataclass(frozen=True, slots=True)
class FileDifference:
    """One file of the curriculum in both versions."""

    title: str
    change: str
    before: str
    after: str


class CompareView(OneCaseView):
    """Two rounds, `?a=` and `?b=`; without them the last two."""

    template_name = "review_workflow/admin/case/compare.html"
    page_title = gettext_lazy("Compare rounds")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add both rounds and what differs between their versions."""
        numbers = list(self.case.rounds.order_by("number").values_list("number", flat=True))
        later = self._round("b", numbers[-1])
        earlier = self._round("a", numbers[max(0, numbers.index(later.number) - 1)])
        # Whoever may open the later version may know what it was before.
        if not access_to(self.request.user, later).can_open_files or earlier.number > later.number:
            raise PermissionDenied
        before, after = earlier.revision.as_object(), later.revision.as_object()
        return super().get_context_data(**kwargs) | {
            "case": self.case,
            "numbers": numbers,
            "earlier": earlier,
            "later": later,
            "fields": self._fields(before, after),
            "files": file_differences(_files(before), _files(after)),
        }

    def _round(self, name: str, default: int) -> ReviewRound:
        given = self.number_given(name)
        round_ = round_of(self.case, default if given is None else given)
        if round_ is None:
            raise Http404
        return round_

    def _fields(self, before: Any, after: Any) -> list[Difference]:
        """Return what Wagtail's comparison of the edit form finds changed."""
        panel = after.get_edit_handler().get_bound_panel(
            instance=after, request=self.request, form=None
        )
        found: list[Difference] = []
        for comparison in (make(before, after) for make in panel.get_comparison()):
            if not comparison.has_changed():
                continue
            if comparison.is_field:
                found.append(_sides(str(comparison.field_label()), comparison.htmldiff()))
            else:
                found += self._rows(comparison)
        return found

    def _rows(self, comparison: Any) -> list[Difference]:
        found = []
        for number, row in enumerate(comparison.get_child_comparisons(), 1):
            if not (row.is_addition() or row.is_deletion() or row.has_changed()):
                continue
            label = f"{comparison.field_label()} {number}"
            fields = [
                _sides(str(field.field_label()), field.htmldiff())
                for field in row.get_field_comparisons()
                if row.is_addition() or row.is_deletion() or field.has_changed()
            ]
            fields = [each for each in fields if each.says_something]
            nothing = mark_safe("")
            found.append(
                Difference(
                    label,
                    nothing if row.is_addition() else _list(fields, "before"),
                    nothing if row.is_deletion() else _list(fields, "after"),
                )
            )
        return found


def _sides(label: str, html: str) -> Difference:
    return Difference(label, _side(html, "addition", "del"), _side(html, "deletion", "ins"))


def _side(html: str, dropped: str, mark: str) -> SafeString:
    """Return one side of Wagtail's difference, its changes marked by elements that say so."""
    soup = BeautifulSoup(str(html), "html.parser")
    for element in soup.select(f".{dropped}"):
        element.decompose()
    for element in soup.select(".addition, .deletion"):
        if element.name == "span":
            element.name = mark
    return mark_safe(str(soup))  # noqa: S308 - escaped by Wagtail's comparison


def _list(fields: list[Difference], side: str) -> SafeString:
    rows = ((field.label, getattr(field, side)) for field in fields)
    return format_html("<dl>{}</dl>", format_html_join("", "<dt>{}</dt><dd>{}</dd>", rows))


def _files(page: Any) -> dict[str, dict[str, Any]]:
    """Return the files that an approval of this version would freeze, by their lasting id."""
    return {each["uid"]: each for each in page.approval_snapshot().get("files", ())}


def file_differences(
    before: dict[str, dict[str, Any]], after: dict[str, dict[str, Any]]
) -> list[FileDifference]:
    """Return every file of both versions: added, removed, replaced, renamed or the same."""
    found = []
    for uid in [*before, *(uid for uid in after if uid not in before)]:
        old, new = before.get(uid), after.get(uid)
        if old is None:
            change = _("Added")
        elif new is None:
            change = _("Removed")
        elif old["stored_file"] != new["stored_file"]:
            change = _("Replaced")
        elif (old["title"], old["name"]) != (new["title"], new["name"]):
            change = _("Renamed, same content")
        else:
            change = _("Unchanged")
        title = (new or old or {})["title"]
        found.append(FileDifference(title, change, _file(old), _file(new)))
    return found


def _file(each: dict[str, Any] | None) -> str:
    return f"{each['name']} ({each['stored_file']})" if each else ""
