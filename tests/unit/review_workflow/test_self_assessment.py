"""Who reads the provider's own view of a round: by seat, by state and by its frozen rule."""

import itertools

import pytest

from review_workflow.enums import AssignmentState, SelfAssessmentShown
from review_workflow.models import Assignment, ReviewRound
from review_workflow.permissions import CaseAccess, sees_self_assessment

AFTER, START, NEVER = (each.value for each in SelfAssessmentShown)
WRITING = (AssignmentState.IN_PROGRESS, AssignmentState.OVERDUE)
FILED = (AssignmentState.FILED, AssignmentState.AMENDED)


def sees(shown: str | None, state: AssignmentState | None = None, **rights: bool) -> bool:
    seat = Assignment(state=state.value) if state else None
    rule = {} if shown is None else {"self_assessment_shown": shown}
    access = CaseAccess(**{"can_see": True, "is_running": True, "assignment": seat} | rights)
    return sees_self_assessment(access, ReviewRound(rule_snapshot=rule))


@pytest.mark.parametrize("state", AssignmentState)
def test_a_reviewer_reads_it_as_the_rule_says(state: AssignmentState) -> None:
    assert sees(AFTER, state) == (state in FILED)
    assert sees(START, state) == (state in WRITING + FILED)
    assert not sees(NEVER, state)
    assert sees(None, state) == sees(AFTER, state)
    # What was given for a review ends with its round, as the files do.
    assert not sees(START, state, is_running=False)
    # Who chairs or breaks the glass from a seat still rates before reading how others do.
    assert sees(AFTER, state, is_chair=True) == (state in FILED)


@pytest.mark.parametrize("shown", [AFTER, START, NEVER, None])
def test_whoever_manages_without_a_seat_reads_it_always(shown: str | None) -> None:
    for right in ("is_chair", "is_overseer", "by_break_glass"):
        assert sees(shown, **{right: True})
        assert not sees(shown, **{right: True, "can_see": False})
    assert not sees(shown)


def test_without_sight_of_the_case_nothing_is_read() -> None:
    for shown, state in itertools.product([AFTER, START, NEVER, None], AssignmentState):
        assert not sees(shown, state, can_see=False, is_chair=True)
