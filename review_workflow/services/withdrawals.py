"""Withdrawing: what a workflow that is cancelled in Wagtail means for its case."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import WorkflowState

from review_workflow.enums import (
    APPROVING,
    HOLDS_SEAT,
    OPEN_CASES,
    RUNNING_ROUNDS,
    AssignmentState,
    CaseState,
    Outcome,
    RoundState,
)
from review_workflow.models import Assignment, Case, Decision, ReviewRound

from .audit import record
from .locking import lock_round
from .messages import Message, queue_messages


@transaction.atomic
def withdraw_review(*, round_id: int, actor: Any) -> Case:
    """Cancel the workflow of a round, as whoever submitted the page may; return the case.

    Everything is locked before anything is changed, so that a decision at the same time comes
    before or after as a whole. Raises PermissionDenied where Wagtail would not let `actor` cancel
    and they do not speak for the party either, and where a decision has been made.
    """
    round_ = lock_round(round_id)
    workflow = round_.task_state and WorkflowState.objects.get(task_states=round_.task_state_id)
    if not workflow or not workflow.is_active:
        raise PermissionDenied(_("This case is no longer in a workflow; nothing was changed."))
    speaks = round_.case.page.specific.speaks_for_party(actor)
    if not speaks and not workflow.user_can_cancel(actor):
        raise PermissionDenied(_("Only whoever submitted the page can withdraw it."))
    workflow.cancel(user=actor)
    round_.case.refresh_from_db()
    return round_.case


@transaction.atomic
def withdraw_case(*, round_id: int, actor: Any = None) -> Case:
    """Close the case of a round whose workflow was cancelled; return it.

    Its round ends and everybody who holds a seat is told. A case that is closed already stays as
    it is. Raises PermissionDenied where an approval was decided: that is withdrawn by its own
    events, not by a workflow.
    """
    round_ = lock_round(round_id)
    case = round_.case
    if case.state not in {state.value for state in OPEN_CASES}:
        if is_approved(round_):
            raise PermissionDenied(_("This review ended with an approval; it cannot be cancelled."))
        return case
    now = timezone.now()
    ReviewRound.objects.filter(
        case=case, state__in=[state.value for state in RUNNING_ROUNDS]
    ).update(state=RoundState.CANCELLED.value, closed_at=now)
    case.state, case.closed_at = CaseState.WITHDRAWN.value, now
    case.save(update_fields=["state", "closed_at"])
    record(
        case=case,
        kind="withdrawn",
        actor=actor,
        round=round_.number,
        outcome=Outcome.WITHDRAWN.value,
    )
    _tell(round_)
    return case


def is_approved(round_: ReviewRound) -> bool:
    """Return whether the round ended with a decision that grants an approval."""
    return Decision.objects.filter(
        round=round_, is_superseded=False, outcome__in=[each.value for each in APPROVING]
    ).exists()


def _tell(round_: ReviewRound) -> None:
    case = round_.case
    holds = [state.value for state in HOLDS_SEAT | {AssignmentState.OVERDUE}]
    seats = Assignment.objects.filter(round=round_, state__in=holds).select_related("reviewer")
    people = {seat.reviewer_id: seat.reviewer for seat in seats}
    if round_.chair is not None:
        people[round_.chair.pk] = round_.chair
    queue_messages(
        Message(
            key=f"withdrawn:{case.uid}:{person.pk}",
            recipient=person,
            case=case,
            subject=_("Case %(number)s was withdrawn") % {"number": case.number},
            body=_("The submission was withdrawn. Nothing more is asked of you in this case."),
        )
        for person in people.values()
    )
