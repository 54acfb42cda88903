"""Reminders and escalations: on their days, to the right people, never twice, none lost."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor
from io import StringIO

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from review_workflow.enums import AssignmentState, Outcome, RoundState
from review_workflow.models import (
    Assignment,
    Condition,
    Decision,
    OutgoingMessage,
)
from review_workflow.notifications import remind_when_due, reminder_due, send_reminders

from .conftest import approve
from .panels import make_overseer, make_panel

NOON = timezone.make_aware(dt.datetime(2026, 3, 2, 12))
TODAY = NOON.date()


def on_day(days, hour=12):
    return time_machine.travel(NOON.replace(hour=hour) + dt.timedelta(days=days), tick=False)


@pytest.fixture
def panel(site_tree):
    with time_machine.travel(NOON, tick=False):
        yield make_panel(site_tree, reminder_days=[7, 2, 0, -3])


@pytest.fixture
def round_(panel):
    """A round that reviews and is due in forty days; nobody has a seat yet."""
    round_ = panel.submit()
    round_.state = RoundState.REVIEWING.value
    round_.due_at = NOON + dt.timedelta(days=40)
    round_.save()
    OutgoingMessage.objects.all().delete()
    return round_


def seat(round_, reviewer, state=AssignmentState.IN_PROGRESS, days=30, **fields):
    writes = state in {AssignmentState.IN_PROGRESS, AssignmentState.OVERDUE}
    due = NOON + dt.timedelta(days=days)
    return Assignment.objects.create(
        **{
            "round": round_,
            "reviewer": reviewer,
            "role_class": "mental_health_clinician",
            "seat": round_.assignments.count() + 1,
            "state": state.value,
            "invited_at": NOON,
            "respond_by": NOON + dt.timedelta(days=7) if writes else due,
            "responded_at": NOON if writes else None,
            "review_by": due if writes else None,
        }
        | fields
    )


def told():
    """Return who was told what since the last call, and forget it."""
    rows = OutgoingMessage.objects.filter(sent_at=None).order_by("pk")
    found = sorted((row.recipient.first_name.lower(), row.subject) for row in rows)
    rows.update(sent_at=timezone.now())
    return found


def run(days, **when):
    with on_day(days, **when):
        send_reminders()
        return told()


@pytest.mark.parametrize(
    ("days_before", "expected"),
    [(8, None), (7, 7), (5, 7), (2, 2), (1, 2), (0, 0), (-2, 0), (-3, -3), (-90, -3)],
)
def test_the_latest_reminder_whose_day_has_come_is_due(days_before, expected):
    due_on = TODAY + dt.timedelta(days=days_before)
    since = TODAY - dt.timedelta(days=200)
    assert reminder_due([7, 2, 0, -3], due_on=due_on, since=since, today=TODAY) == expected


def test_a_reminder_of_the_day_on_which_the_clock_began_is_none():
    due_on = TODAY + dt.timedelta(days=7)
    assert reminder_due([9, 7], due_on=due_on, since=TODAY, today=TODAY) is None
    assert reminder_due([9, 7], due_on=due_on, since=TODAY - dt.timedelta(1), today=TODAY) == 7


def test_a_review_is_reminded_of_on_its_days_and_late_also_to_the_chair(panel, round_):
    seat(round_, panel.reviewers[0])
    number = round_.case.number
    due = [("practitioner", f"Case {number}: your review is due on April 1, 2026")]
    found = {day: run(day) for day in range(39)}
    assert {day: messages for day, messages in found.items() if messages} == {
        23: due,
        28: due,
        30: due,
        33: [
            ("chair", f"Case {number}: a review was due on April 1, 2026"),
            ("practitioner", f"Case {number}: your review was due on April 1, 2026"),
        ],
    }


def test_an_invitation_is_reminded_of_but_not_on_the_day_it_came(panel, round_):
    seat(round_, panel.reviewers[0], AssignmentState.INVITED, days=7)
    number = round_.case.number
    answer = [("practitioner", f"Case {number}: your answer is due on March 9, 2026")]
    found = {day: run(day) for day in range(8)}
    assert {day: messages for day, messages in found.items() if messages} == {5: answer, 7: answer}


def test_runs_that_failed_for_days_lose_no_reminder_and_send_one(panel, round_):
    seat(round_, panel.reviewers[0])
    assert run(29) == [
        ("practitioner", f"Case {round_.case.number}: your review is due on April 1, 2026")
    ]
    assert run(29) == []


def test_a_new_date_is_reminded_of_anew(panel, round_):
    given = seat(round_, panel.reviewers[0])
    assert len(run(28)) == 1
    given.review_by += dt.timedelta(days=3)
    given.save()
    assert run(28) == [
        ("practitioner", f"Case {round_.case.number}: your review is due on April 4, 2026")
    ]


@pytest.mark.parametrize(
    "state",
    [
        AssignmentState.FILED,
        AssignmentState.AMENDED,
        AssignmentState.DECLINED,
        AssignmentState.RELEASED,
        AssignmentState.RECUSED,
        AssignmentState.CONFLICT_DECLARED,
    ],
)
def test_nobody_is_reminded_who_has_nothing_to_do(panel, round_, state):
    seat(round_, panel.reviewers[0], state, review_by=NOON + dt.timedelta(days=30))
    assert [run(day) for day in (23, 28, 30, 33)] == [[]] * 4


def test_nobody_is_reminded_of_a_round_that_has_ended(panel, round_):
    seat(round_, panel.reviewers[0])
    round_.state = RoundState.DECIDED.value
    round_.save()
    assert [run(day) for day in (23, 28, 30, 33, 50)] == [[]] * 5


def test_a_round_past_its_day_is_told_to_chair_and_overseers_once(panel, round_):
    make_overseer()
    tied = make_overseer("tied-overseer")
    tied.known_conflicts.create(organisation=round_.case.parties.get().organisation, source="told")
    late = f"Case {round_.case.number}: round 1 was due on April 11, 2026"
    assert run(40, hour=11) == []
    assert run(41) == [("chair", late), ("overseer", late)]
    assert [run(day) for day in (41, 42, 60)] == [[], [], []]


def test_a_round_without_a_chair_is_told_to_overseers_once(panel, round_):
    make_overseer()
    panel.chair.is_active = False
    panel.chair.save()
    assert run(1) == [("overseer", f"Case {round_.case.number} has no chair")]
    assert run(2) == []


def test_reminders_go_out_in_the_morning_and_do_not_wait_for_a_digest(panel, round_):
    seat(round_, panel.reviewers[0])
    with on_day(28, hour=3):
        send_reminders()
        message = OutgoingMessage.objects.get()
        assert message.due_at == timezone.localtime().replace(hour=7)
        assert message.can_wait is False


@pytest.fixture
def condition(panel, round_):
    """A condition that is due in thirty days, verified by a reviewer; the approval stands."""
    decision = Decision.objects.create(
        round=round_,
        outcome=Outcome.APPROVE_WITH_CONDITIONS.value,
        sentence="…",
        decided_by=panel.chair,
        letter="…",
        letter_sha256="…",
    )
    round_.state = RoundState.DECIDED.value
    round_.save()
    approve(round_.case.page.specific, "CH-1", decision=decision, revision=round_.revision)
    OutgoingMessage.objects.all().delete()
    return Condition.objects.create(
        decision=decision,
        evidence_wanted="A new lesson plan.",
        due_on=TODAY + dt.timedelta(days=30),
        verifier=panel.reviewers[0],
    )


def test_a_condition_is_reminded_of_to_provider_and_verifier(condition):
    number = condition.decision.round.case.number
    both = [
        ("editor", f"Case {number}: evidence for a condition is due on April 1, 2026"),
        ("practitioner", f"Case {number}: a condition is due on April 1, 2026"),
    ]
    assert [run(day) for day in (22, 23, 24, 30, 31)] == [[], both, [], both, []]
    bodies = OutgoingMessage.objects.filter(recipient__first_name="Editor").values_list("body")
    assert all("A new lesson plan." in body for (body,) in bodies)
    assert not any("Practitioner" in body for (body,) in bodies)


def test_a_condition_that_is_met_or_superseded_is_quiet(condition):
    Condition.objects.update(met_at=NOON)
    assert run(23) == []
    Condition.objects.update(met_at=None)
    Decision.objects.update(is_superseded=True)
    assert run(23) == []


def test_the_command_sends_what_it_queued_and_nothing_the_second_time(panel, round_):
    seat(round_, panel.reviewers[0])
    said = StringIO()
    with on_day(28):
        call_command("send_reminders", stdout=said)
        call_command("send_reminders", stdout=said)
    assert said.getvalue().splitlines() == ["1 queued, 1 sent", "0 queued, 0 sent"]
    assert [message.to for message in mail.outbox] == [["practitioner@example.org"]]


def test_due_work_looks_at_the_calendar_every_ten_minutes(panel, round_):
    with on_day(27):
        assert remind_when_due() == 0
    seat(round_, panel.reviewers[0])
    with on_day(27):
        assert remind_when_due() == 0
    with time_machine.travel(NOON + dt.timedelta(days=27, minutes=11), tick=False):
        assert remind_when_due() == 1


def test_reminding_costs_the_same_at_three_and_at_forty_seats(
    panel, round_, django_assert_num_queries
):
    for reviewer in panel.reviewers[:3]:
        seat(round_, reviewer)
    with on_day(28), django_assert_num_queries(5):
        assert send_reminders() == 3
    for number in range(9):
        other = panel.submit(panel.make_curriculum(f"more-{number}"))
        for reviewer in panel.reviewers:
            seat(other, reviewer)
    with on_day(28), django_assert_num_queries(5):
        assert send_reminders() == 36


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("migrated_rows")
def test_two_processes_queue_each_reminder_once():
    from home.services import ensure_site_tree

    panel = make_panel(ensure_site_tree())
    round_ = panel.submit()
    now = timezone.now()
    for reviewer in panel.reviewers:
        seat(
            round_,
            reviewer,
            invited_at=now - dt.timedelta(days=20),
            responded_at=now - dt.timedelta(days=20),
            review_by=now + dt.timedelta(days=1),
        )
    OutgoingMessage.objects.all().delete()
    start = threading.Barrier(4)

    def remind():
        try:
            start.wait()
            return send_reminders()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        for future in [pool.submit(remind) for _ in range(4)]:
            future.result()
    assert OutgoingMessage.objects.count() == 4
