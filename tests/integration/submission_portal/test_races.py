"""Everybody at once: one submission, one case, one mail; on PostgreSQL as on SQLite."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from home.services import ensure_site_tree
from review_workflow.models import Case, OutgoingMessage
from submission_portal.enums import ReasonKind
from submission_portal.models import ScreeningReason, Submission, SubmissionVersion
from submission_portal.permissions import access_to_submission
from submission_portal.services import (
    accept_to_review,
    create_submission,
    return_to_provider,
    submit,
    withdraw_submission,
)
from tests.integration.review_workflow.panels import make_panel
from tests.racing import kinds, race

from .planting import Portal, make_member, make_portal

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("committed")]
THREADS = 6
TRIES, FULL_TRIES = 2, 100


@pytest.fixture
def tries(request: pytest.FixtureRequest) -> range:
    """Return how often a race is run: 100 times with --full."""
    return range(FULL_TRIES if request.config.getoption("full") else TRIES)


@pytest.fixture
def portal(committed: None) -> Portal:
    return make_portal(make_panel(ensure_site_tree()))


def mails(part: str, user: Any) -> int:
    return OutgoingMessage.objects.filter(key__contains=part, recipient=user).count()


def test_submitting_and_accepting_at_once(portal: Portal, tries: range) -> None:
    colleague = make_member(portal.provider, "colleague")
    people = [portal.owner, colleague] * (THREADS // 2)
    for turn in tries:
        submission = portal.draft(f"Course {turn}")
        key = {"submission_id": submission.pk}
        outcomes = race([partial(submit, **key, actor=who) for who in people])
        assert kinds(outcomes) == {"SubmissionVersion": THREADS}, outcomes
        assert len({version.pk for version in outcomes}) == 1
        submission.refresh_from_db()
        assert submission.number.endswith(f"{turn + 1:04d}")
        assert mails(f"{submission.uid}:submitted", portal.owner) == 1
        assert mails(f"{submission.uid}:submitted", portal.screener) == 1

        outcomes = race([partial(accept_to_review, **key, actor=portal.screener)] * THREADS)
        assert kinds(outcomes) == {"Submission": 1, "PermissionDenied": THREADS - 1}, outcomes
        submission.refresh_from_db()
        assert Case.objects.filter(page__title=f"Course {turn}").get() == submission.case
        assert mails(f"{submission.uid}:event", portal.owner) == 1


def test_submitting_while_staff_return_it(portal: Portal, tries: range) -> None:
    reason = ScreeningReason.objects.create(
        code="race", label="x", letter="x", kind=ReasonKind.RETURN.value
    )
    for turn in tries:
        submission = portal.submitted(f"Course {turn}")
        key = {"submission_id": submission.pk}
        returns: list[Callable[[], Any]] = [
            partial(
                return_to_provider, **key, actor=portal.screener, reasons=[reason.code], words="x"
            )
        ] * 2
        submits: list[Callable[[], Any]] = [partial(submit, **key, actor=portal.owner)] * 2
        accepts: list[Callable[[], Any]] = [
            partial(accept_to_review, **key, actor=portal.screener)
        ] * 2
        outcomes = race(returns + submits + accepts)
        assert set(kinds(outcomes)) <= {"Submission", "SubmissionVersion", "PermissionDenied"}
        submission.refresh_from_db()
        history = list(submission.events.order_by("seq").values_list("kind", flat=True))
        numbers = list(submission.versions.values_list("number", flat=True))
        assert numbers == list(range(1, history.count("submitted") + 1))
        assert history.count("accepted") == (submission.state == "accepted")
        assert (submission.case is not None) == (submission.state == "accepted")
        last = {"submitted": "screening", "returned": "returned", "accepted": "accepted"}
        assert submission.state == last[history[-1]]
        letters = OutgoingMessage.objects.filter(
            key__contains=f"{submission.uid}:event", recipient=portal.owner
        )
        assert letters.count() == history.count("returned") + history.count("accepted")


def test_withdrawing_while_staff_accept(portal: Portal, tries: range) -> None:
    for turn in tries:
        submission = portal.submitted(f"Course {turn}")
        key = {"submission_id": submission.pk}
        outcomes = race(
            [partial(accept_to_review, **key, actor=portal.screener)] * 2
            + [partial(withdraw_submission, **key, actor=portal.owner, reason="x")] * 2
        )
        assert set(kinds(outcomes)) <= {"Submission", "PermissionDenied"}, outcomes
        submission.refresh_from_db()
        assert submission.state == "withdrawn"
        assert submission.events.filter(kind="withdrawn").count() == 1
        if submission.case is not None:
            assert submission.case.state == "withdrawn"
        assert not access_to_submission(portal.owner, submission).can_edit


def test_a_new_version_is_begun_once(portal: Portal, tries: range) -> None:
    submission = portal.submitted()
    page = accept_to_review(submission_id=submission.pk, actor=portal.screener).page
    begin = {"provider": portal.provider, "actor": portal.owner, "page": page}
    for _turn in tries:
        outcomes = race([lambda: create_submission(**begin)] * THREADS)
        assert kinds(outcomes) == {"Submission": 1, "ValidationError": THREADS - 1}, outcomes
        newer = Submission.objects.get(page=page, state="draft")
        withdraw_submission(submission_id=newer.pk, actor=portal.owner, reason="Once more.")
    assert SubmissionVersion.objects.count() == 1
