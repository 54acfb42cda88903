"""The life of an approval as a pure function of its events: standing, dates, status on a day.

Nothing here reads a clock or a database: the caller says which day it is.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from .enums import IN_FORCE, ApprovalEventKind, ApprovalStatus


class ImpossibleEvent(ValueError):  # noqa: N818 - named for what is wrong
    """The event cannot follow the events so far; the message says why."""


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of an approval's history.

    `effective_on` is the day from which it counts; `until` is the last day of the approval and
    is given by events that set one (granted, renewed, corrected). `provisional` tells whether
    conditions were still open when the approval was granted.
    """

    kind: ApprovalEventKind
    effective_on: date
    until: date | None = None
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Life:
    """What the events add up to: first and last day, and the standing apart from the calendar."""

    standing: ApprovalStatus
    approved_on: date
    expires_on: date

    def status_on(self, day: date) -> ApprovalStatus:
        """Return the status on `day`; the last day still counts as in force."""
        if self.standing in IN_FORCE | {ApprovalStatus.SUSPENDED} and day > self.expires_on:
            return ApprovalStatus.EXPIRED
        return self.standing

    def is_in_force(self, day: date) -> bool:
        """Return whether the approval counts on `day`."""
        return self.approved_on <= day and self.status_on(day) in IN_FORCE


_ENDED = frozenset({ApprovalStatus.WITHDRAWN, ApprovalStatus.SUPERSEDED})
_STANDING_AFTER = {
    ApprovalEventKind.CONDITIONS_MET: ApprovalStatus.ACTIVE,
    ApprovalEventKind.REVIEW_OPENED: ApprovalStatus.UNDER_REVIEW,
    ApprovalEventKind.REVIEW_CLOSED: ApprovalStatus.ACTIVE,
    ApprovalEventKind.SUSPENDED: ApprovalStatus.SUSPENDED,
    ApprovalEventKind.REINSTATED: ApprovalStatus.ACTIVE,
    ApprovalEventKind.RENEWED: ApprovalStatus.ACTIVE,
    ApprovalEventKind.WITHDRAWN: ApprovalStatus.WITHDRAWN,
    ApprovalEventKind.SUPERSEDED: ApprovalStatus.SUPERSEDED,
}
_NEEDS_STANDING = {
    ApprovalEventKind.CONDITIONS_MET: frozenset({ApprovalStatus.PROVISIONAL}),
    ApprovalEventKind.REVIEW_OPENED: frozenset({ApprovalStatus.ACTIVE, ApprovalStatus.PROVISIONAL}),
    ApprovalEventKind.REVIEW_CLOSED: frozenset({ApprovalStatus.UNDER_REVIEW}),
    ApprovalEventKind.SUSPENDED: IN_FORCE,
    ApprovalEventKind.REINSTATED: frozenset({ApprovalStatus.SUSPENDED}),
    ApprovalEventKind.RENEWED: IN_FORCE,
}


def life_of(events: Iterable[Event]) -> Life:
    """Return what `events`, in the order they were recorded, add up to.

    Raises ImpossibleEvent where the history does not begin with a grant, goes on after its end,
    holds an event that its standing does not allow, or ends before it begins.
    """
    life: Life | None = None
    opened_from = ApprovalStatus.ACTIVE
    for event in events:
        if life is None:
            life = _granted(event)
            continue
        _check_follows(life, event)
        standing = _STANDING_AFTER.get(event.kind, life.standing)
        if event.kind is ApprovalEventKind.REVIEW_OPENED:
            opened_from = life.standing
        elif event.kind is ApprovalEventKind.REVIEW_CLOSED:
            standing = opened_from
        corrected = event.kind is ApprovalEventKind.CORRECTED
        life = _dated(
            standing,
            event.effective_on if corrected else life.approved_on,
            event.until or life.expires_on,
        )
    if life is None:
        message = "An approval begins with the event that grants it."
        raise ImpossibleEvent(message)
    return life


def _granted(event: Event) -> Life:
    if event.kind is not ApprovalEventKind.GRANTED or event.until is None:
        message = "An approval begins with the event that grants it and says until when."
        raise ImpossibleEvent(message)
    standing = ApprovalStatus.PROVISIONAL if event.provisional else ApprovalStatus.ACTIVE
    return _dated(standing, event.effective_on, event.until)


def _check_follows(life: Life, event: Event) -> None:
    if event.kind is ApprovalEventKind.GRANTED:
        message = "An approval is granted once; a new approval takes a new number."
        raise ImpossibleEvent(message)
    if life.standing in _ENDED and event.kind is not ApprovalEventKind.CORRECTED:
        message = f"The approval is {life.standing.value}: nothing can follow."
        raise ImpossibleEvent(message)
    needed = _NEEDS_STANDING.get(event.kind)
    if needed is not None and life.standing not in needed:
        message = f"An approval that is {life.standing.value} cannot be {event.kind.value}."
        raise ImpossibleEvent(message)


def _dated(standing: ApprovalStatus, approved_on: date, expires_on: date) -> Life:
    if expires_on < approved_on:
        message = "An approval cannot end before it begins."
        raise ImpossibleEvent(message)
    return Life(standing, approved_on, expires_on)
