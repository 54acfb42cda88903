"""The page that explains to editors whether a search finds a page, and why."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from search.enums import Field, Hidden, Kind, Manner, Tier
from search.explaining import FIRST, SearchExplanation, candidates, explain_search
from search.explanation import GroupExplanation, Way
from search.facets import FACETS_BY_NAME
from search.query import MAX_TEXT_LENGTH, InvalidQuery

from .report import KIND_LABELS, SearchReportView

MAX_ADDRESS = 2_000
MAX_PARAMETERS = 100
HIDDEN = {
    Hidden.DRAFT: _("it is a draft: it is not published"),
    Hidden.ALIAS: _("it is an alias of another page"),
    Hidden.PRIVATE: _("it, or a page above it, is private"),
    Hidden.UNAPPROVED: _("no approval of it is in force"),
    Hidden.NO_ADDRESS: _("it is in no site's tree of pages"),
    Hidden.WAITING: _("its last change waits to be written into the index"),
    Hidden.NOT_YET: _("the first day of its approval has not come"),
    Hidden.EXPIRED: _("its last day has passed"),
}
FIELDS = {Field.TITLE: _("title"), Field.SUMMARY: _("summary"), Field.BODY: _("text and files")}
TIERS = {
    Tier.TITLE: _("All of it stands in the title: such records come first."),
    Tier.HEAD: _("All of it stands in title and summary: such records come second."),
    Tier.ANYWHERE: _("Some of it stands in the text or files only: such records come last."),
}
MANNERS = {
    Manner.TYPED: _("as typed"),
    Manner.BEGINNING: _("as the beginning of a word"),
    Manner.SYNONYM: _("by a synonym"),
}


class ExplainForm(forms.Form):
    """A text, the choices of a result page's address, and the page in question."""

    q = forms.CharField(label=_("Searched text"), max_length=MAX_TEXT_LENGTH, required=False)
    kind = forms.ChoiceField(
        label=_("Search of"),
        choices=list(KIND_LABELS.items()),
        required=False,
    )
    record = forms.CharField(
        label=_("Page"),
        max_length=255,
        help_text=_("Its title or a part of it, its slug, or its uid."),
    )
    choices = forms.CharField(
        label=_("Choices"),
        max_length=MAX_ADDRESS,
        required=False,
        help_text=_("The address of a page of results; what is chosen there is taken from it."),
    )

    def clean_choices(self) -> dict[str, list[str]]:
        """Return the parameters of the address, apart from its text."""
        _before, _mark, state = self.cleaned_data["choices"].partition("?")
        try:
            given = parse_qs(state.partition("#")[0], max_num_fields=MAX_PARAMETERS)
        except ValueError as error:
            raise forms.ValidationError(gettext("The address has too many parameters.")) from error
        return {name: values for name, values in given.items() if name != "q"}

    def kind_asked(self) -> Kind | None:
        """Return the kind that is searched."""
        return Kind(self.cleaned_data["kind"]) if self.cleaned_data["kind"] else None

    def parameters(self) -> dict[str, list[str]]:
        """Return what the search is asked, as the address of a result page does."""
        choices: dict[str, list[str]] = self.cleaned_data["choices"]
        text = self.cleaned_data["q"]
        return choices | ({"q": [text]} if text else {})


class ExplainSearchView(SearchReportView):
    """A form by GET, and the answer in words below it."""

    template_name = "search/admin/explain_search.html"
    page_title = _("Explain a search")
    header_icon = "help"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the form and, where it is filled in, pages to choose from or the explanation."""
        given = self.request.GET
        form = ExplainForm(given if "record" in given else None, initial=given.dict())
        told = self._told(form) if form.is_bound and form.is_valid() else {}
        return super().get_context_data(**kwargs) | {"form": form} | told

    def _told(self, form: ExplainForm) -> dict[str, Any]:
        pages = candidates(self.request.user, form.cleaned_data["record"])
        if not pages:
            form.add_error("record", gettext("No such curriculum or resource."))
            return {}
        if len(pages) > 1:
            return {"choices": [(page, self._address(page)) for page in pages]}
        try:
            found = explain_search(pages[0], form.kind_asked(), form.parameters())
        except InvalidQuery as error:
            for fault in error.faults:
                field = "q" if fault.parameter == "q" else "choices"
                form.add_error(field, f"{fault.parameter}={fault.value}: {gettext(fault.reason)}")
            return {}
        return {"explained": found, **in_words(found)}

    def _address(self, page: Any) -> str:
        asked = self.request.GET.copy()
        asked["record"] = str(page.uid)
        return f"?{asked.urlencode()}"


def in_words(found: SearchExplanation) -> dict[str, Any]:
    """Return the parts of an explanation as sentences and rows, not escaped."""
    text = found.text
    return {
        "verdict": _verdict(found),
        "hidden": [HIDDEN[reason] for reason in found.hidden],
        "excluding": [
            (FACETS_BY_NAME[row.facet].label, ", ".join(row.chosen), ", ".join(row.own))
            for row in found.excluding
        ],
        "groups": [_group_in_words(group) for group in text.groups] if text else [],
        "only_stop_words": text is not None and not text.groups,
        "tier": TIERS[text.tier] if text and text.tier is not None else "",
        "place": _place(found),
    }


def _verdict(found: SearchExplanation) -> str:
    if found.is_found:
        return gettext("The search finds this page.")
    if found.hidden:
        return gettext("No search finds this page: the public cannot see it.")
    return gettext("The search does not find this page.")


def _place(found: SearchExplanation) -> str:
    count = found.answer.count
    total = ngettext("%(count)s record is found", "%(count)s records are found", count) % {
        "count": count
    }
    if found.place is not None:
        words = gettext("%(total)s; this page is number %(place)s.")
        return words % {"total": total, "place": found.place}
    if found.is_found and count > FIRST:
        words = gettext("%(total)s; this page is not among the first %(first)s.")
        return words % {"total": total, "first": FIRST}
    return gettext("%(total)s; this page is not among them.") % {"total": total}


def _group_in_words(group: GroupExplanation) -> Mapping[str, Any]:
    return {
        "words": " ".join(group.words),
        "matches": group.matches,
        "ways": [_way_in_words(way) for way in group.ways],
    }


def _way_in_words(way: Way) -> Mapping[str, Any]:
    return {
        "manner": MANNERS[way.manner],
        "asked": " + ".join(way.asked),
        "matches": way.matches,
        "places": [(FIELDS[place.field], ", ".join(place.words)) for place in way.places],
    }
