"""What a provider sees of its submissions at each stage, and what it never sees."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from curriculum_pages.enums import MemberRole
from curriculum_pages.models import ProviderMember
from review_workflow.enums import Outcome
from review_workflow.models import MailPreference
from submission_portal.enums import Actor, EventKind, Stage, SubmissionState
from submission_portal.models import Submission, SubmissionMessage
from submission_portal.selectors.durations import FEWEST, expectation_for, reviews, screenings
from submission_portal.selectors.standing import Standing

from .planting import make_member, make_person, make_provider
from .stages import HIDDEN, Planted, make_planted, make_reason

pytestmark = pytest.mark.django_db


@pytest.fixture
def planted(site_tree: dict[str, Any]) -> Planted:
    return make_planted(site_tree)


def browser(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(user: Any, submission: Submission, name: str = "portal_submission") -> str:
    response = browser(user).get(reverse(name, args=[submission.uid]))
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    return response.content.decode()


def returned(planted: Planted) -> Submission:
    make_reason()
    return planted.move(
        planted.screening(),
        SubmissionState.RETURNED,
        EventKind.RETURNED,
        words="Please describe a scenario.",
    )


def out_of_scope(planted: Planted) -> Submission:
    return planted.move(
        planted.screening(),
        SubmissionState.OUT_OF_SCOPE,
        EventKind.OUT_OF_SCOPE,
        words="No course.",
    )


def withdrawn(planted: Planted) -> Submission:
    return planted.move(
        planted.screening(), SubmissionState.WITHDRAWN, EventKind.WITHDRAWN, words="Outdated."
    )


STAGES: dict[str, tuple[Callable[[Planted], Submission], list[str]]] = {
    "draft": (Planted.draft, ["Draft", "<dd>You</dd>", "Begun"]),
    "screening": (
        Planted.screening,
        ["Being checked by staff", "The platform", "No pass mark is given.", "too few past cases"],
    ),
    "returned": (returned, ["Returned to you", "No scenario exercise", "describe a scenario"]),
    "assembling": (Planted.accepted, ["A panel is being put together", "Clearinghouse staff"]),
    "in review": (Planted.in_review, ["Under review", "The reviewers", "The panel is complete"]),
    "awaiting response": (
        lambda planted: planted.decided(Outcome.REVISE_AND_RESUBMIT, letter="Revise, please."),
        ["Waiting for your response", "0 of 1 answered", "Revise, please."],
    ),
    "approved": (
        lambda planted: planted.decided(Outcome.APPROVE, letter="It is approved."),
        ["Approved", "<dd>Nobody</dd>", "It is approved."],
    ),
    "with conditions": (
        lambda planted: planted.decided(Outcome.APPROVE_WITH_CONDITIONS),
        ["Approved with conditions", "A test after the course.", "<dd>You</dd>", "Open"],
    ),
    "declined": (
        lambda planted: planted.decided(Outcome.DECLINE, letter="It is declined."),
        ["Declined", "It is declined."],
    ),
    "out of scope": (out_of_scope, ["Out of scope", "No course."]),
    "withdrawn": (withdrawn, ["Withdrawn", "Outdated."]),
}


@pytest.mark.parametrize("stage", STAGES)
def test_each_stage_and_nothing_of_reviewers(planted: Planted, stage: str) -> None:
    make, expected = STAGES[stage]
    submission = make(planted)
    planted.message(submission, "A question from staff.", is_staffs=True)
    told = page(planted.owner, submission)
    for words in [*expected, "A question from staff."]:
        assert words in told, (stage, words)
    overview = browser(planted.owner).get(reverse("portal_home")).content.decode()
    assert expected[0] in overview
    assert "New message" not in overview  # it was opened
    for text in (told, overview):
        for word in (*HIDDEN, "of 3 reviews", "1 review", planted.panel.chair.email):
            assert word not in text, (stage, word)
        for person in planted.panel.reviewers:
            assert person.email not in text


def test_no_figure_changes_with_the_reviews(planted: Planted) -> None:
    """A page with one review filed is the page with two, apart from what moves with the clock."""
    submission = planted.in_review()
    seats = submission.case.rounds.get().assignments.order_by("seat")
    before = page(planted.owner, submission)
    planted.file(seats[1])
    after = page(planted.owner, submission)
    assert strip(before) == strip(after)


def strip(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if "csrfmiddlewaretoken" not in line)


def test_everybody_else_finds_nothing(planted: Planted) -> None:
    submission = planted.in_review()
    former = make_member(planted.provider, "former")
    ProviderMember.objects.filter(user=former).update(ended_at=timezone.now())
    others = [
        make_member(make_provider("Somebody else"), "sam"),
        make_person("nobody"),
        former,
        planted.screener,
        planted.panel.reviewers[0],
        planted.panel.chair,
    ]
    names = ["portal_submission", "portal_export", "portal_withdraw", "portal_response"]
    for user in others:
        client = browser(user)
        for name in names:
            assert client.get(reverse(name, args=[submission.uid])).status_code == 404, name
        message = reverse("portal_message", args=[submission.uid])
        assert client.post(message, {"body": "Hello"}).status_code == 404
    for name in names:
        assert Client().get(reverse(name, args=[submission.uid])).status_code == 302
    assert not SubmissionMessage.objects.exists()


def test_letters_of_other_cases_stay_closed(planted: Planted) -> None:
    submission = planted.decided(Outcome.APPROVE, letter="Ours alone.")
    other = make_provider("Somebody else")
    rival = Planted(other, make_member(other, "sam"), planted.screener, planted.panel)
    theirs = rival.decided(Outcome.DECLINE, title="Theirs", letter="Theirs alone.")
    letters = [each.case.rounds.get().decisions.get().uid for each in (submission, theirs)]
    client = browser(planted.owner)
    own = client.get(reverse("portal_letter", args=[submission.uid, letters[0]]))
    assert b"".join(own) == b"Ours alone."
    assert own["Content-Disposition"].startswith("attachment")
    assert "no-store" in own["Cache-Control"]
    for uid in (letters[1], uuid.uuid4()):
        address = reverse("portal_letter", args=[submission.uid, uid])
        assert client.get(address).status_code == 404


def test_messages_are_sent_and_marked(planted: Planted) -> None:
    submission = planted.screening()
    note = planted.message(submission, "What is the pass mark?", is_staffs=True)
    own = planted.message(submission, "An earlier question.", is_staffs=False)
    client = browser(planted.owner)
    assert "New message" in client.get(reverse("portal_home")).content.decode()
    told = page(planted.owner, submission)
    assert "not read yet" in told
    note.refresh_from_db()
    own.refresh_from_db()
    assert (note.read_at is not None, own.read_at) == (True, None)

    address = reverse("portal_message", args=[submission.uid])
    empty = client.post(address, {"body": " "})
    assert "Write what you want to say." in empty.content.decode()
    assert client.post(address, {"body": "It is 80."}).status_code == 302
    sent = submission.messages.get(body="It is 80.")
    assert (sent.author, sent.is_staffs) == (planted.owner, False)

    viewer = make_member(planted.provider, "viewer", MemberRole.VIEWER)
    assert "Send to staff" not in page(viewer, submission)
    assert browser(viewer).post(address, {"body": "Me, too."}).status_code == 403
    assert submission.messages.count() == 3


def test_withdrawing_asks_for_a_reason(planted: Planted) -> None:
    submission = planted.screening()
    viewer = make_member(planted.provider, "viewer", MemberRole.VIEWER)
    address = reverse("portal_withdraw", args=[submission.uid])
    assert browser(viewer).post(address, {"reason": "No."}).status_code == 403
    client = browser(planted.owner)
    assert "Why do you withdraw it?" in client.get(address).content.decode()
    assert "Say why you withdraw." in client.post(address, {"reason": ""}).content.decode()
    submission.refresh_from_db()
    assert submission.state == SubmissionState.SCREENING
    assert client.post(address, {"reason": "No longer taught."}).status_code == 302
    submission.refresh_from_db()
    assert submission.state == SubmissionState.WITHDRAWN
    assert "No longer taught." in page(planted.owner, submission)
    assert client.get(address).status_code == 302


def test_nothing_is_withdrawn_after_a_decision(planted: Planted) -> None:
    submission = planted.decided(Outcome.APPROVE)
    assert "Withdraw this submission" not in page(planted.owner, submission)
    address = reverse("portal_withdraw", args=[submission.uid])
    assert browser(planted.owner).post(address, {"reason": "Late."}).status_code == 302
    submission.refresh_from_db()
    assert submission.state == SubmissionState.ACCEPTED


def test_medians_need_five_cases(planted: Planted) -> None:
    submission = planted.screening()
    for days in (1, 2, 3.5, 30):
        planted.past(days)
    assert len(screenings()) == FEWEST - 1
    assert "too few past cases" in page(planted.owner, submission)
    planted.past(9)
    told = page(planted.owner, submission)
    assert "Half of the last 5 cases took at most 4 days." in told
    assert "if it takes as long as usual" in told
    standing = Standing(Stage.SCREENING, Actor.STAFF, timezone.now())
    late = expectation_for(standing, timezone.now() - dt.timedelta(days=5))
    assert late is not None
    assert (late.days, late.cases, late.is_late) == (4, 5, True)
    # A step that staff took back and ended again counts once, with its last word.
    again = planted.past(1)
    planted.event(again, EventKind.REVERTED)
    planted.event(again, EventKind.ACCEPTED)
    assert len(screenings()) == FEWEST + 1


def test_reviews_are_measured_from_acceptance_to_the_first_decision(planted: Planted) -> None:
    submission = planted.decided(Outcome.REVISE_AND_RESUBMIT)
    planted.in_review("Not decided yet")
    [(begun, ended)] = reviews(is_first=True)
    assert begun == submission.events.get(kind=EventKind.ACCEPTED.value).at
    assert ended == submission.case.rounds.get().decisions.get().decided_at
    assert reviews(is_first=False) == []


def test_overview_groups_pages_and_queries(planted: Planted) -> None:
    client = browser(planted.owner)
    home = reverse("portal_home")
    assert "There is no submission yet." in client.get(home).content.decode()
    planted.screening("One")
    client.get(home)  # what is kept between requests is read by the first one
    with CaptureQueriesContext(connection) as one:
        client.get(home)
    planted.draft("Two")
    withdrawn(planted)
    with CaptureQueriesContext(connection) as three:
        told = client.get(home).content.decode()
    assert len(one) == len(three)
    assert told.index("Needs you") < told.index("Waits for others") < told.index("Done")
    for number in range(25):
        Submission.objects.create(
            provider=planted.provider, created_by=planted.owner, title=f"More {number}"
        )
    assert "page=2" in client.get(home).content.decode()
    assert "Done" in client.get(f"{home}?page=2").content.decode()


def test_status_queries_do_not_grow(planted: Planted) -> None:
    submission = planted.screening()
    planted.message(submission, "One", is_staffs=True)
    client, address = browser(planted.owner), reverse("portal_submission", args=[submission.uid])
    client.get(address)  # what is kept between requests is read by the first one
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    for _more in range(3):
        planted.message(submission, "More", is_staffs=True)
        planted.event(submission, EventKind.REVERTED)
    with CaptureQueriesContext(connection) as more:
        client.get(address)
    assert len(one) == len(more)


def test_several_providers_and_none(planted: Planted) -> None:
    planted.draft("Ours")
    second = make_provider("Second provider")
    ProviderMember.objects.create(provider=second, user=planted.owner, role=MemberRole.VIEWER.value)
    Submission.objects.create(provider=second, created_by=planted.owner, title="Of the second")
    client, home = browser(planted.owner), reverse("portal_home")
    both = client.get(home).content.decode()
    assert "Ours" in both
    assert "Of the second" in both
    one = client.get(f"{home}?provider={second.uid}").content.decode()
    assert "Of the second" in one
    assert "Ours" not in one
    foreign = make_provider("Foreign")
    for uid in (foreign.uid, "nonsense"):
        assert client.get(f"{home}?provider={uid}").status_code == 404
    told = browser(make_person("newcomer")).get(home).content.decode()
    assert "You act for no provider yet." in told
    assert Client().get(home).status_code == 302


def test_beginning_and_new_versions(planted: Planted) -> None:
    client, address = browser(planted.owner), reverse("portal_new")
    foreign = planted.panel.make_curriculum("foreign")
    own = planted.panel.make_curriculum("own", provider=planted.provider, title="Own course")
    type(own).objects.filter(pk__in=[own.pk, foreign.pk]).update(live=True)
    told = client.get(address).content.decode()
    assert "A new version of “Own course”" in told
    assert "Foreign" not in told
    assert client.post(address, {"page": str(foreign.pk)}).status_code == 200
    assert not Submission.objects.exists()
    assert client.post(address, {"page": ""}).status_code == 302
    assert client.post(address, {"page": str(own.pk)}).status_code == 302
    again = client.post(address, {"page": str(own.pk)})
    assert "begun already" in again.content.decode()
    pages = list(Submission.objects.order_by("pk").values_list("page", "title"))
    assert pages == [(None, ""), (own.pk, "Own course")]

    viewer = make_member(planted.provider, "viewer", MemberRole.VIEWER)
    assert browser(viewer).post(address, {"page": ""}).status_code == 302
    assert Submission.objects.count() == 2


def test_mail_preference_is_ones_own(planted: Planted) -> None:
    client, address = browser(planted.owner), reverse("portal_preferences")
    assert "How messages come to you" in client.get(address).content.decode()
    assert client.post(address, {"frequency": "hourly"}).status_code == 200
    for frequency in ("daily", "daily", "each"):
        assert client.post(address, {"frequency": frequency}).status_code == 302
    kept = MailPreference.objects.get()
    assert (kept.user, kept.frequency) == (planted.owner, "each")


def test_duplicates_are_offered_and_tell_nothing_of_others(planted: Planted) -> None:
    submission = planted.draft("Calm calls for dispatchers")
    other = make_provider("Somebody else")
    Submission.objects.create(
        provider=other,
        created_by=make_member(other, "sam"),
        title="Calm calls for dispatchers, elsewhere",
    )
    assert "elsewhere" not in page(planted.owner, submission)
    twin = planted.draft("Calm calls for dispatchers again")
    assert "Calm calls for dispatchers again" in page(planted.owner, submission)
    planted.move(submission, SubmissionState.WITHDRAWN, EventKind.WITHDRAWN)
    assert twin.title not in page(planted.owner, submission)
