"""Seats under several processes at once: each is offered once, and none is filled twice."""

import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.utils import timezone

from home.services import ensure_site_tree
from review_workflow.enums import HOLDS_SEAT, RoleClass
from review_workflow.models import Assignment, AuditEntry, OutgoingMessage, ReviewRound
from review_workflow.services import accept_invitation, invite_reviewer, re_offer_seats

from .panels import Panel, make_panel, make_reviewer

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.postgresql,
    pytest.mark.usefixtures("migrated_rows"),
]
THREADS = 8


@pytest.fixture
def panel(migrated_rows: None, transactional_db: None) -> Panel:
    made = make_panel(ensure_site_tree())
    for number in range(THREADS):
        make_reviewer(f"more-{number}", RoleClass.LAW_ENFORCEMENT)
    return made


@pytest.fixture
def round_(panel: Panel) -> ReviewRound:
    made = panel.submit()
    panel.open(made)
    return made


def at_once(jobs: list[Callable[[], Any]]) -> list[Any]:
    start, found = threading.Barrier(len(jobs)), [None] * len(jobs)

    def run(place: int, job: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            start.wait(timeout=60)
            found[place] = job()
        except (PermissionDenied, ValidationError) as error:
            found[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return found


def let_expire(round_: ReviewRound, user: Any) -> None:
    Assignment.objects.filter(round=round_, reviewer=user).update(
        respond_by=timezone.now() - dt.timedelta(days=1)
    )


def held(round_: ReviewRound) -> int:
    states = [state.value for state in HOLDS_SEAT]
    return Assignment.objects.filter(round=round_, state__in=states).count()


def test_a_free_seat_is_offered_once(panel: Panel, round_: ReviewRound) -> None:
    let_expire(round_, panel.reviewers[0])
    at_once([re_offer_seats] * THREADS)
    kinds = Counter(AuditEntry.objects.filter(case=round_.case).values_list("kind", flat=True))
    assert (kinds["seat_expired"], kinds["reviewers_invited"]) == (1, 2)
    assert held(round_) == 3
    assert OutgoingMessage.objects.filter(key__startswith="invitation:").count() == 4


def test_a_seat_is_filled_once_by_the_chair_or_by_an_offer(
    panel: Panel, round_: ReviewRound
) -> None:
    let_expire(round_, panel.reviewers[0])
    Assignment.objects.filter(round=round_, reviewer=panel.reviewers[0]).update(state="released")
    people = list(
        panel.chair.__class__.objects.filter(email__startswith="more-").order_by("pk")[:6]
    )
    jobs: list[Callable[[], Any]] = [
        lambda user=user: invite_reviewer(round_id=round_.pk, reviewer=user.pk, actor=panel.chair)
        for user in people
    ]
    at_once([*jobs, re_offer_seats, re_offer_seats])
    assert held(round_) == 3


def test_an_answer_and_the_clock_at_once_leave_one_truth(panel: Panel, round_: ReviewRound) -> None:
    user = panel.reviewers[0]
    seat = Assignment.objects.get(round=round_, reviewer=user)
    let_expire(round_, user)
    at_once([lambda: accept_invitation(assignment_id=seat.pk, actor=user), re_offer_seats] * 4)
    seat.refresh_from_db()
    kinds = Counter(AuditEntry.objects.filter(case=round_.case).values_list("kind", flat=True))
    assert seat.state in {"accepted", "released"}
    assert kinds["seat_accepted"] + kinds["seat_expired"] == 1
    assert held(round_) == 3
