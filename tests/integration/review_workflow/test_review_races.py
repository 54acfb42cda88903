"""Eight threads at once: no review is lost, one decision stands, and nothing deadlocks.

They commit for real, on PostgreSQL as on SQLite; what a test wrote is taken back afterwards.
"""

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from wagtail.models import WorkflowState

from curriculum_pages.models import CurriculumPage
from home.services import ensure_site_tree
from review_workflow.enums import Outcome, RoleClass
from review_workflow.models import (
    Approval,
    Assignment,
    AuditEntry,
    Decision,
    OutgoingMessage,
    Rating,
    Review,
    ReviewerProfile,
    ReviewRound,
)
from review_workflow.reviewing import FiledReview
from review_workflow.selectors.verdicts import verdict_of
from review_workflow.services import decide, file_review, withdraw_review
from tests.racing import kinds, race

from .panels import Panel, make_panel, make_reviewer, task_state_of

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 8
TRIES, FULL_TRIES = 3, 200


@pytest.fixture
def tries(request: pytest.FixtureRequest) -> range:
    """Return how often a race is run: 200 times with --full."""
    return range(FULL_TRIES if request.config.getoption("full") else TRIES)


def chain_is_whole(round_: ReviewRound) -> bool:
    entries = list(AuditEntry.objects.filter(case=round_.case_id).order_by("seq"))
    hashes = ["", *(entry.hash for entry in entries)]
    return [entry.seq for entry in entries] == list(range(1, len(entries) + 1)) and all(
        entry.prev_hash == before and entry.hash == entry.computed_hash()
        for entry, before in zip(entries, hashes, strict=False)
    )


def one_seat(**rule: Any) -> Panel:
    """Return a panel that one reviewer fills, on a fresh site."""
    panel = make_panel(ensure_site_tree(), **{"seats": 1, "quorum": 1, "composition": {}} | rule)
    ReviewerProfile.objects.update(capacity=1000)
    return panel


def reviewed(panel: Panel, turn: int) -> ReviewRound:
    """Return a round of a new page with the one review filed."""
    round_ = panel.submit(panel.make_curriculum(f"course-{turn}"))
    panel.file(panel.ready(round_, panel.reviewers[:1])[0])
    return ReviewRound.objects.get(pk=round_.pk)


def filing_of(seat: Assignment, sheet: FiledReview) -> Callable[[], Review]:
    return lambda: file_review(assignment_id=seat.pk, filed=sheet, actor=seat.reviewer)


def decision_of(panel: Panel, round_: ReviewRound) -> Callable[[], Decision]:
    return lambda: decide(
        round_id=round_.pk,
        outcome=Outcome.APPROVE,
        actor=panel.chair,
        revision_id=round_.revision_id,
        letter="This is what we decided.",
    )


@pytest.mark.usefixtures("committed")
def test_last_reviews_at_once_all_count(tries: range) -> None:
    panel = one_seat(seats=THREADS, quorum=THREADS)
    people = [
        make_reviewer(f"reviewer-{number}", RoleClass.LEGAL, capacity=1000)
        for number in range(THREADS)
    ]
    for turn in tries:
        round_ = panel.submit(panel.make_curriculum(f"course-{turn}"))
        seats = panel.ready(round_, people)
        sheet = panel.sheet(round_)
        outcomes = race([filing_of(seat, sheet) for seat in seats])
        assert kinds(outcomes) == {"Review": THREADS}, outcomes
        states = Assignment.objects.filter(round=round_).values_list("state", flat=True)
        assert Counter(states) == {"filed": THREADS}
        assert Rating.objects.filter(review__assignment__round=round_).count() == THREADS * 4
        assert verdict_of(round_).outcome is Outcome.APPROVE
        told = OutgoingMessage.objects.filter(case=round_.case, key__startswith="ready:")
        assert told.count() == 1
        assert chain_is_whole(round_)


@pytest.mark.usefixtures("committed")
def test_the_same_review_at_once_is_filed_once(tries: range) -> None:
    panel = one_seat()
    for turn in tries:
        round_ = panel.submit(panel.make_curriculum(f"course-{turn}"))
        seat = panel.ready(round_, panel.reviewers[:1])[0]
        sheet = panel.sheet(round_)
        outcomes = race([filing_of(seat, sheet)] * THREADS)
        assert kinds(outcomes) == {"Review": THREADS}, outcomes
        assert len({review.pk for review in outcomes}) == 1
        assert Rating.objects.filter(review__assignment=seat).count() == 4
        assert AuditEntry.objects.filter(case=round_.case, kind="review_filed").count() == 1


@pytest.mark.usefixtures("committed")
def test_decisions_at_once_leave_one(tries: range) -> None:
    panel = one_seat()
    for turn in tries:
        round_ = reviewed(panel, turn)
        outcomes = race([decision_of(panel, round_)] * THREADS)
        assert kinds(outcomes) == {"Decision": 1, "PermissionDenied": THREADS - 1}, outcomes
        assert Decision.objects.filter(round=round_).count() == 1
        assert Approval.objects.filter(page=round_.case.page_id).count() == 1
        assert (
            OutgoingMessage.objects.filter(key__contains="letter:", case=round_.case).count() == 1
        )
        assert task_state_of(round_).workflow_state.status == "approved"
        assert CurriculumPage.objects.get(pk=round_.case.page_id).live
        assert chain_is_whole(round_)


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize("way", ["Wagtail's own", "locked first"])
def test_a_decision_and_a_cancel_at_once(tries: range, way: str) -> None:
    panel = one_seat()
    seen = Counter()
    for turn in tries:
        round_ = reviewed(panel, turn)

        if way == "locked first":
            cancel = partial(withdraw_review, round_id=round_.pk, actor=panel.editor)
            cancels: list[Any] = [cancel] * (THREADS // 2)
        else:
            # As the editor's view does: an instance read before, and no transaction around.
            cancels = [
                partial(
                    WorkflowState.objects.get(task_states=round_.task_state_id).cancel,
                    user=panel.editor,
                )
                for _number in range(THREADS // 2)
            ]
        outcomes = race([decision_of(panel, round_)] * (THREADS // 2) + cancels)
        errors = [each for each in outcomes if isinstance(each, BaseException)]
        assert all(isinstance(error, PermissionDenied) for error in errors), outcomes
        round_.refresh_from_db()
        round_.case.refresh_from_db()
        approved = Decision.objects.filter(round=round_).count()
        assert Approval.objects.filter(page=round_.case.page_id).count() == approved
        assert (
            round_.state,
            round_.case.state,
            task_state_of(round_).status,
            task_state_of(round_).workflow_state.status,
            CurriculumPage.objects.get(pk=round_.case.page_id).live,
            AuditEntry.objects.filter(case=round_.case, kind="withdrawn").count(),
        ) == (
            ("decided", "decided", "approved", "approved", True, 0)
            if approved
            else ("cancelled", "withdrawn", "cancelled", "cancelled", False, 1)
        )
        assert Assignment.objects.filter(round=round_).count() == 1
        assert chain_is_whole(round_)
        seen[approved] += 1
    assert sum(seen.values()) == len(tries)
