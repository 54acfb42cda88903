"""Who could take a seat in a round, and what speaks for and against each: the chair's list.

The number of queries depends neither on the candidates nor on their open cases.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Q
from django.utils import timezone

from review_workflow.composition import Member
from review_workflow.enums import HAS_FILED, HOLDS_SEAT, RUNNING_ROUNDS, AssignmentState
from review_workflow.models import Affiliation, Assignment, ReviewerProfile, ReviewRound

from .conflicts import FoundConflict, found_conflicts

ENOUGH_FOR_SHARE = 3
"""Ended reviews below which a share of those filed on time says nothing."""
_OPEN_WORK = [state.value for state in (HOLDS_SEAT - HAS_FILED) | {AssignmentState.OVERDUE}]
_FILED = [state.value for state in HAS_FILED]
_ENDED = [*_FILED, AssignmentState.OVERDUE.value, AssignmentState.RELEASED.value]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A trained, active reviewer, seen from one round.

    `topics` counts the page's core topic areas that the expertise covers. `on_time` is None while
    too few reviews have ended. `seat_state` is where the reviewer stands in this round already.
    """

    user: Any
    role: str
    role_label: str
    topics: int
    open_load: int
    capacity: int
    on_time: float | None
    organisations: dict[int, str] = field(default_factory=dict)
    conflicts: tuple[FoundConflict, ...] = ()
    seat_state: str = ""

    @property
    def blocking(self) -> tuple[FoundConflict, ...]:
        """The ties that keep this reviewer off the panel."""
        return tuple(conflict for conflict in self.conflicts if conflict.blocks)

    @property
    def has_room(self) -> bool:
        """Whether one more review is within the reviewer's capacity."""
        return self.open_load < self.capacity

    @property
    def on_time_percent(self) -> int | None:
        """The share of reviews filed on time, in percent."""
        return None if self.on_time is None else round(self.on_time * 100)

    @property
    def member(self) -> Member:
        """The candidate as `composition` takes a member."""
        return Member(self.user.pk, self.role, frozenset(self.organisations))

    @property
    def rank(self) -> tuple[Any, ...]:
        """The place in the list: without conflict, expert, little to do, punctual; then steady."""
        load = self.open_load / self.capacity if self.capacity else 1.0
        punctual = 0.5 if self.on_time is None else self.on_time
        return (bool(self.blocking), not self.has_room, -self.topics, load, -punctual, self.user.pk)


def candidates_for(round_: ReviewRound, *, users: Collection[int] | None = None) -> list[Candidate]:
    """Return every active, trained reviewer, or those of `users` among them, the best first."""
    today = timezone.localdate()
    profiles = ReviewerProfile.objects.filter(
        is_active=True, user__is_active=True, trained_on__lte=today
    )
    if users is not None:
        profiles = profiles.filter(user__in=users)
    wanted = list(round_.facts.get("core_topics", ()))
    rows = list(
        profiles.select_related("user").annotate(
            topics=Count("expertise__slug", filter=Q(expertise__slug__in=wanted), distinct=True)
        )
    )
    keys = [row.user_id for row in rows]
    organisations = organisations_of(keys)
    history = _histories(keys)
    here = dict(round_.assignments.values_list("reviewer", "state"))
    conflicts = found_conflicts(round_, (row.user for row in rows))
    found = (
        Candidate(
            user=row.user,
            role=row.role_class,
            role_label=row.get_role_class_display(),
            topics=row.topics,
            open_load=history.get(row.user_id, {}).get("open_load", 0),
            capacity=row.capacity,
            on_time=_share(history.get(row.user_id, {})),
            organisations=organisations.get(row.user_id, {}),
            conflicts=tuple(conflicts.get(row.user_id, ())),
            seat_state=here.get(row.user_id, ""),
        )
        for row in rows
    )
    return sorted(found, key=lambda candidate: candidate.rank)


def members_of(round_: ReviewRound) -> list[Member]:
    """Return who is on the panel now, as `composition` takes them; overdue ones keep no seat."""
    on_it = [state.value for state in HOLDS_SEAT | {AssignmentState.OVERDUE}]
    rows = round_.assignments.filter(state__in=on_it).values_list("reviewer", "role_class", "state")
    organisations = organisations_of([key for key, _role, _state in rows])
    return [
        Member(key, role, frozenset(organisations.get(key, {})), state != AssignmentState.OVERDUE)
        for key, role, state in rows
    ]


def organisations_of(users: Collection[int]) -> dict[int, dict[int, str]]:
    """Return the organisations that each user belongs to this year, names by key."""
    rows = Affiliation.objects.filter(
        Q(until_year__isnull=True) | Q(until_year__gte=timezone.localdate().year),
        profile__user__in=users,
    ).values_list("profile__user", "organisation", "organisation__name")
    found: dict[int, dict[int, str]] = defaultdict(dict)
    for user, organisation, name in rows:
        found[user][organisation] = name
    return found


def _histories(users: Collection[int]) -> dict[int, dict[str, Any]]:
    """Return open work, begun reviews that ended, and those filed by their date, by user."""
    rows = (
        Assignment.objects.filter(reviewer__in=users)
        .order_by()
        .values("reviewer")
        .annotate(
            open_load=Count(
                "pk",
                filter=Q(
                    state__in=_OPEN_WORK, round__state__in=[each.value for each in RUNNING_ROUNDS]
                ),
            ),
            ended=Count(
                "pk",
                filter=Q(state__in=_ENDED, review_by__isnull=False),
            ),
            punctual=Count("pk", filter=Q(state__in=_FILED, filed_at__lte=F("review_by"))),
        )
    )
    return {row["reviewer"]: dict(row) for row in rows}


def _share(history: dict[str, Any]) -> float | None:
    ended = history.get("ended", 0)
    return history["punctual"] / ended if ended >= ENOUGH_FOR_SHARE else None
