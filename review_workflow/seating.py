"""The life of a seat: which event leads from which state to which. Pure; services act on it."""

from collections.abc import Mapping
from enum import StrEnum

from .enums import AssignmentState


class SeatEvent(StrEnum):
    """What can happen to an assignment; also the kind of its entry in the record, after `seat_`."""

    INVITED_AGAIN = "invited_again"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    NO_CONFLICT = "no_conflict"
    CONFLICT_DECLARED = "conflict_declared"
    CONFLICT_SETTLED = "conflict_settled"
    RECUSED = "recused"
    FILED = "filed"
    AMENDED = "amended"
    FELL_OVERDUE = "fell_overdue"
    EXPIRED = "expired"
    RELEASED = "released"


class ImpossibleStep(ValueError):  # noqa: N818 - says what happened
    """An event that cannot happen to a seat in its state."""


_S = AssignmentState
_CAN_REVIEW = (_S.IN_PROGRESS, _S.OVERDUE)
_STEPS: Mapping[SeatEvent, tuple[tuple[AssignmentState, ...], AssignmentState]] = {
    SeatEvent.INVITED_AGAIN: ((_S.DECLINED, _S.RELEASED), _S.INVITED),
    SeatEvent.ACCEPTED: ((_S.INVITED,), _S.ACCEPTED),
    SeatEvent.DECLINED: ((_S.INVITED, _S.ACCEPTED), _S.DECLINED),
    SeatEvent.NO_CONFLICT: ((_S.ACCEPTED,), _S.IN_PROGRESS),
    # A conflict may come to mind after the files opened, as long as nothing is filed.
    SeatEvent.CONFLICT_DECLARED: ((_S.ACCEPTED, *_CAN_REVIEW), _S.CONFLICT_DECLARED),
    SeatEvent.CONFLICT_SETTLED: ((_S.CONFLICT_DECLARED,), _S.IN_PROGRESS),
    SeatEvent.RECUSED: ((_S.CONFLICT_DECLARED,), _S.RECUSED),
    # Who is late may still file while the round runs.
    SeatEvent.FILED: (_CAN_REVIEW, _S.FILED),
    SeatEvent.AMENDED: ((_S.FILED, _S.AMENDED), _S.AMENDED),
    SeatEvent.FELL_OVERDUE: ((_S.IN_PROGRESS,), _S.OVERDUE),
    # The answer and the declaration have one clock; without either the seat goes on.
    SeatEvent.EXPIRED: ((_S.INVITED, _S.ACCEPTED), _S.RELEASED),
    SeatEvent.RELEASED: (
        (_S.INVITED, _S.ACCEPTED, _S.CONFLICT_DECLARED, *_CAN_REVIEW),
        _S.RELEASED,
    ),
}

TRANSITIONS: Mapping[tuple[AssignmentState, SeatEvent], AssignmentState] = {
    (before, event): after for event, (befores, after) in _STEPS.items() for before in befores
}
"""Every step that a seat can take."""


def state_after(state: str, event: SeatEvent) -> AssignmentState:
    """Return the state that `event` leads to; raises ImpossibleStep where it cannot happen."""
    try:
        return TRANSITIONS[AssignmentState(state), event]
    except KeyError:
        message = f"{event} cannot happen to a seat that is {state}"
        raise ImpossibleStep(message) from None


def can_happen(state: str, event: SeatEvent) -> bool:
    """Return whether `event` can happen to a seat in `state`."""
    return (AssignmentState(state), event) in TRANSITIONS
