"""The steps of the guided form: `forms_of` builds a step's forms from what was typed."""

from typing import Any, cast

from django import forms

from submission_portal.enums import Step

from .about import AboutForm
from .answers import Answer, Difference, answers_of, differences
from .assessment import SCENARIOS, AssessmentForm
from .attest import AttestForm
from .audience import AudienceForm
from .base import MAX_ROWS, Fault, Rows, StepForm, StepForms, Texts, as_data
from .evidence import CITATIONS, EvidenceForm
from .implementation import ImplementationForm
from .keeping import kept, with_row, with_row_moved_up, without_row
from .modules import MODULES, DeliveryForm
from .self_assessment import SelfAssessmentForm, label_of_text
from .vocabulary import Words

__all__ = [
    "MAX_ROWS",
    "Answer",
    "Difference",
    "Fault",
    "StepForms",
    "Texts",
    "Words",
    "answers_of",
    "differences",
    "forms_of",
    "kept",
    "step_of_field",
    "typed_texts",
    "with_row",
    "with_row_moved_up",
    "without_row",
]

_FORMS: dict[Step, type[StepForm]] = {
    Step.ABOUT: AboutForm,
    Step.AUDIENCE: AudienceForm,
    Step.MODULES: DeliveryForm,
    Step.ASSESSMENT: AssessmentForm,
    Step.EVIDENCE: EvidenceForm,
    Step.IMPLEMENTATION: ImplementationForm,
    Step.SELF_ASSESSMENT: SelfAssessmentForm,
    Step.ATTEST: AttestForm,
}
_LISTS: dict[Step, dict[str, Any]] = {
    Step.MODULES: {"modules": MODULES},
    Step.ASSESSMENT: {"scenario_exercises": SCENARIOS},
    Step.EVIDENCE: {"citations": CITATIONS},
}
_OTHER_FIELDS = {"evidence": Step.EVIDENCE, "files": Step.FILES, "hours": Step.MODULES}


def forms_of(
    step: Step, content: Texts | None, *, bound: bool, words: Words | None = None
) -> StepForms:
    """Return the forms of a step (not of `files`, which has none) with what was typed in them.

    `bound` tells to show faults; content without it stands in the fields and nothing is said.
    `words` lets several steps share one reading of the vocabulary.
    """
    shared = words or Words()
    data = as_data(content) if content is not None or bound else None
    form = _FORMS[step](data, words=shared)
    formsets = {
        name: _rows(factory, name, data, shared) for name, factory in _LISTS.get(step, {}).items()
    }
    return StepForms(step, form, formsets, shows_faults=bound)


def _rows(factory: Any, name: str, data: Any, words: Words) -> Rows:
    options: Any = {"form_kwargs": {"words": words}, "prefix": name}
    if data is None:
        return cast("Rows", factory(**options))
    management = {f"{name}-TOTAL_FORMS": "0", f"{name}-INITIAL_FORMS": "0"}
    for key, value in management.items():
        data.setdefault(key, value)
    return cast("Rows", factory(data, **options))


def step_of_field(name: str) -> Step | None:
    """Return the step in which a field of the page is filled in, or None."""
    if name in _OTHER_FIELDS:
        return _OTHER_FIELDS[name]
    for step, form in _FORMS.items():
        if name in form.base_fields or name in _LISTS.get(step, {}):
            return step
    return None


def typed_texts(step: Step, content: Texts) -> list[tuple[str, str]]:
    """Return what was typed as text, with its label; looks nothing up, so it tells nothing else."""
    found = []
    for name, texts in content.items():
        label = _label(step, name)
        found += [(label, text) for text in texts if label and text.strip()]
    return found


def _fields(step: Step) -> dict[str, forms.Field]:
    return _FORMS[step].base_fields if step in _FORMS else {}


def _label(step: Step, name: str) -> str:
    """Return the label of a field for free text, of a row's too; nothing for any other."""
    if step is Step.SELF_ASSESSMENT:
        return label_of_text(name)
    place = name.split("-")
    factory = _LISTS.get(step, {}).get(place[0])
    fields = factory.form.base_fields if factory else _fields(step)
    field = fields.get(place[-1] if factory else name)
    if field is None or isinstance(field, forms.ChoiceField | forms.BooleanField):
        return ""
    return str(field.label or "")
