"""Your reviews: what waits for one person, on the dashboard and on its page; the wall holds."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from curriculum_pages.models import CurriculumPage
from review_workflow.enums import AssignmentState, MailFrequency, Outcome, RoleClass, RoundState
from review_workflow.models import (
    Assignment,
    Case,
    Condition,
    Decision,
    KnownConflict,
    MailPreference,
    OutgoingMessage,
    ReviewRound,
)
from review_workflow.selectors.queue import queue_of

from .panels import make_overseer, make_panel, make_reviewer, make_user

PAGE, DASHBOARD = "/admin/reviews/", "/admin/"


@pytest.fixture
def panel(site_tree):
    return make_panel(site_tree)


@pytest.fixture
def reviewer(panel):
    return panel.reviewers[0]


def open_case(panel, slug, *seats, state=RoundState.REVIEWING):
    """Return a round in which each of `seats`, a reviewer and a state, has a seat."""
    round_ = panel.submit(panel.make_curriculum(slug))
    round_.state = state.value
    round_.save()
    now = timezone.now()
    Assignment.objects.bulk_create(
        Assignment(
            round=round_,
            reviewer=reviewer,
            role_class="academic_researcher",
            seat=number,
            state=seat_state.value,
            respond_by=now + dt.timedelta(days=3),
            review_by=now + dt.timedelta(days=9),
        )
        for number, (reviewer, seat_state) in enumerate(seats, start=1)
    )
    return round_


def browser(user):
    client = Client()
    client.force_login(user)
    return client


def words(answer):
    """Return the text of a page, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


def seen(rows):
    return [(row.title, row.action, row.state) for row in rows]


def test_the_queue_tells_what_to_do_by_when_and_where(panel, reviewer):
    invited = open_case(panel, "invited", (reviewer, AssignmentState.INVITED))
    accepted = open_case(panel, "accepted", (reviewer, AssignmentState.ACCEPTED))
    writes = open_case(panel, "writes", (reviewer, AssignmentState.IN_PROGRESS))
    late = open_case(panel, "late", (reviewer, AssignmentState.OVERDUE))
    late.assignments.update(review_by=timezone.now() - dt.timedelta(days=2))
    filed = open_case(panel, "filed", (reviewer, AssignmentState.FILED))
    queue = queue_of(reviewer)
    assert seen(queue.invitations) == [
        ("Invited", "Accept or decline", "Invited"),
        ("Accepted", "Say whether you have a conflict", "Accepted, declaration outstanding"),
    ]
    assert seen(queue.reviews) == [
        ("Late", "Write your review", "Overdue"),
        ("Writes", "Write your review", "In progress"),
    ]
    assert [row.is_overdue for row in queue.reviews] == [True, False]
    assert seen(queue.filed) == [("Filed", "Read and discuss", "Filed")]
    assert [row.due_on for row in queue.invitations] == [
        timezone.localdate() + dt.timedelta(days=3)
    ] * 2
    assert [row.address for row in (*queue.invitations, *queue.reviews, *queue.filed)] == [
        *(
            f"/admin/reviews/assignments/{case.assignments.get().uid}/"
            for case in (invited, accepted)
        ),
        *(
            f"/admin/pages/workflow/action/{case.case.page_id}/{action}/{case.task_state_id}/"
            for case, action in ((late, "review"), (writes, "review"), (filed, "amend"))
        ),
    ]
    client = browser(reviewer)
    for row in (*queue.invitations, *queue.reviews):
        assert client.get(row.address).status_code == 200


@pytest.mark.parametrize(
    "state",
    [
        AssignmentState.DECLINED,
        AssignmentState.RELEASED,
        AssignmentState.RECUSED,
        AssignmentState.CONFLICT_DECLARED,
    ],
)
def test_a_closed_seat_does_not_wait(panel, reviewer, state):
    open_case(panel, "closed", (reviewer, state))
    assert not queue_of(reviewer)


@pytest.mark.parametrize("state", [RoundState.DECIDED, RoundState.CANCELLED])
def test_a_round_that_ended_does_not_wait(panel, reviewer, state):
    open_case(panel, "ended", (reviewer, AssignmentState.IN_PROGRESS), state=state)
    assert not queue_of(reviewer)


def test_nobody_else_sees_what_waits_and_a_conflict_hides_it(panel, reviewer):
    round_ = open_case(panel, "secret", (reviewer, AssignmentState.INVITED))
    root = make_user("root", is_superuser=True)
    for user in (panel.reviewers[1], panel.editor, make_user("stranger"), root):
        for address in (PAGE, DASHBOARD):
            answer = browser(user).get(address)
            assert answer.status_code == 200
            assert "clearinghouse_assignment" not in answer.content.decode()
            assert str(round_.assignments.get().uid) not in answer.content.decode()
    assert round_.case.number in words(browser(reviewer).get(PAGE))
    KnownConflict.objects.create(
        reviewer=reviewer, organisation=round_.case.parties.get().organisation, source="told"
    )
    for address in (PAGE, DASHBOARD):
        assert round_.case.number not in words(browser(reviewer).get(address))


def test_the_page_has_a_heading_for_each_section_and_says_when_nothing_waits(panel, reviewer):
    open_case(panel, "invited", (reviewer, AssignmentState.INVITED))
    open_case(panel, "writes", (reviewer, AssignmentState.IN_PROGRESS))
    html = browser(reviewer).get(PAGE).content.decode()
    assert re.findall(r'<h2 id="queue-\w+">(.*?)</h2>', html) == [
        "Invitations to answer",
        "Reviews to write",
    ]
    captions = re.findall(r"<caption[^>]*>(.*?)</caption>", html)
    assert {"Invitations to answer", "Reviews to write"} <= set(captions)
    assert "Nothing waits for you." in words(browser(panel.editor).get(PAGE))


def test_a_condition_waits_for_its_verifier(panel, reviewer):
    round_ = open_case(panel, "decided", (reviewer, AssignmentState.FILED))
    round_.state = RoundState.DECIDED.value
    round_.save()
    decision = Decision.objects.create(
        round=round_,
        outcome=Outcome.APPROVE_WITH_CONDITIONS.value,
        sentence="…",
        decided_by=panel.chair,
        letter="…",
        letter_sha256="…",
    )
    condition = Condition.objects.create(
        decision=decision,
        evidence_wanted="…",
        due_on=timezone.localdate() - dt.timedelta(days=1),
        verifier=reviewer,
    )
    (row,) = queue_of(reviewer).conditions
    assert (row.action, row.is_overdue) == ("Verify a condition", True)
    assert browser(reviewer).get(row.address).status_code == 200
    assert not queue_of(panel.reviewers[1]).conditions
    condition.met_at = timezone.now()
    condition.save()
    assert not queue_of(reviewer)


def test_the_chair_is_told_how_many_cases_wait(panel, reviewer):
    open_case(panel, "assembling", state=RoundState.ASSEMBLING)
    open_case(panel, "reviewing", (reviewer, AssignmentState.IN_PROGRESS))
    assert queue_of(panel.chair).to_chair == 1
    for address in (PAGE, DASHBOARD):
        assert "1 case waits for you as its chair" in words(browser(panel.chair).get(address))
    assert queue_of(make_overseer()).to_chair == 0


def test_wagtails_own_panel_leaves_reviews_to_ours(panel, reviewer):
    open_case(panel, "writes", (reviewer, AssignmentState.IN_PROGRESS))
    html = browser(reviewer).get(DASHBOARD).content.decode()
    assert "panel-awaiting-review" not in html
    assert html.count("Write your review") == 1


def test_the_dashboard_shows_the_most_urgent_and_counts_the_rest(panel, reviewer):
    for number in range(10):
        open_case(panel, f"case-{number}", (reviewer, AssignmentState.IN_PROGRESS))
    html = browser(reviewer).get(DASHBOARD).content.decode()
    assert html.count("Write your review") == 8
    assert "2 more things wait for you." in html


def more_cases(panel, seats, number):
    """Open `number` more cases, each with `seats`, without a workflow: by few statements."""
    first = panel.submit(panel.make_curriculum("first"))
    pages = [
        panel.catalog.add_child(
            instance=CurriculumPage(
                title=f"Page {each}", slug=f"page-{each}", live=False, provider=panel.provider
            )
        )
        for each in range(number)
    ]
    cases = Case.objects.bulk_create(
        Case(number=f"1999-{each:04}", page_id=page.pk) for each, page in enumerate(pages)
    )
    rounds = ReviewRound.objects.bulk_create(
        ReviewRound(
            case=case,
            number=1,
            revision=first.revision,
            rule=first.rule,
            edition=first.edition,
            rule_snapshot=first.rule_snapshot,
            edition_snapshot=first.edition_snapshot,
            chair=panel.chair,
            state=RoundState.REVIEWING.value,
        )
        for case in cases
    )
    now = timezone.now()
    Assignment.objects.bulk_create(
        Assignment(
            round=round_,
            reviewer=reviewer,
            role_class="academic_researcher",
            seat=place,
            state=AssignmentState.IN_PROGRESS.value,
            respond_by=now,
            review_by=now,
        )
        for round_ in rounds
        for place, reviewer in enumerate(seats, start=1)
    )


@pytest.mark.parametrize(("cases", "people"), [(1, 3), (300, 3), (1, 50)])
def test_the_queue_takes_five_statements_however_much_there_is(
    panel, reviewer, cases, people, django_assert_num_queries
):
    seats = [
        *panel.reviewers[:3],
        *(make_reviewer(f"r{n}", RoleClass.RESEARCHER) for n in range(people - 3)),
    ]
    more_cases(panel, seats, cases)
    reviewer = type(reviewer).objects.get(pk=reviewer.pk)
    with django_assert_num_queries(5):
        queue = queue_of(reviewer)
        assert len(queue.urgent) == cases


@pytest.mark.parametrize("cases", [1, 60])
def test_dashboard_and_page_take_the_same_statements_at_one_and_at_sixty_cases(
    panel, reviewer, cases, django_assert_num_queries
):
    more_cases(panel, [reviewer], cases)
    client = browser(reviewer)
    for address in (DASHBOARD, PAGE):
        client.get(address)
    with django_assert_num_queries(20):
        client.get(DASHBOARD)
    with django_assert_num_queries(13):
        client.get(PAGE)


def test_everybody_chooses_for_themselves_how_messages_come(panel, reviewer):
    address = reverse("clearinghouse_mail_preference")
    client = browser(reviewer)
    assert 'type="radio"' in client.get(address).content.decode()
    for _twice in range(2):
        answer = client.post(address, {"frequency": "daily", "user": panel.chair.pk})
        assert (answer.status_code, answer["Location"]) == (302, PAGE)
    assert list(MailPreference.objects.values_list("user", "frequency")) == [
        (reviewer.pk, MailFrequency.DAILY.value)
    ]
    refused = client.post(address, {"frequency": "hourly"})
    assert refused.status_code == 200
    assert "hourly" in words(refused)
    assert MailPreference.objects.get().frequency == MailFrequency.DAILY.value


@pytest.mark.parametrize("address", [PAGE, "/admin/reviews/mail/", "/admin/outgoing-messages/"])
def test_whoever_is_not_logged_in_gets_nothing(db, address):
    assert Client().get(address)["Location"].startswith("/accounts/login/")


@pytest.fixture
def outbox(panel):
    """Messages about a case, in each state, and one about none."""
    case = open_case(panel, "told").case
    OutgoingMessage.objects.all().delete()
    now = timezone.now()
    for name, fields in {
        "waiting": {},
        "failing": {"tries": 3, "error": "SMTPDataError 451"},
        "sent": {"sent_at": now, "tries": 1},
        "dropped": {"dropped_at": now, "tries": 1},
    }.items():
        OutgoingMessage.objects.create(
            key=name,
            recipient=panel.chair,
            case=case,
            subject=f"About the case, {name}",
            body="The text itself",
            **fields,
        )
    OutgoingMessage.objects.create(key="other", address="a@example.org", subject="Apart", body="x")
    return case


OUTBOX = "/admin/outgoing-messages/"


def test_overseers_read_the_outbox_but_no_texts(panel, outbox):
    client = browser(make_overseer())
    text = words(client.get(OUTBOX))
    for shown in ("About the case, failing", "Apart", "SMTPDataError 451", outbox.number, "Sent"):
        assert shown in text
    assert "The text itself" not in text
    for name in ("waiting", "failing", "sent", "dropped"):
        text = words(client.get(OUTBOX, {"state": name}))
        found = re.findall(r"About the case, (\w+)", text)
        assert set(found) == {name}


def test_nobody_else_reads_it_and_a_conflict_hides_what_is_about_the_case(panel, outbox):
    failing = OutgoingMessage.objects.get(key="failing")
    retry = reverse("clearinghouse_message_retry", args=[failing.pk])
    for user in (panel.chair, panel.editor, panel.reviewers[0]):
        client = browser(user)
        assert client.get(OUTBOX).status_code == 302
        assert client.get(retry).status_code == client.post(retry).status_code == 404
    overseer = make_overseer(is_superuser=True)
    KnownConflict.objects.create(
        reviewer=overseer, organisation=outbox.parties.get().organisation, source="told"
    )
    client = browser(overseer)
    text = words(client.get(OUTBOX))
    assert "Apart" in text
    assert "About the case" not in text
    assert outbox.number not in text
    assert client.post(retry).status_code == 404
    failing.refresh_from_db()
    assert failing.due_at < timezone.now() - dt.timedelta(0)
    assert not outbox.audit_entries.filter(kind="message_retried").exists()


def test_an_overseer_has_a_message_tried_again(panel, outbox):
    OutgoingMessage.objects.filter(key="failing").update(
        due_at=timezone.now() + dt.timedelta(hours=5)
    )
    failing = OutgoingMessage.objects.get(key="failing")
    client = browser(make_overseer())
    retry = reverse("clearinghouse_message_retry", args=[failing.pk])
    assert retry in client.get(OUTBOX).content.decode()
    assert "SMTPDataError 451" in words(client.get(retry))
    assert client.post(retry)["Location"] == OUTBOX
    failing.refresh_from_db()
    assert failing.due_at <= timezone.now()
    assert outbox.audit_entries.filter(kind="message_retried").count() == 1


@pytest.mark.parametrize("number", [1, 40])
def test_the_list_takes_the_same_statements_for_one_and_for_forty(
    panel, outbox, number, django_assert_num_queries
):
    OutgoingMessage.objects.all().delete()
    OutgoingMessage.objects.bulk_create(
        OutgoingMessage(key=f"k{n}", recipient=panel.chair, case=outbox, subject="S", body="B")
        for n in range(number)
    )
    client = browser(make_overseer())
    client.get(OUTBOX)
    with django_assert_num_queries(12):
        client.get(OUTBOX)
