"""What a decision asks of a provider: conditions with what was handed in, and points to answer."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from review_workflow.enums import APPROVING
from review_workflow.models import Condition, ResponseItem, ReviewRound
from submission_portal.models import ConditionUpload, Submission

from .timeline import own_name

_APPROVING = sorted(outcome.value for outcome in APPROVING)


class ConditionState(StrEnum):
    """Where a condition stands for its provider."""

    OPEN = "open"
    HANDED_IN = "handed_in"
    MET = "met"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Something that was handed in."""

    uid: UUID
    at: dt.datetime
    by: str
    note: str
    file_name: str


@dataclass(frozen=True, slots=True)
class ConditionRow:
    """A condition; whoever verifies it is not named, and neither is what they noted."""

    uid: UUID
    wanted: str
    due_on: dt.date
    state: ConditionState
    met_at: dt.datetime | None
    evidence: Sequence[Evidence]

    @property
    def state_label(self) -> str:
        """The state in words."""
        return {
            ConditionState.OPEN: _("Open"),
            ConditionState.HANDED_IN: _("Handed in, being checked"),
            ConditionState.MET: _("Met"),
        }[self.state]

    @property
    def is_overdue(self) -> bool:
        """Whether nothing was handed in until the day that it was due."""
        return self.state is ConditionState.OPEN and self.due_on < timezone.localdate()


@dataclass(frozen=True, slots=True)
class Point:
    """Something that the decision asked to be answered."""

    key: int
    asked: str
    answer: str


def conditions_in_force(submission: Submission) -> "QuerySet[Condition]":
    """Return the conditions of the approval that stands in the submission's own case."""
    if submission.case_id is None:
        return Condition.objects.none()
    return Condition.objects.filter(
        decision__round__case=submission.case_id,
        decision__is_superseded=False,
        decision__outcome__in=_APPROVING,
    ).order_by("due_on", "order", "pk")


def conditions_of(submission: Submission) -> list[ConditionRow]:
    """Return the conditions, the one that is due first in front, with what was handed in."""
    return [_row(condition) for condition in with_evidence(conditions_in_force(submission))]


def with_evidence(conditions: "QuerySet[Condition]") -> "QuerySet[Condition]":
    """Return the conditions with what was handed in read beforehand."""
    handed_in = ConditionUpload.objects.select_related("uploaded_by").order_by("uploaded_at", "pk")
    return conditions.prefetch_related(Prefetch("provider_uploads", queryset=handed_in))


def evidence_of(condition: Any) -> list[Evidence]:
    """Return what was handed in for a condition of `with_evidence`."""
    return [
        Evidence(
            uid=upload.uid,
            at=upload.uploaded_at,
            by=own_name(upload.uploaded_by),
            note=upload.note,
            file_name=upload.name if upload.stored_file_id else "",
        )
        for upload in condition.provider_uploads.all()
    ]


def evidence_places(conditions: Collection[int]) -> dict[int, str]:
    """Return the address of what was handed in, by the keys of the conditions that have any."""
    found = ConditionUpload.objects.filter(condition__in=conditions).order_by()
    keys = found.values_list("condition", "condition__uid").distinct()
    return {key: reverse("portal_evidence", args=[uid]) for key, uid in keys}


def open_round(submission: Submission) -> ReviewRound | None:
    """Return the last round of the submission's case: the one that a response belongs to."""
    if submission.case_id is None:
        return None
    return ReviewRound.objects.filter(case=submission.case_id).order_by("-number").first()


def items_of(submission: Submission) -> list[ResponseItem]:
    """Return the points of the last round, in their order."""
    round_ = open_round(submission)
    return list(round_.response_items.order_by("order", "pk")) if round_ is not None else []


def points_of(submission: Submission) -> list[Point]:
    """Return the points of the last round as plain values."""
    return [Point(item.pk, item.asked, item.answer) for item in items_of(submission)]


def _row(condition: Condition) -> ConditionRow:
    evidence = evidence_of(condition)
    state = ConditionState.HANDED_IN if evidence else ConditionState.OPEN
    return ConditionRow(
        uid=condition.uid,
        wanted=condition.evidence_wanted,
        due_on=condition.due_on,
        state=ConditionState.MET if condition.met_at else state,
        met_at=condition.met_at,
        evidence=evidence,
    )
