"""The life of a seat: every step that it can take, and no other."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review_workflow.enums import CAN_REVIEW, HAS_FILED, AssignmentState
from review_workflow.seating import (
    TRANSITIONS,
    ImpossibleStep,
    SeatEvent,
    can_happen,
    state_after,
)

S, E = AssignmentState, SeatEvent
WALKS = st.lists(st.sampled_from(SeatEvent), max_size=30)


def test_every_step() -> None:
    assert {
        (before.value, event.value): after.value for (before, event), after in TRANSITIONS.items()
    } == {
        ("declined", "invited_again"): "invited",
        ("released", "invited_again"): "invited",
        ("invited", "accepted"): "accepted",
        ("invited", "declined"): "declined",
        ("accepted", "declined"): "declined",
        ("accepted", "no_conflict"): "in_progress",
        ("accepted", "conflict_declared"): "conflict_declared",
        ("in_progress", "conflict_declared"): "conflict_declared",
        ("overdue", "conflict_declared"): "conflict_declared",
        ("conflict_declared", "conflict_settled"): "in_progress",
        ("conflict_declared", "recused"): "recused",
        ("in_progress", "filed"): "filed",
        ("overdue", "filed"): "filed",
        ("filed", "amended"): "amended",
        ("amended", "amended"): "amended",
        ("in_progress", "fell_overdue"): "overdue",
        ("invited", "expired"): "released",
        ("accepted", "expired"): "released",
        ("invited", "released"): "released",
        ("accepted", "released"): "released",
        ("conflict_declared", "released"): "released",
        ("in_progress", "released"): "released",
        ("overdue", "released"): "released",
    }


def walk(events: list[SeatEvent]) -> list[AssignmentState]:
    states = [S.INVITED]
    for event in events:
        if can_happen(states[-1], event):
            states.append(state_after(states[-1], event))
    return states


@given(WALKS)
def test_nobody_reviews_without_a_declaration(events: list[SeatEvent]) -> None:
    states = [S.INVITED]
    declared = False
    for event in events:
        if not can_happen(states[-1], event):
            with pytest.raises(ImpossibleStep):
                state_after(states[-1], event)
            continue
        states.append(state_after(states[-1], event))
        declared = (declared or event in {E.NO_CONFLICT, E.CONFLICT_DECLARED}) and (
            event is not E.INVITED_AGAIN
        )
        if states[-1] in CAN_REVIEW | HAS_FILED:
            assert declared


@given(WALKS)
def test_a_filed_review_is_never_lost_and_a_recusal_is_for_good(events: list[SeatEvent]) -> None:
    states = walk(events)
    for before, after in pairwise(states):
        if before in HAS_FILED:
            assert after in HAS_FILED
        assert before is not S.RECUSED


def test_every_state_but_recused_has_a_way_on() -> None:
    assert {state for state, _event in TRANSITIONS} == set(S) - {S.RECUSED}
