"""What the forms of all steps share: content as sent, choices, rows that may stay empty."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from submission_portal.enums import Step

from .fields import UidField
from .vocabulary import Words

Texts = Mapping[str, Sequence[str]]
"""What one step holds: by name of a field the texts that a browser sends for it."""
MAX_ROWS = 40
"""Rows of one kind; Django takes a thousand fields at once, and a module may have twenty."""


class StepForm(forms.Form):
    """A form whose choices come from one reading of the vocabulary.

    A browser refuses nothing: what is not complete yet is saved, too.
    """

    use_required_attribute = False

    def __init__(self, data: Any = None, *, words: Words | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        for name, field in self.fields.items():
            if hasattr(field, "offer"):
                field.offer(words or Words(), self.texts(name) if self.is_bound else [])

    def texts(self, name: str) -> list[str]:
        """Return what was sent for a field."""
        data: Any = self.data
        found: list[str] = data.getlist(self.add_prefix(name))
        return found

    def under_own_names(self, sent: "Texts") -> "Texts":
        """Return what was sent under the names that this form has; they never change."""
        return sent


class RowForm(StepForm):
    """One row of a list; a row in which nothing was typed counts as none."""

    def has_changed(self) -> bool:
        """Return whether something was typed or chosen, apart from the hidden id."""
        return any(
            text.strip()
            for name, field in self.fields.items()
            if not isinstance(field, UidField)
            for text in self.texts(name)
        )


class Rows(forms.BaseFormSet[RowForm]):
    """The rows of one list."""

    noun: Any = ""
    none_given: Any = ""
    """What is said where a list must have a row and has none; empty: it may have none."""

    def clean(self) -> None:
        """Refuse an empty list where one is needed."""
        if self.none_given and not any(form.has_changed() for form in self.forms):
            raise forms.ValidationError(self.none_given, code="required")

    @property
    def given(self) -> list[RowForm]:
        """The rows in which something was typed."""
        return [form for form in self.forms if form.has_changed()] if self.is_bound else []


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: in what field or list, where it stands, what is said about it."""

    name: str
    target: str
    label: str
    message: str
    is_missing: bool


@dataclass(frozen=True)
class StepForms:
    """The form of a step and the lists that belong to it.

    `shows_faults` tells whether faults are shown; without them the same texts stand in the fields.
    """

    step: Step
    form: StepForm
    formsets: dict[str, Rows]
    shows_faults: bool = False

    def is_valid(self) -> bool:
        """Return whether the step could be submitted as it is."""
        return all([self.form.is_valid(), *(rows.is_valid() for rows in self.formsets.values())])

    @property
    def cleaned(self) -> dict[str, Any]:
        """Whatever is valid, whether or not the rest is: fields, and lists of rows by name."""
        self.is_valid()
        rows = {
            name: [dict(getattr(form, "cleaned_data", {})) for form in formset.given]
            for name, formset in self.formsets.items()
        }
        return {**getattr(self.form, "cleaned_data", {}), **rows}

    @property
    def faults(self) -> list[Fault]:
        """What is wrong or missing, in the order of the page."""
        self.is_valid()
        found = list(_faults_of(self.form))
        for name, formset in self.formsets.items():
            found += [
                Fault(name, f"{name}-list", "", str(message), is_missing=True)
                for message in formset.non_form_errors()
            ]
            for number, form in enumerate(formset.forms, 1):
                found += _faults_of(form, _row_label(formset, number))
        return found


def _row_label(formset: Rows, number: int) -> str:
    return _("%(noun)s %(number)d, ") % {"noun": formset.noun, "number": number}


def _faults_of(form: forms.BaseForm, before: str = "") -> Iterator[Fault]:
    for name, errors in form.errors.get_json_data().items():
        field = None if name == NON_FIELD_ERRORS else form[name]
        for error in errors:
            yield Fault(
                name=name,
                target=_target(field) if field is not None else "step-form",
                label=f"{before}{field.label}" if field is not None else before,
                message=error["message"],
                is_missing=error["code"] == "required",
            )


def _target(field: forms.BoundField) -> str:
    """Return the id of what takes the focus: of a group, its first choice."""
    if isinstance(field.field.widget, forms.CheckboxSelectMultiple | forms.RadioSelect):
        return f"{field.auto_id}_0"
    return field.id_for_label


def as_data(content: Texts | None) -> "MultiValueDict[str, str]":
    """Return stored content as forms take it."""
    return MultiValueDict({name: list(texts) for name, texts in (content or {}).items()})
