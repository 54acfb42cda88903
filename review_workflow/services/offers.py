"""Keeping panels full without a hand: clocks that ran out, and seats offered to somebody else.

Called again and again, by several processes at once perhaps: each round is locked, read again, and
left alone where nothing is due.
"""

import datetime as dt
import logging
from collections.abc import Iterator
from itertools import chain

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from review_workflow.composition import PanelRule, can_join
from review_workflow.enums import RUNNING_ROUNDS, AssignmentState, RoundState
from review_workflow.models import Assignment, OutgoingMessage, ReviewRound
from review_workflow.seating import SeatEvent
from review_workflow.selectors.candidates import Candidate, candidates_for, members_of

from .locking import lock_running_round
from .steps import invite, take_step, tell_chair, tell_seatless

logger = logging.getLogger(__name__)

ROUNDS_AT_A_TIME = 50
"""How many rounds one call takes care of; the next call takes the next ones."""
ASK_AGAIN = dt.timedelta(days=1)
"""How long a seat that nobody could take waits before it is tried again."""
_WAITING = (AssignmentState.INVITED.value, AssignmentState.ACCEPTED.value)
_VACATED = (
    AssignmentState.DECLINED.value,
    AssignmentState.RELEASED.value,
    AssignmentState.RECUSED.value,
    AssignmentState.OVERDUE.value,
)
_OF_ONE_ROUND = (
    DatabaseError,
    ObjectDoesNotExist,
    PermissionDenied,
    ValidationError,
    LookupError,
    TypeError,
    ValueError,
)
"""What a round with impossible rows or a broken snapshot may raise without stopping the others."""


def re_offer_seats() -> int:
    """Close what ran out of time and offer free seats; return how many rounds were seen to.

    An invitation that nobody answered, or whose declaration is missing, is released; a review past
    its date is overdue, which its reviewer may still file. Each such seat, and each that was
    declined, released or recused, is offered to the best candidate who keeps the composition
    possible; where nobody is left the chair is told once a day. One transaction per round.
    """
    done = 0
    for round_id in _rounds_with_work():
        try:
            _see_to(round_id)
        except _OF_ONE_ROUND:
            logger.exception("The seats of round %s could not be seen to.", round_id)
        else:
            done += 1
    return done


def _rounds_with_work() -> Iterator[int]:
    """Return rounds whose clocks ran out or that have a seat to offer, those told today apart."""
    now = timezone.now()
    told = OutgoingMessage.objects.filter(
        case=OuterRef("case"), key__startswith="nobody-left:", created_at__gt=now - ASK_AGAIN
    )
    free = Assignment.objects.filter(
        round=OuterRef("pk"), state__in=_VACATED, re_offered_at__isnull=True
    )
    late = Assignment.objects.filter(round=OuterRef("pk")).filter(_late(now))
    running = ReviewRound.objects.filter(state__in=[state.value for state in RUNNING_ROUNDS])
    late_rounds = running.filter(Exists(late)).order_by("pk")
    free_rounds = running.filter(
        Exists(free), ~Exists(told), state=RoundState.REVIEWING.value
    ).order_by("pk")
    keys = chain(
        late_rounds.values_list("pk", flat=True)[:ROUNDS_AT_A_TIME],
        free_rounds.values_list("pk", flat=True)[:ROUNDS_AT_A_TIME],
    )
    return iter(dict.fromkeys(keys))


def _late(now: dt.datetime) -> Q:
    return Q(state__in=_WAITING, respond_by__lt=now) | Q(
        state=AssignmentState.IN_PROGRESS.value, review_by__lt=now
    )


@transaction.atomic
def _see_to(round_id: int) -> None:
    """Close and offer in one round, as it is once it is locked."""
    round_ = lock_running_round(round_id)
    now = timezone.now()
    for assignment in round_.assignments.filter(_late(now)).select_related("reviewer"):
        assignment.round = round_
        if assignment.state == AssignmentState.IN_PROGRESS:
            take_step(assignment, SeatEvent.FELL_OVERDUE)
            continue
        reason = _("No answer, or no declaration of conflicts, by the date asked for.")
        take_step(assignment, SeatEvent.EXPIRED, closed_reason=reason)
        tell_seatless(assignment, event=SeatEvent.EXPIRED)
    if round_.state == RoundState.REVIEWING:
        _offer(round_, now)


def _offer(round_: ReviewRound, now: dt.datetime) -> None:
    vacated = list(
        round_.assignments.filter(state__in=_VACATED, re_offered_at__isnull=True).order_by("pk")
    )
    rule, members = PanelRule.of(round_.rule_snapshot), members_of(round_)
    free = rule.seats - sum(member.keeps_seat for member in members)
    candidates = [
        candidate
        for candidate in (candidates_for(round_) if free > 0 and vacated else ())
        if candidate.has_room and not candidate.blocking and not candidate.seat_state
    ]
    offered: list[Candidate] = []
    while len(offered) < min(free, len(vacated)):
        chosen = next((each for each in candidates if can_join(rule, members, each.member)), None)
        if chosen is None:
            break
        members.append(chosen.member)
        offered.append(chosen)
    if offered:
        invite(round_, offered, why="offer")
    # A seat that the chair has filled by hand in the meantime needs no offer any more.
    surplus = max(len(vacated) - max(free, 0), 0)
    settled = [assignment.pk for assignment in vacated[: surplus + len(offered)]]
    Assignment.objects.filter(pk__in=settled).update(re_offered_at=now)
    if len(settled) < len(vacated):
        _tell_nobody_left(round_, free - len(offered), now)


def _tell_nobody_left(round_: ReviewRound, empty: int, now: dt.datetime) -> None:
    words = {"number": round_.case.number, "count": empty}
    tell_chair(
        round_,
        key=f"nobody-left:{round_.uid}:{now:%Y%m%d%H%M}",
        subject=_("Case %(number)s: nobody is left for a seat") % words,
        body=_(
            "Empty seats of case %(number)s: %(count)s. No reviewer without a conflict and with "
            "room for more work fits the panel. Please invite somebody, or decide by the rule with "
            "the reviews there are."
        )
        % words,
    )
