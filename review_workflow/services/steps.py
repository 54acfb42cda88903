"""One step in the life of a seat, and inviting somebody to one; used by the services beside it."""

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from review_workflow.enums import AssignmentState
from review_workflow.models import Assignment, ReviewRound
from review_workflow.permissions import access_to, overseers_of
from review_workflow.seating import SeatEvent, can_happen, state_after
from review_workflow.selectors.candidates import Candidate

from .audit import record
from .locking import lock_running_round
from .messages import Message, queue_messages


def lock_seat(assignment_id: int) -> tuple[ReviewRound, Assignment]:
    """Return the locked running round and the seat in it, both freshly read.

    Raises Assignment.DoesNotExist, and PermissionDenied where the round has ended.
    """
    round_id = Assignment.objects.values_list("round", flat=True).get(pk=assignment_id)
    round_ = lock_running_round(round_id)
    assignment = Assignment.objects.select_related("reviewer").get(pk=assignment_id)
    assignment.round = round_
    return round_, assignment


def require_chair(actor: Any, round_: ReviewRound) -> None:
    """Raise PermissionDenied unless `actor` chairs the round and sees its case."""
    if not access_to(actor, round_).can_decide:
        raise PermissionDenied(_("Only the chair of this round may do this; nothing was changed."))


def require_own(actor: Any, assignment: Assignment) -> None:
    """Raise PermissionDenied unless the seat is `actor`'s and its case is open to them."""
    access = access_to(actor, assignment.round)
    if access.assignment is None or access.assignment.pk != assignment.pk:
        raise PermissionDenied(_("This seat is not yours; nothing was changed."))


def take_step(
    assignment: Assignment, event: SeatEvent, *, actor: Any = None, **fields: Any
) -> Assignment:
    """Lead the seat to where `event` leads, with `fields` set, and record it.

    Raises PermissionDenied where the event cannot happen in the state that the seat is in.
    """
    if not can_happen(assignment.state, event):
        raise PermissionDenied(
            _("This seat is now “%(state)s”; nothing was changed.")
            % {"state": assignment.get_state_display()}
        )
    before = assignment.state
    assignment.state = state_after(before, event).value
    for name, value in fields.items():
        setattr(assignment, name, value)
    assignment.save(update_fields=["state", *fields])
    record(
        case=assignment.round.case,
        kind=f"seat_{event.value}",
        actor=actor,
        assignment=assignment.pk,
        reviewer=assignment.reviewer_id,
        seat=assignment.seat,
        before=before,
    )
    return assignment


def invite(
    round_: ReviewRound, candidates: Sequence[Candidate], *, actor: Any = None, why: str
) -> list[Assignment]:
    """Give seats to `candidates`, who were checked before; record it and queue the invitations.

    Whoever declined or was released in this round gets the same seat back. `why` goes into the
    record: `panel`, `single` or `offer`. The number of statements does not depend on theirs.
    """
    now = timezone.now()
    respond_by = now + dt.timedelta(days=round_.rule_snapshot["response_days"])
    again = _reopen(round_, [candidate.user.pk for candidate in candidates], now, respond_by)
    taken = {assignment.reviewer_id for assignment in again}
    last = round_.assignments.aggregate(last=Max("seat"))["last"] or 0
    fresh = Assignment.objects.bulk_create(
        Assignment(
            round=round_,
            reviewer=candidate.user,
            role_class=candidate.role,
            seat=number,
            invited_at=now,
            respond_by=respond_by,
        )
        for number, candidate in enumerate(
            (each for each in candidates if each.user.pk not in taken), start=last + 1
        )
    )
    invited = [*again, *fresh]
    record(
        case=round_.case,
        kind="reviewers_invited",
        actor=actor,
        round=round_.number,
        why=why,
        seats={str(assignment.seat): assignment.reviewer_id for assignment in invited},
    )
    queue_messages(_invitation(round_, assignment) for assignment in invited)
    return invited


def _reopen(
    round_: ReviewRound, users: Collection[int], now: dt.datetime, respond_by: dt.datetime
) -> list[Assignment]:
    states = [each.value for each in AssignmentState if can_happen(each, SeatEvent.INVITED_AGAIN)]
    seats = list(
        round_.assignments.filter(reviewer__in=users, state__in=states).select_related("reviewer")
    )
    round_.assignments.filter(pk__in=[seat.pk for seat in seats]).update(
        state=AssignmentState.INVITED.value,
        invited_at=now,
        respond_by=respond_by,
        responded_at=None,
        review_by=None,
        closed_reason="",
        suggestion="",
        re_offered_at=None,
    )
    for seat in seats:
        seat.invited_at, seat.respond_by = now, respond_by
    return seats


def _invitation(round_: ReviewRound, assignment: Assignment) -> Message:
    words = {
        "number": round_.case.number,
        "answer": timezone.localdate(assignment.respond_by).isoformat(),
        "days": round_.rule_snapshot["review_days"],
    }
    return Message(
        # Whoever is invited a second time is told a second time.
        key=f"invitation:{assignment.uid}:{assignment.invited_at:%Y%m%d%H%M%S%f}",
        recipient=assignment.reviewer,
        case=round_.case,
        subject=_("Case %(number)s: you are invited to review a curriculum") % words,
        body=_(
            "You are invited to review a curriculum (case %(number)s). Please accept or decline "
            "by %(answer)s, under “Your reviews”. Before any file opens you are asked about "
            "conflicts of interest; then you have %(days)s days to review."
        )
        % words,
        can_wait=False,
    )


def tell_chair(round_: ReviewRound, *, key: str, subject: str, body: str) -> None:
    """Queue a message to the chair, or to the overseers of the case where nobody chairs."""
    people: list[Any] = [round_.chair] if round_.chair_id else list(overseers_of(round_.case))
    queue_messages(
        Message(
            key=key if round_.chair_id else f"{key}:{person.pk}",
            recipient=person,
            case=round_.case,
            subject=subject,
            body=body,
        )
        for person in people
    )


def tell_seatless(assignment: Assignment, *, event: SeatEvent) -> None:
    """Queue a message to somebody whose seat was closed.

    It names no case: the wall may stand between them by now, and mail cannot be called back.
    """
    words = {"day": timezone.localdate(assignment.invited_at).isoformat()}
    queue_messages(
        [
            Message(
                key=f"seat-closed:{assignment.uid}:{event}:{assignment.invited_at:%Y%m%d%H%M%S}",
                recipient=assignment.reviewer,
                subject=_("A review that you were invited to is closed to you"),
                body=_(
                    "The review that you were invited to on %(day)s no longer waits for you. There "
                    "is nothing left to do. Thank you for your readiness."
                )
                % words,
            )
        ]
    )
