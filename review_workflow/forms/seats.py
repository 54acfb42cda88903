"""Forms about seats and conflicts: the chair's, the reviewer's, and the one of the broken glass."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.widgets import AdminAutoHeightTextInput

from review_workflow.enums import ConflictKind, ConflictResolution
from review_workflow.models.labels import CONFLICT_KINDS, CONFLICT_RESOLUTIONS

LONGEST = 4_000


class ServiceForm(forms.Form):
    """A form whose service checks once more: what it says is wrong stands at the right field."""

    def refuse(self, error: ValidationError) -> None:
        """Show what a service refused, at the fields that it names."""
        faults = (
            error.message_dict
            if hasattr(error, "error_dict")
            else {NON_FIELD_ERRORS: error.messages}
        )
        for name, messages in faults.items():
            self.add_error(name if name in self.fields else None, messages)

    @property
    def faults(self) -> list[tuple[str, str]]:
        """What is wrong, as pairs of the field's id (or nothing) and a sentence."""
        return [
            (self[name].id_for_label if name in self.fields else "", str(sentence))
            for name, sentences in self.errors.items()
            for sentence in sentences
        ]


class PanelForm(ServiceForm):
    """Chooses reviewers for the panel, by the keys of candidates."""

    reviewers = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Reviewers"),
        coerce=int,
        required=False,
        error_messages={"invalid_choice": gettext_lazy("Choose from the list of candidates.")},
    )

    def __init__(self, *args: Any, candidates: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["reviewers"]
        field.choices = [(each.user.pk, str(each.user)) for each in candidates]


class InviteForm(ServiceForm):
    """Chooses one reviewer for a free seat."""

    reviewer = forms.TypedChoiceField(
        label=gettext_lazy("Reviewer"),
        coerce=int,
        error_messages={
            "required": gettext_lazy("Choose a reviewer."),
            "invalid_choice": gettext_lazy("Choose from the list of candidates."),
        },
    )

    def __init__(self, *args: Any, candidates: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["reviewer"]
        field.choices = [(each.user.pk, str(each.user)) for each in candidates]


class ReleaseForm(ServiceForm):
    """Why a seat is taken back."""

    reason = forms.CharField(
        label=gettext_lazy("Why the seat is released"),
        max_length=LONGEST,
        widget=AdminAutoHeightTextInput,
        help_text=gettext_lazy("For the record; the reviewer is told that the seat is closed."),
    )


class ResolveForm(ServiceForm):
    """The chair's word on a declared conflict."""

    resolution = forms.ChoiceField(
        label=gettext_lazy("What follows"),
        widget=forms.RadioSelect,
        choices=[
            (each.value, CONFLICT_RESOLUTIONS[each])
            for each in (
                ConflictResolution.CLEAR,
                ConflictResolution.MANAGE,
                ConflictResolution.RECUSE,
            )
        ],
        help_text=gettext_lazy(
            "Cleared or managed, the reviewer goes on. Recused, the case stays closed to the "
            "reviewer, and the seat is offered to somebody else."
        ),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"), max_length=LONGEST, widget=AdminAutoHeightTextInput
    )


class DeclineForm(ServiceForm):
    """Why an invitation is declined, and who could review instead."""

    reason = forms.CharField(
        label=gettext_lazy("Why you decline"),
        max_length=LONGEST,
        widget=AdminAutoHeightTextInput,
        help_text=gettext_lazy("A few words; only the chair reads them."),
    )
    suggestion = forms.CharField(
        label=gettext_lazy("Who could review instead"), max_length=300, required=False
    )


class DeclareForm(ServiceForm):
    """What ties the reviewer to the parties; “No conflict” is a statement that must be chosen."""

    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("What applies to you"),
        choices=[(kind.value, CONFLICT_KINDS[kind]) for kind in ConflictKind],
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Choose what applies, or “No conflict”."),
        },
    )
    details = forms.CharField(
        label=gettext_lazy("Details"),
        max_length=LONGEST,
        required=False,
        widget=AdminAutoHeightTextInput,
        help_text=gettext_lazy("With a conflict: what it is, and since or until when."),
    )


class BreakGlassForm(ServiceForm):
    """The case, by its number where the address does not name it, and the reason."""

    number = forms.CharField(
        label=gettext_lazy("Number of the case"),
        max_length=20,
        help_text=gettext_lazy("As in 2026-0001."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why you need to read this case"),
        max_length=LONGEST,
        widget=AdminAutoHeightTextInput,
        help_text=gettext_lazy("Recorded, and sent to the chair and the overseers."),
    )

    def __init__(self, *args: Any, is_named: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_named:
            del self.fields["number"]

    def clean_number(self) -> str:
        """Return the number without what no database takes."""
        number: str = self.cleaned_data["number"].strip()
        if "\x00" in number:
            raise forms.ValidationError(_("There is no such case."))
        return number
