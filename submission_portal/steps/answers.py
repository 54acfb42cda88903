"""What was typed into a step as a reader sees it; also where two versions of it differ."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from .base import StepForms


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer; `name` is the same in every version, also where rows have moved."""

    name: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which two versions differ."""

    label: str
    mine: str
    theirs: str


def answers_of(step_forms: StepForms) -> list[Answer]:
    """Return every answer of a step, valid or not, empty ones too."""
    answers = list(_answers(step_forms.form))
    for name, formset in step_forms.formsets.items():
        for number, row in enumerate(formset.given, 1):
            uid = (row.texts("uid") or [str(number)])[-1]
            before = _("%(noun)s %(number)d, ") % {"noun": formset.noun, "number": number}
            answers += _answers(row, f"{name}:{uid}:", before)
    return answers


def differences(mine: StepForms, theirs: StepForms) -> list[Difference]:
    """Return where two versions of a step differ, in the order of the page."""
    own = {answer.name: answer for answer in answers_of(mine)}
    other = {answer.name: answer for answer in answers_of(theirs)}
    return [
        Difference((own.get(name) or other[name]).label, _text(own, name), _text(other, name))
        for name in dict.fromkeys([*own, *other])
        if _text(own, name) != _text(other, name)
    ]


def _text(answers: dict[str, Answer], name: str) -> str:
    return answers[name].text if name in answers else ""


def _answers(form: forms.BaseForm, key: str = "", before: str = "") -> Iterator[Answer]:
    for bound in form:
        if not bound.is_hidden:
            yield Answer(f"{key}{bound.name}", f"{before}{bound.label}", _shown(bound))


def _shown(bound: forms.BoundField) -> str:
    value: Any = bound.value()
    if isinstance(bound.field, forms.BooleanField):
        return _("Yes") if value else ""
    texts = value if isinstance(value, list | tuple) else [value]
    labels = _labels(bound.field)
    shown = [labels.get(str(text), str(text)) for text in texts if text not in {None, ""}]
    return "\n".join(shown).replace("\r\n", "\n").strip()


def _labels(field: Any) -> dict[str, str]:
    return {str(value): str(label) for value, label in getattr(field, "choices", ())}
