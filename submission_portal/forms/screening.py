"""Forms of staff who screen: the queue's filters, one submission, several at once, the funnel."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from submission_portal.enums import ReasonKind
from submission_portal.models import ScreeningReason
from submission_portal.selectors.queue import DEFAULT_ORDER, ORDERS, QueueQuery, Tab
from submission_portal.services.letters import reasons_for

MOST_AT_ONCE = 50
"""How many submissions one bulk action takes."""


def uuids(texts: list[str], most: int = MOST_AT_ONCE) -> list[UUID]:
    """Return the ids among the texts; anything that is none is left aside."""
    found: list[UUID] = []
    for text in texts[:most]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


class QueueForm(forms.Form):
    """What to look for; anything that is no filter is left aside."""

    q = forms.CharField(
        label=gettext_lazy("Number, title or provider"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )

    def query(self) -> QueueQuery:
        """Return what was asked for, as far as it makes sense."""
        self.is_valid()
        data: Any = self.data
        tab, order = data.get("tab", ""), data.get("order", "")
        return QueueQuery(
            tab=Tab(tab) if tab in set(Tab) else Tab.NEW,
            text=self.cleaned_data.get("q", ""),
            order=order if order.removeprefix("-") in ORDERS else DEFAULT_ORDER,
            chosen=uuids(data.getlist("chosen")),
        )


class ActionForm(forms.Form):
    """A step of staff; `seen` is the last thing that had happened when the page was made."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=gettext_lazy("Note for staff"),
        help_text=gettext_lazy("The provider does not see it."),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RevertForm(ActionForm):
    """Taking the last step back, which needs a note."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].required = True
        self.fields["note"].label = _("Why it is taken back")


class RefusalForm(ActionForm):
    """Returning a submission or finding it out of scope: reasons, and the provider's letter."""

    words = forms.CharField(
        label=gettext_lazy("Letter to the provider"),
        help_text=gettext_lazy("Leave it empty to have it made from the reasons."),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 14}),
    )

    def __init__(self, *args: Any, kind: ReasonKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.fields["reasons"] = forms.MultipleChoiceField(
            label=_("Reasons"),
            widget=forms.CheckboxSelectMultiple,
            choices=[(each.code, each.label) for each in reasons_for(kind)],
            error_messages={"required": _("Choose at least one reason.")},
        )
        self.order_fields(["seen", "reasons", "words", "note"])

    def chosen(self) -> list[ScreeningReason]:
        """Return the reasons that are chosen and in use."""
        return reasons_for(self.kind, self.cleaned_data.get("reasons", []))


class BulkReturnForm(forms.Form):
    """The one reason for which several submissions are returned."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reasons = {each.code: each for each in reasons_for(ReasonKind.RETURN)}
        self.fields["reason"] = forms.ChoiceField(
            label=_("Reason"),
            widget=forms.RadioSelect,
            choices=[(code, f"{each.label}: {each.letter}") for code, each in self.reasons.items()],
            error_messages={"required": _("Choose the reason for all of them.")},
        )


class MessageForm(forms.Form):
    """A message to the provider."""

    body = forms.CharField(
        label=gettext_lazy("Message to the provider"),
        help_text=gettext_lazy("It is signed by the platform, not by you."),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class PeriodForm(forms.Form):
    """The period of the figures; the last twelve months where nothing is said."""

    begin = forms.DateField(
        label=gettext_lazy("Begun from"), widget=forms.DateInput(attrs={"type": "date"})
    )
    end = forms.DateField(
        label=gettext_lazy("Begun until"), widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        today = timezone.localdate()
        year_ago = today.replace(year=today.year - 1, day=1)
        given = data or {}
        filled = {
            "begin": given.get("begin") or year_ago.isoformat(),
            "end": given.get("end") or today.isoformat(),
        }
        super().__init__(filled, *args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        given = super().clean() or {}
        begin, end = given.get("begin"), given.get("end")
        if begin and end and end < begin:
            raise forms.ValidationError(_("The period ends before it begins."))
        return given
