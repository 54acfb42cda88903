"""The timeline of a submission: one event after the other, under the submission's lock."""

from typing import Any

from django.db.models import Max
from django.utils import timezone

from submission_portal.enums import EventKind, SubmissionState
from submission_portal.models import Submission, SubmissionEvent


def record_event(
    submission: Submission,
    kind: EventKind,
    *,
    actor: Any,
    is_staffs: bool = False,
    words: str = "",
    note: str = "",
    **data: Any,
) -> SubmissionEvent:
    """Append what happened and return it; the submission is locked by the caller."""
    last = submission.events.aggregate(last=Max("seq"))["last"] or 0
    return SubmissionEvent.objects.create(
        submission=submission,
        seq=last + 1,
        kind=kind.value,
        actor=actor,
        is_staffs=is_staffs,
        words=words,
        note=note,
        data=data,
    )


def move_to(submission: Submission, state: SubmissionState, **fields: Any) -> None:
    """Lead the locked submission into a state, with further fields set."""
    submission.state, submission.state_since = state.value, timezone.now()
    for name, value in fields.items():
        setattr(submission, name, value)
    submission.save(update_fields=["state", "state_since", *fields])
