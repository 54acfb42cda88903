"""Fields of the steps: their limits come from the page's own fields, their choices from `Words`."""

import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from curriculum_pages.models import CurriculumPage
from curriculum_pages.models.fields import YES_NO_CHOICES
from resource_library.enums import Vocabulary

from .vocabulary import Words

MAX_TEXT, MAX_LINES = 10_000, 100
MAX_MONTHS = 600


class AreaField(forms.CharField):
    """Text of several lines, with one kind of line end."""

    def __init__(self, *, rows: int = 4, max_length: int = MAX_TEXT, **kwargs: Any) -> None:
        # The browser counts a line end as one character and sends two: it must not cut text off.
        widget = forms.Textarea(attrs={"class": "usa-textarea", "rows": rows})
        super().__init__(widget=widget, **kwargs)
        self.validators.append(MaxLengthValidator(max_length))

    def to_python(self, value: Any) -> str:
        """Return the text without carriage returns."""
        return str(super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")


class LinesField(AreaField):
    """A list with one item in a line; what comes back is the list without empty lines."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 5 * MAX_TEXT} | kwargs)

    def clean(self, value: Any) -> Any:
        """Return the lines; raises ValidationError for too many."""
        lines = [line.strip() for line in super().clean(value).split("\n") if line.strip()]
        if len(lines) > MAX_LINES:
            message = ngettext_lazy(
                "Give at most %(number)d item.", "Give at most %(number)d items.", MAX_LINES
            )
            raise forms.ValidationError(message % {"number": MAX_LINES}, code="max_lines")
        return lines


class TermField(forms.ChoiceField):
    """One term of a list."""

    def __init__(self, vocabulary: Vocabulary, **kwargs: Any) -> None:
        self.vocabulary = vocabulary
        super().__init__(widget=forms.Select(attrs={"class": "usa-select"}), **kwargs)

    def offer(self, words: Words, chosen: Sequence[str]) -> None:
        """Take the choices from the vocabulary."""
        self.choices = [("", _("– Select –")), *words.terms(self.vocabulary, chosen)]


class TopicField(TermField):
    """One core topic area."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Vocabulary.METHOD, **kwargs)

    def offer(self, words: Words, chosen: Sequence[str]) -> None:
        """Take the choices from the tree of topics."""
        self.choices = [("", _("– Select –")), *words.topics(chosen)]


class TermsField(forms.MultipleChoiceField):
    """Any number of terms of a list, as checkboxes."""

    def __init__(self, vocabulary: Vocabulary | None, **kwargs: Any) -> None:
        self.vocabulary = vocabulary
        widget = forms.CheckboxSelectMultiple(attrs={"class": "usa-checkbox__input"})
        super().__init__(widget=widget, **kwargs)

    def offer(self, words: Words, chosen: Sequence[str]) -> None:
        """Take the choices from the vocabulary; the core topic areas where no list is named."""
        self.choices = (
            words.terms(self.vocabulary, chosen) if self.vocabulary else words.topics(chosen)
        )


class StudiesField(TermsField):
    """Any number of known studies."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(None, **kwargs)

    def offer(self, words: Words, chosen: Sequence[str]) -> None:
        """Take the studies that are known."""
        self.choices = words.studies(chosen)


class UidField(forms.CharField):
    """The lasting id of a row, which nobody sees."""

    def __init__(self) -> None:
        super().__init__(required=False, widget=forms.HiddenInput, initial=_new_uid)

    def to_python(self, value: Any) -> str:
        """Return the id, or nothing for what is none."""
        try:
            return str(uuid.UUID(str(value)))
        except ValueError:
            return ""


def _new_uid() -> str:
    # A row that was never saved has its id already: saves in quick succession name the same row.
    return str(uuid.uuid4())


def text(label: Any, limit: int, help_text: Any = "", *, required: bool = False) -> Any:
    """Return a field of one line."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=limit,
        widget=forms.TextInput(attrs={"class": "usa-input"}),
    )


def limit_of(model: type[models.Model], name: str) -> int:
    """Return how many characters a field of a model holds."""
    field: Any = model._meta.get_field(name)
    return int(field.max_length or MAX_TEXT)


def page_text(name: str, label: Any, help_text: Any = "", *, required: bool = False) -> Any:
    """Return a field of one line with the limit of the page's field."""
    return text(label, limit_of(CurriculumPage, name), help_text, required=required)


def whole(label: Any, highest: int, help_text: Any = "", *, lowest: int = 1) -> Any:
    """Return a field for a whole number that may be left empty."""
    widget = forms.TextInput(attrs={"class": "usa-input usa-input--small", "inputmode": "numeric"})
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        required=False,
        min_value=lowest,
        max_value=highest,
        widget=widget,
    )


def months(label: Any, help_text: Any = "") -> Any:
    """Return a field for a number of months."""
    return whole(label, MAX_MONTHS, help_text)


def hours(label: Any, help_text: Any = "") -> Any:
    """Return a field for hours, down to quarters."""
    return forms.DecimalField(
        label=label,
        help_text=help_text,
        required=False,
        min_value=Decimal("0.25"),
        max_digits=6,
        decimal_places=2,
        widget=forms.TextInput(
            attrs={"class": "usa-input usa-input--small", "inputmode": "decimal"}
        ),
    )


def yes_no(label: Any, help_text: Any = "") -> Any:
    """Return radio buttons for yes, no and not stated."""
    return forms.ChoiceField(
        label=label,
        help_text=help_text,
        required=False,
        choices=YES_NO_CHOICES,
        widget=forms.RadioSelect(attrs={"class": "usa-radio__input"}),
    )


def tick(label: Any) -> Any:
    """Return a checkbox that must be ticked."""
    return forms.BooleanField(
        label=label, widget=forms.CheckboxInput(attrs={"class": "usa-checkbox__input"})
    )
