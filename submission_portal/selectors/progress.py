"""How far a submission is, step by step: what is done, what is missing, what keeps it back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from curriculum_pages.selectors import completeness_of
from review_workflow.reviewing import PageFinding
from submission_portal.content import page_from
from submission_portal.enums import Step
from submission_portal.models import Submission, SubmissionFile
from submission_portal.steps import Fault, StepForms, Words, forms_of, step_of_field

from .drafts import Content, content_of, current_files


@dataclass(frozen=True, slots=True)
class StepProgress:
    """One step: what is wrong in its fields, and what the rules say about it."""

    step: Step
    is_begun: bool
    faults: tuple[Fault, ...] = ()
    findings: tuple[PageFinding, ...] = ()
    wanted: int = 1
    """How many answers it must have, as far as that can be counted."""

    @property
    def blocking(self) -> tuple[PageFinding, ...]:
        """The findings that keep it from being submitted."""
        return tuple(each for each in self.findings if each.is_blocking)

    @property
    def missing(self) -> int:
        """How many things must still be filled in or put right."""
        return len(self.faults) + len(self.blocking)

    @property
    def is_optional(self) -> bool:
        """Whether nothing was saved in it and nothing of it is missed."""
        return not self.is_begun and not self.missing

    @property
    def is_done(self) -> bool:
        """Whether nothing in it keeps the submission back."""
        return self.is_begun and not self.missing

    @property
    def share(self) -> float:
        """How much of it is done, from 0 to 1."""
        if not self.is_begun:
            return 0.0
        return 1 - self.missing / max(self.wanted, self.missing + 1) if self.missing else 1.0


@dataclass(frozen=True, slots=True)
class Progress:
    """All steps in their order, and the findings that belong to none."""

    steps: tuple[StepProgress, ...]
    others: tuple[PageFinding, ...] = field(default=())

    @property
    def percent(self) -> int:
        """How much of what comes before the attestation is done; 100 only where all of it is.

        A step that may stay empty counts once it was looked at and saved.
        """
        before = [each for each in self.steps if each.step is not Step.ATTEST]
        return int(100 * sum(each.share for each in before) / len(before))

    @property
    def findings(self) -> tuple[PageFinding, ...]:
        """Everything that the rules say, in the order of the steps."""
        return (*(each for step in self.steps for each in step.findings), *self.others)

    @property
    def is_ready(self) -> bool:
        """Whether only the attestation is left."""
        held = any(each.is_blocking for each in self.others)
        return not held and not any(
            step.missing for step in self.steps if step.step is not Step.ATTEST
        )

    def of(self, step: Step) -> StepProgress:
        """Return the progress of one step."""
        return next(each for each in self.steps if each.step is step)


def progress_of(submission: Submission) -> Progress:
    """Return how far the submission is; the number of queries does not grow with its rows."""
    content, files = content_of(submission), current_files(submission)
    words = Words()
    page = page_from(content, provider=submission.provider, files=files, words=words)
    by_step: dict[Step | None, list[PageFinding]] = {}
    for finding in completeness_of(page):
        by_step.setdefault(step_of_field(finding.field), []).append(finding)
    return Progress(
        steps=tuple(
            _of_files(files, by_step.get(step, ()))
            if step is Step.FILES
            else _of_step(step, content, words, by_step.get(step, ()))
            for step in Step
        ),
        others=tuple(by_step.get(None, ())),
    )


def _of_files(files: Sequence[SubmissionFile], findings: Sequence[PageFinding]) -> StepProgress:
    return StepProgress(Step.FILES, is_begun=bool(files), findings=tuple(findings))


def _of_step(
    step: Step, content: Content, words: Words, findings: Sequence[PageFinding]
) -> StepProgress:
    typed = content.get(step.value)
    forms = forms_of(step, typed or {}, bound=True, words=words)
    return StepProgress(
        step=step,
        is_begun=typed is not None,
        faults=tuple(fault for fault in forms.faults if not _is_said(fault, findings)),
        findings=tuple(findings),
        wanted=_wanted(forms),
    )


def _is_said(fault: Fault, findings: Sequence[PageFinding]) -> bool:
    """Return whether a rule says of the same field that it is missing: it counts once."""
    return fault.is_missing and any(
        finding.field == fault.name and finding.is_blocking for finding in findings
    )


def _wanted(forms: StepForms) -> int:
    rows: list[Any] = [form for formset in forms.formsets.values() for form in formset.given]
    needed = [each for form in [forms.form, *rows] for each in form.fields.values()]
    return sum(1 for each in needed if each.required) or 1
