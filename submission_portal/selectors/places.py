"""Where a step stands among the others: its address, what comes before and after it."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from submission_portal.enums import Step
from submission_portal.models import Submission
from submission_portal.models.labels import STEPS

ORDER = tuple(Step)


@dataclass(frozen=True, slots=True)
class Mark:
    """One step in the indicator: its name, whether it is at hand, whether anything is saved."""

    label: Any
    is_current: bool
    is_begun: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A step among all: `number` counts from one; an address is empty where there is no step."""

    label: Any
    number: int
    marks: tuple[Mark, ...]
    previous: str
    next: str
    tasks: str


def step_address(submission: Submission, step: Step) -> str:
    """Return the address of a step's page."""
    if step is Step.FILES:
        return reverse("portal_files", args=[submission.uid])
    return reverse("portal_step", args=[submission.uid, step.value])


def neighbour(step: Step, way: int) -> Step | None:
    """Return the step that is `way` steps further, or None."""
    place = ORDER.index(step) + way
    return ORDER[place] if 0 <= place < len(ORDER) else None


def place_of(submission: Submission, step: Step) -> Place:
    """Return the place of a step; one query."""
    begun = set(submission.steps.values_list("step", flat=True))
    before, after = neighbour(step, -1), neighbour(step, 1)
    return Place(
        label=STEPS[step],
        number=ORDER.index(step) + 1,
        marks=tuple(Mark(STEPS[each], each is step, each.value in begun) for each in ORDER),
        previous=step_address(submission, before) if before else "",
        next=step_address(submission, after) if after else "",
        tasks=reverse("portal_tasks", args=[submission.uid]),
    )
