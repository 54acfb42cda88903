"""What waits for one person: invitations, reviews, discussions, conditions; and where each leads.

Read through the wall, by a number of statements that depends on nobody's number of cases.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from review_workflow.enums import (
    APPROVING,
    CAN_REVIEW,
    HAS_FILED,
    RUNNING_ROUNDS,
    AssignmentState,
)
from review_workflow.models import Assignment, Case, Condition, ReviewRound
from review_workflow.permissions import visible_cases

from .board import BoardQuery, board_cases

_ANSWERING = (AssignmentState.INVITED.value, AssignmentState.ACCEPTED.value)
_WRITING = tuple(sorted(state.value for state in CAN_REVIEW))
_FILED = tuple(sorted(state.value for state in HAS_FILED))
_RUNNING = tuple(sorted(state.value for state in RUNNING_ROUNDS))


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One thing that waits: the case, what is to be done, by when, where."""

    number: str
    title: str
    state: str
    action: str
    due_on: dt.date | None
    is_overdue: bool
    address: str


@dataclass(frozen=True, slots=True)
class Queue:
    """Everything that waits for one person, what is due first in front."""

    invitations: Sequence[QueueRow] = ()
    reviews: Sequence[QueueRow] = ()
    filed: Sequence[QueueRow] = ()
    conditions: Sequence[QueueRow] = ()
    to_chair: int = 0

    @property
    def urgent(self) -> Sequence[QueueRow]:
        """What has a day: invitations, reviews and conditions together."""
        rows = [*self.invitations, *self.reviews, *self.conditions]
        return sorted(rows, key=lambda row: (row.due_on or dt.date.max, row.number))

    def __bool__(self) -> bool:
        return bool(self.urgent or self.filed or self.to_chair)


def queue_of(user: Any) -> Queue:
    """Return what waits for `user`, as far as the wall lets them see it."""
    visible = visible_cases(user)
    seats = list(
        Assignment.objects.filter(
            reviewer=user.pk,
            state__in=(*_ANSWERING, *_WRITING, *_FILED),
            round__state__in=_RUNNING,
            round__case__in=visible,
        )
        .select_related("round__case__page")
        .defer("round__rule_snapshot", "round__edition_snapshot", "round__units", "round__facts")
        .order_by("pk")
    )
    conditions = (
        Condition.objects.filter(
            verifier=user.pk,
            met_at=None,
            decision__is_superseded=False,
            decision__outcome__in=[outcome.value for outcome in APPROVING],
            decision__round__case__in=visible,
        )
        .select_related("decision__round__case__page")
        .order_by("due_on", "pk")
    )
    return Queue(
        invitations=_rows(seats, _ANSWERING),
        reviews=_rows(seats, _WRITING),
        filed=_rows(seats, _FILED),
        conditions=[_condition_row(condition) for condition in conditions],
        to_chair=_chaired(user),
    )


def _chaired(user: Any) -> int:
    """Return how many cases wait for something that `user` does as their chair."""
    chaired = ReviewRound.objects.filter(case=OuterRef("pk"), chair=user.pk, state__in=_RUNNING)
    return board_cases(user, BoardQuery(needs_chair=True)).filter(Exists(chaired)).count()


def _rows(seats: Sequence[Assignment], states: Sequence[str]) -> list[QueueRow]:
    rows = [_seat_row(seat) for seat in seats if seat.state in states]
    return sorted(rows, key=lambda row: (row.due_on or dt.date.max, row.number))


def _seat_row(seat: Assignment) -> QueueRow:
    case = seat.round.case
    moment, action = {
        AssignmentState.INVITED.value: (seat.respond_by, _("Accept or decline")),
        AssignmentState.ACCEPTED.value: (seat.respond_by, _("Say whether you have a conflict")),
        AssignmentState.IN_PROGRESS.value: (seat.review_by, _("Write your review")),
        AssignmentState.OVERDUE.value: (seat.review_by, _("Write your review")),
    }.get(seat.state, (None, _("Read and discuss")))
    return QueueRow(
        number=case.number,
        title=case.page.title,
        state=str(seat.get_state_display()),
        action=action,
        due_on=None if moment is None else timezone.localdate(moment),
        is_overdue=moment is not None and moment < timezone.now(),
        address=address_of_seat(seat),
    )


def _condition_row(condition: Condition) -> QueueRow:
    case = condition.decision.round.case
    return QueueRow(
        number=case.number,
        title=case.page.title,
        state=_("Evidence is awaited"),
        action=_("Verify a condition"),
        due_on=condition.due_on,
        is_overdue=condition.due_on < timezone.localdate(),
        address=reverse("clearinghouse_condition", args=[case.uid, condition.uid]),
    )


def address_of_seat(seat: Assignment) -> str:
    """Return where its reviewer goes on: the invitation, or the review once files are open."""
    round_ = seat.round
    if round_.task_state_id is None or round_.state not in _RUNNING:
        action = ""
    else:
        action = "review" if seat.state in _WRITING else "amend" if seat.state in _FILED else ""
    if not action:
        return reverse("clearinghouse_assignment", args=[seat.uid])
    return reverse(
        "wagtailadmin_pages:workflow_action",
        args=[round_.case.page_id, action, round_.task_state_id],
    )


def address_for(user: Any, case: Case) -> str:
    """Return where `user` goes on with a case: to their seat in its last round, else the case."""
    seat = (
        Assignment.objects.filter(
            reviewer=user.pk,
            round__case=case.pk,
            round__state__in=_RUNNING,
            state__in=(*_ANSWERING, *_WRITING, *_FILED),
        )
        .select_related("round__case")
        .first()
    )
    return reverse("clearinghouse_case", args=[case.uid]) if seat is None else address_of_seat(seat)
