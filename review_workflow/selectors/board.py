"""The board of cases: what stands where, what is due when, and what waits for a chair.

The queryset is the wall's; everything beside a case is read for the rows shown, by a fixed number
of statements.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _

from review_workflow.enums import (
    CAN_REVIEW,
    HAS_FILED,
    HOLDS_SEAT,
    RUNNING_ROUNDS,
    AssignmentState,
    CaseState,
    ConflictKind,
    ConflictResolution,
    RoundState,
)
from review_workflow.models import Assignment, Case, Condition, ConflictDeclaration, ReviewRound
from review_workflow.permissions import visible_cases

_ANSWERING = (AssignmentState.INVITED.value, AssignmentState.ACCEPTED.value)
_WRITING = tuple(sorted(state.value for state in CAN_REVIEW))
_FILED = tuple(sorted(state.value for state in HAS_FILED))
_HOLDING = tuple(sorted(state.value for state in HOLDS_SEAT | {AssignmentState.OVERDUE}))
_RUNNING = tuple(sorted(state.value for state in RUNNING_ROUNDS))


@dataclass(frozen=True, slots=True)
class BoardQuery:
    """What a user asks the board for; nothing given is everything they may see."""

    text: str = ""
    state: str = ""
    mine: bool = False
    overdue: bool = False
    needs_chair: bool = False


@dataclass(frozen=True, slots=True)
class Clock:
    """Something that is due on a day."""

    label: str
    due_on: dt.date
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One line of the board, in words."""

    case: Case
    round: ReviewRound
    seats: int
    filled: int
    filed: int
    clock: Clock | None
    chair_needed_for: Sequence[str]

    @property
    def is_overdue(self) -> bool:
        """Whether something of the case is past its day."""
        return self.clock is not None and self.clock.is_overdue


def board_cases(user: Any, query: BoardQuery | None = None) -> "QuerySet[Case]":
    """Return the cases that `user` may see and that the query asks for, the newest first."""
    query = query or BoardQuery()
    latest = ReviewRound.objects.filter(case=OuterRef("pk")).order_by("-number")
    cases = (
        visible_cases(user)
        .annotate(latest_round=Subquery(latest.values("pk")[:1]))
        .exclude(latest_round=None)
        .select_related("page")
        .order_by("-opened_at", "-pk")
    )
    text = query.text.replace("\x00", "").strip()
    if text:
        cases = cases.filter(Q(number__icontains=text) | Q(page__title__icontains=text))
    if query.state:
        cases = cases.filter(state=query.state)
    if query.mine:
        cases = cases.filter(_is_of(user))
    if query.overdue:
        cases = cases.filter(overdue_condition())
    if query.needs_chair:
        cases = cases.filter(_needs_chair())
    return cases


def has_cases(user: Any) -> bool:
    """Return whether the board would show `user` anything."""
    return visible_cases(user).exists()


def _is_of(user: Any) -> Q:
    chaired = ReviewRound.objects.filter(pk=OuterRef("latest_round"), chair=user.pk)
    seat = Assignment.objects.filter(
        round=OuterRef("latest_round"), reviewer=user.pk, state__in=_HOLDING
    )
    return Q(Exists(chaired)) | Q(Exists(seat))


def overdue_condition() -> Q:
    """Return the condition on board cases that a clock of theirs has run out."""
    now = timezone.now()
    seats = Assignment.objects.filter(round=OuterRef("latest_round"), round__state__in=_RUNNING)
    rounds = ReviewRound.objects.filter(
        pk=OuterRef("latest_round"), state__in=_RUNNING, due_at__lt=now
    )
    conditions = Condition.objects.filter(
        decision__round=OuterRef("latest_round"),
        decision__is_superseded=False,
        met_at=None,
        due_on__lt=timezone.localdate(),
    )
    late = Q(state__in=_ANSWERING, respond_by__lt=now) | Q(state__in=_WRITING, review_by__lt=now)
    return Q(Exists(seats.filter(late))) | Q(Exists(rounds)) | Q(Exists(conditions))


def _needs_chair() -> Q:
    running = ReviewRound.objects.filter(pk=OuterRef("latest_round"), state__in=_RUNNING)
    pending = _pending(ConflictDeclaration.objects.all()).filter(
        assignment__round=OuterRef("latest_round"), assignment__round__state__in=_RUNNING
    )
    filed = (
        Assignment.objects.filter(round=OuterRef("pk"), state__in=_FILED)
        .order_by()
        .values("round")
        .annotate(number=Count("pk"))
        .values("number")
    )
    ready = running.annotate(
        filed=Subquery(filed, output_field=IntegerField()),
        quorum=Cast(KT("rule_snapshot__quorum"), IntegerField()),
    ).filter(filed__gte=F("quorum"))
    waiting = running.filter(Q(state=RoundState.ASSEMBLING.value) | Q(chair=None))
    return Q(Exists(waiting)) | Q(Exists(pending)) | Q(Exists(ready))


def _pending(declarations: Any) -> Any:
    return declarations.filter(resolution=ConflictResolution.PENDING.value).exclude(
        kind=ConflictKind.NONE.value
    )


def board_rows(cases: Iterable[Case]) -> list[BoardRow]:
    """Return the lines of cases that `board_cases` returned, by four statements for all of them."""
    cases = list(cases)
    keys = [case.latest_round for case in cases]  # type: ignore[attr-defined]  # annotated
    rounds = (
        ReviewRound.objects.select_related("chair")
        .defer("edition_snapshot", "facts", "units")
        .in_bulk(keys)
    )
    seats: dict[int, list[Assignment]] = defaultdict(list)
    for seat in Assignment.objects.filter(round__in=keys).only(
        "round_id", "state", "respond_by", "review_by"
    ):
        seats[seat.round_id].append(seat)
    pending = dict(
        _pending(ConflictDeclaration.objects.filter(assignment__round__in=keys))
        .order_by()
        .values_list("assignment__round")
        .annotate(number=Count("assignment", distinct=True))
    )
    conditions: dict[int, list[dt.date]] = defaultdict(list)
    for round_id, due_on in Condition.objects.filter(
        decision__round__in=keys, decision__is_superseded=False, met_at=None
    ).values_list("decision__round", "due_on"):
        conditions[round_id].append(due_on)
    return [
        _row(case, rounds[key], seats[key], pending.get(key, 0), conditions[key])
        for case, key in zip(cases, keys, strict=True)
    ]


def _row(
    case: Case,
    round_: ReviewRound,
    seats: list[Assignment],
    pending: int,
    conditions: list[dt.date],
) -> BoardRow:
    filed = sum(seat.state in _FILED for seat in seats)
    return BoardRow(
        case=case,
        round=round_,
        seats=round_.rule_snapshot["seats"],
        filled=sum(seat.state in _HOLDING for seat in seats),
        filed=filed,
        clock=next_clock(round_, seats, conditions),
        chair_needed_for=_chair_needed_for(case, round_, filed, pending),
    )


def next_clock(
    round_: ReviewRound, seats: Iterable[Assignment], conditions: Iterable[dt.date]
) -> Clock | None:
    """Return what of a round is due first, or None where no clock runs.

    `conditions` are the days on which conditions that are not met yet are due.
    """
    clocks = [(_("Evidence for a condition"), due_on, due_on < _today()) for due_on in conditions]
    if round_.state in _RUNNING:
        for seat in seats:
            if seat.state in _ANSWERING:
                clocks.append((_("Answer to an invitation"), *_day_of(seat.respond_by)))
            elif seat.state in _WRITING and seat.review_by:
                clocks.append((_("A review"), *_day_of(seat.review_by)))
        if round_.due_at:
            clocks.append((_("The round"), *_day_of(round_.due_at)))
    if not clocks:
        return None
    return Clock(*min(clocks, key=lambda clock: clock[1]))


def _today() -> dt.date:
    return timezone.localdate()


def _day_of(moment: dt.datetime) -> tuple[dt.date, bool]:
    return timezone.localtime(moment).date(), moment < timezone.now()


def _chair_needed_for(case: Case, round_: ReviewRound, filed: int, pending: int) -> list[str]:
    if round_.state not in _RUNNING or case.state != CaseState.IN_REVIEW:
        return []
    reasons = []
    if round_.chair_id is None:
        reasons.append(_("name a chair"))
    if round_.state == RoundState.ASSEMBLING:
        reasons.append(_("put the panel together"))
    if pending:
        reasons.append(_("resolve a declared conflict"))
    if round_.state == RoundState.REVIEWING and filed >= round_.rule_snapshot["quorum"]:
        reasons.append(_("decide"))
    return reasons
