"""What staff do with a submission in the admin: who may, with which letter, once, for several."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from curriculum_pages.models import ProviderMember
from review_workflow.models import Affiliation, OutgoingMessage, ReviewerProfile, ReviewRound
from submission_portal.enums import EventKind, ReasonKind, Step, SubmissionState
from submission_portal.models import ScreeningReason, Submission
from submission_portal.services import return_to_provider, save_step, submit
from submission_portal.services.letters import letter_for, reasons_for
from tests.integration.review_workflow.panels import make_panel

from .planting import Portal, make_portal, make_screener
from .rows import make_row

pytestmark = pytest.mark.django_db
REASON = "scenario-missing"


@pytest.fixture
def portal(site_tree: dict[str, Any]) -> Portal:
    return make_portal(make_panel(site_tree))


def login(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def action_url(submission: Submission, action: str) -> str:
    return reverse("clearinghouse_submission_action", args=[submission.uid, action])


def page_url(submission: Submission) -> str:
    return reverse("clearinghouse_submission", args=[submission.uid])


def states(*submissions: Submission) -> list[str]:
    return [Submission.objects.get(pk=each.pk).state for each in submissions]


def test_the_page_shows_what_was_submitted_and_what_changed(portal: Portal) -> None:
    submission = portal.submitted()
    return_to_provider(
        submission_id=submission.pk,
        actor=portal.screener,
        reasons=[REASON],
        words="Describe an exercise.",
        note="Seemed hasty.",
    )
    row = submission.steps.get(step=Step.ABOUT.value)
    save_step(
        submission_id=submission.pk,
        step=Step.ABOUT,
        content=row.content | {"cost": ["Ten dollars."]},
        version=row.version,
        actor=portal.owner,
    )
    client = login(portal.screener)
    page = client.get(page_url(submission)).content.decode()
    assert "Free of charge." in page
    assert "Ten dollars." not in page, "what is typed after a return is the provider's own"
    submit(submission_id=submission.pk, actor=portal.owner)
    page = client.get(page_url(submission)).content.decode()
    assert "Changed since version 1" in page
    assert all(
        words in page
        for words in (
            "Free of charge.",
            "Ten dollars.",
            "Seemed hasty.",
            "No scenario exercise is described",
            "Completeness",
            "Listening",
            reverse("portal_file", args=[submission.files.first().uid]),
        )
    )


def test_the_letter_is_made_from_reasons_previewed_and_sent_once(portal: Portal) -> None:
    submission = portal.submitted()
    client, address = login(portal.screener), action_url(submission, "return")
    seen = client.get(address).context["form"]["seen"].value()
    given: dict[str, Any] = {"seen": seen, "reasons": [REASON, "hours-differ"], "step": "letter"}
    made = client.post(address, given).context["form"]["words"].value()
    reasons = reasons_for(ReasonKind.RETURN, [REASON, "hours-differ"])
    assert made == letter_for(submission, ReasonKind.RETURN, reasons)
    assert all(reason.letter in made for reason in reasons)
    assert "files-unreadable" not in str(client.post(address, given).context["letter"])

    words = f"{made}\n\nKind regards"
    shown = client.post(address, given | {"words": words, "step": "preview"})
    assert "Kind regards" in shown.context["letter"]
    assert states(submission) == ["screening"]
    without = client.post(address, given | {"words": " ", "step": "confirm"})
    assert (without.context["letter"], states(submission)) == (made, ["screening"])
    bare = client.post(address, {"seen": seen, "words": words, "step": "confirm"})
    assert "Choose at least one reason." in bare.content.decode()

    confirmed = given | {"words": words, "note": "Third time.", "step": "confirm"}
    for _time in range(2):
        assert client.post(address, confirmed).status_code == 302
    event = submission.events.get(kind=EventKind.RETURNED.value)
    assert event.words.replace("\r\n", "\n") == words
    assert event.data["reasons"] == ["hours-differ", REASON]
    assert event.note == "Third time."
    mails = OutgoingMessage.objects.filter(subject__contains="is returned to you")
    assert [mail.recipient for mail in mails] == [portal.owner]
    assert "Third time." not in mails[0].body


def test_a_page_that_somebody_overtook_does_nothing(portal: Portal) -> None:
    submission = portal.submitted()
    client = login(portal.screener)
    seen = client.get(action_url(submission, "accept")).context["form"]["seen"].value()
    return_to_provider(
        submission_id=submission.pk, actor=make_screener("other"), reasons=[REASON], words="Add it."
    )
    submit(submission_id=submission.pk, actor=portal.owner)
    answer = client.post(
        action_url(submission, "accept"), {"seen": seen, "step": "confirm"}, follow=True
    )
    assert "Somebody has acted on this submission meanwhile" in answer.content.decode()
    assert states(submission) == ["screening"]
    assert not ReviewRound.objects.exists()


def test_out_of_scope_is_taken_back_with_a_note_and_then_accepted(portal: Portal) -> None:
    submission = portal.submitted()
    client = login(portal.screener)

    def post(action: str, **given: Any) -> Any:
        form = client.get(action_url(submission, action)).context["form"]
        return client.post(
            action_url(submission, action),
            {"seen": form["seen"].value(), "step": "confirm"} | given,
        )

    wrong_kind = post("out-of-scope", reasons=[REASON], words="No.")
    assert "Select a valid choice" in wrong_kind.content.decode()
    post("out-of-scope", reasons=["single-event"], words="It is one talk.")
    assert states(submission) == ["out_of_scope"]
    assert client.get(action_url(submission, "accept")).status_code == 302
    assert "This field is required" in post("revert").content.decode()
    post("revert", note="It is a series.")
    post("accept", note="Complete.")
    assert states(submission) == ["accepted"]
    assert ReviewRound.objects.get().case.submissions.get() == submission
    page = client.get(page_url(submission)).content.decode()
    assert "It is a series." in page
    assert "the panel" in page


@pytest.mark.parametrize("who", ["owner", "tied", "member and staff"])
def test_the_wrong_people_do_nothing_and_learn_nothing(portal: Portal, who: str) -> None:
    submission = make_row(portal.provider, portal.owner, "Calm calls")
    user = portal.owner if who == "owner" else make_screener("wrong")
    if who == "tied":
        profile = ReviewerProfile.objects.create(user=user)
        Affiliation.objects.create(
            profile=profile, organisation=portal.provider.organisation, from_year=2020
        )
    elif who == "member and staff":
        ProviderMember.objects.create(provider=portal.provider, user=user)
    client = login(user)
    expected = 302 if who == "owner" else 404
    given = {"seen": 1, "reasons": [REASON], "words": "Add it.", "note": "x", "step": "confirm"}
    for action in ("accept", "return", "out-of-scope", "revert"):
        assert client.get(action_url(submission, action)).status_code == expected
        assert client.post(action_url(submission, action), given).status_code == expected
    assert client.post(page_url(submission), {"body": "Hello"}).status_code == expected
    several = reverse("clearinghouse_submissions_several", args=["return"])
    sent = {"chosen": submission.uid, f"seen-{submission.uid}": 1, "reason": REASON}
    assert client.post(several, sent).status_code == 302
    assert states(submission) == ["screening"]
    assert not submission.messages.exists()


def test_several_are_returned_each_for_itself(portal: Portal) -> None:
    first = make_row(portal.provider, portal.owner, "First")
    second = make_row(portal.provider, portal.owner, "Second")
    closed = make_row(portal.provider, portal.owner, "Closed", SubmissionState.OUT_OF_SCOPE)
    client = login(portal.screener)
    address = reverse("clearinghouse_submissions_several", args=["return"])
    chosen = [first.uid, second.uid, closed.uid, "no-id"]
    shown = client.get(address, {"chosen": chosen})
    assert [item.skipped for item in shown.context["items"]] == ["", "", "It is not in screening."]
    sent = {f"seen-{item.submission.uid}": item.seen for item in shown.context["items"]}
    assert "Choose the reason" in client.post(address, {"chosen": chosen} | sent).content.decode()
    return_to_provider(
        submission_id=second.pk, actor=portal.screener, reasons=[REASON], words="Alone."
    )
    sent |= {f"seen-{second.uid}": 1}
    done = client.post(address, {"chosen": chosen, "reason": REASON} | sent)
    assert [item.is_done for item in done.context["items"]] == [True, False, False]
    assert states(first, second, closed) == ["returned", "returned", "out_of_scope"]
    words = ScreeningReason.objects.get(code=REASON).letter
    assert words in first.events.get(kind=EventKind.RETURNED.value).words
    assert words not in second.events.get(kind=EventKind.RETURNED.value).words
    again = client.post(address, {"chosen": chosen, "reason": REASON} | sent)
    assert [item.is_done for item in again.context["items"]] == [False, False, False]
    nothing = client.get(address, follow=True).content.decode()
    assert "Choose submissions in the list first." in nothing


def test_several_are_accepted_and_one_that_cannot_be_stops_no_other(portal: Portal) -> None:
    good, stale = portal.submitted("Good"), portal.submitted("Stale")
    client = login(portal.screener)
    address = reverse("clearinghouse_submissions_several", args=["accept"])
    sent = {"chosen": [good.uid, stale.uid], f"seen-{good.uid}": 2, f"seen-{stale.uid}": 7}
    assert good.events.count() == 2
    done = client.post(address, sent)
    assert {item.submission.title: item.is_done for item in done.context["items"]} == {
        "Good": True,
        "Stale": False,
    }
    assert states(good, stale) == ["accepted", "screening"]


def test_a_message_reaches_the_provider(portal: Portal) -> None:
    submission = portal.submitted()
    client = login(portal.screener)
    assert (
        "This field is required" in client.post(page_url(submission), {"body": ""}).content.decode()
    )
    client.post(page_url(submission), {"body": "Which edition is it?"})
    message = submission.messages.get()
    assert (message.body, message.is_staffs) == ("Which edition is it?", True)
    assert OutgoingMessage.objects.filter(recipient=portal.owner, key__contains="message").exists()


def test_reasons_are_changed_and_put_out_of_use_but_never_deleted(admin_user: Any) -> None:
    client = login(admin_user)
    reason = ScreeningReason.objects.get(code=REASON)
    edit = reverse("screening-reasons:edit", args=[reason.pk])
    given = {"label": "No exercise", "code": "other", "kind": "out_of_scope", "letter": "Add one."}
    assert client.post(edit, given).status_code == 302
    reason.refresh_from_db()
    assert (reason.label, reason.code, reason.kind, reason.active) == (
        "No exercise",
        REASON,
        "return",
        False,
    )
    assert reason not in reasons_for(ReasonKind.RETURN)
    assert "delete" not in client.get(edit).content.decode().lower().split("<main")[-1]
    assert client.get(reverse("screening-reasons:index")).status_code == 200
    assert len(reasons_for(ReasonKind.OUT_OF_SCOPE)) == 5
