"""Deciding in the admin: two steps, by the chair alone, on what the chair saw, once."""

import re
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from review_workflow.enums import BlindMode, Outcome
from review_workflow.models import Approval, Condition, Decision, OutgoingMessage, ReviewRound
from review_workflow.permissions import access_to
from review_workflow.selectors.reviews import reviews_for
from review_workflow.services import amend_from_data
from review_workflow.services.decisions import decide
from review_workflow.services.letters import letter_for

from .panels import Panel, in_days, make_overseer, make_panel
from .reviewing import field, file_one, start_reviews


@pytest.fixture
def panel(site_tree: dict[str, Any]) -> Panel:
    return make_panel(site_tree)


@pytest.fixture
def round_(panel: Panel) -> ReviewRound:
    """Three filed reviews approve; one of them names a condition all the same."""
    round_ = panel.submit()
    start_reviews(panel, round_)
    practitioner, clinician, researcher, _spare = panel.reviewers
    file_one(
        round_, practitioner, comment="Sound, says Clinician Example (researcher@example.org)."
    )
    file_one(
        round_,
        clinician,
        conditions="Name the follow-up that Researcher Example asked for.",
        confidential="Between us: doubtful.",
    )
    file_one(round_, researcher, comment="Well made.")
    round_.refresh_from_db()
    return round_


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def url(round_: ReviewRound) -> str:
    return reverse("clearinghouse_case_decide", args=[round_.case.uid])


def hidden(html: str, name: str) -> str:
    found = re.search(rf'<input[^>]*name="{name}"[^>]*>', html)
    assert found, name
    value = re.search(r'value="([^"]*)"', found[0])
    return value[1] if value else ""


def first_page(client: Client, round_: ReviewRound) -> dict[str, str]:
    """Return what the first page would send as it stands, without conditions."""
    html = client.get(url(round_)).content.decode()
    return {
        "revision": hidden(html, "revision"),
        "seen": hidden(html, "seen"),
        "outcome": "approve",
        "override_reason": "",
        "expires_on": in_days(365).isoformat(),
        "conditions-TOTAL_FORMS": "0",
        "conditions-INITIAL_FORMS": "0",
    }


def with_conditions(data: dict[str, str], round_: ReviewRound, *wanted: str) -> dict[str, str]:
    criterion = round_.edition_snapshot["domains"][0]["criteria"][0]["id"]
    rows = {"conditions-TOTAL_FORMS": str(len(wanted))}
    for number, text in enumerate(wanted):
        rows |= {
            f"conditions-{number}-criterion": str(criterion),
            f"conditions-{number}-evidence_wanted": text,
            f"conditions-{number}-due_on": in_days(30).isoformat(),
            f"conditions-{number}-verifier": str(round_.chair_id),
        }
    return data | rows


def letter_page(client: Client, round_: ReviewRound, data: dict[str, str]) -> dict[str, str]:
    """Send the first page; return what the letter's page would send as it stands."""
    answer = client.post(url(round_), data | {"step": "preview"})
    assert answer.template_name == ["review_workflow/admin/case/decide_letter.html"], [
        form.errors for form in (answer.context["form"], *answer.context["conditions"])
    ]
    form = answer.context["letter"]
    assert form.initial["built_from"] == hidden(answer.content.decode(), "built_from")
    return data | {
        "step": "confirm",
        "letter": form.initial["letter"],
        "built_from": form.initial["built_from"],
    }


def nothing_decided(round_: ReviewRound) -> bool:
    round_.refresh_from_db()
    return (
        round_.state == "reviewing"
        and not Decision.objects.exists()
        and not Approval.objects.exists()
        and not OutgoingMessage.objects.filter(key__contains="letter:").exists()
    )


def test_the_page_shows_the_rule_before_the_choice(panel: Panel, round_: ReviewRound) -> None:
    html = client_of(panel.chair).get(url(round_)).content.decode()
    assert "What the rule says" in html
    assert "Approve" in html
    assert "Name the follow-up that [name removed] asked for." in html
    assert html.index("What the rule says") < html.index("Your decision")


def test_nobody_but_the_chair_decides(panel: Panel, round_: ReviewRound) -> None:
    data = first_page(client_of(panel.chair), round_)
    data = letter_page(client_of(panel.chair), round_, data)
    for user, status in (
        (panel.reviewers[0], 302),
        (panel.reviewers[3], 404),
        (panel.editor, 404),
        (make_overseer(), 302),
    ):
        client = client_of(user)
        assert client.get(url(round_)).status_code == status
        assert client.post(url(round_), data).status_code == status
    assert nothing_decided(round_)


def test_an_approval_in_two_steps(panel: Panel, round_: ReviewRound) -> None:
    client = client_of(panel.chair)
    data = letter_page(client, round_, first_page(client, round_))
    assert nothing_decided(round_)
    data["letter"] += "\r\nWith thanks.\r\n"
    answer = client.post(url(round_), data)
    assert answer.headers["Location"] == reverse("clearinghouse_case", args=[round_.case.uid])
    decision = Decision.objects.get()
    assert decision.letter == data["letter"].replace("\r\n", "\n")
    assert decision.letter.endswith("\nWith thanks.\n")
    assert (decision.outcome, decision.override_reason) == ("approve", "")
    assert Approval.objects.get().expires_on == in_days(365)
    assert Page.objects.get(pk=round_.case.page_id).live
    letter = OutgoingMessage.objects.get(key__contains="letter:")
    assert (letter.recipient, letter.body, letter.can_wait) == (
        panel.editor,
        decision.letter,
        False,
    )


def test_sent_twice_it_is_one_decision(panel: Panel, round_: ReviewRound) -> None:
    client = client_of(panel.chair)
    data = letter_page(client, round_, first_page(client, round_))
    for _time in range(2):
        answer = client.post(url(round_), data)
        assert answer.headers["Location"] == reverse("clearinghouse_case", args=[round_.case.uid])
    assert Decision.objects.count() == 1
    assert OutgoingMessage.objects.filter(key__contains="letter:").count() == 1
    with pytest.raises(PermissionDenied):
        decide(
            round_id=round_.pk,
            outcome=Outcome.APPROVE,
            actor=panel.chair,
            revision_id=round_.revision_id,
            letter="Again.",
        )


def test_departing_from_the_rule_needs_a_reason(panel: Panel, round_: ReviewRound) -> None:
    client = client_of(panel.chair)
    data = first_page(client, round_) | {"outcome": "decline"}
    html = client.post(url(round_), data | {"step": "preview"}).content.decode()
    assert "The rule says “Approve”: give the reason for departing from it." in html
    assert nothing_decided(round_)
    data = letter_page(client, round_, data | {"override_reason": "A new law."})
    assert "A new law." not in data["letter"]
    client.post(url(round_), data)
    decision = Decision.objects.get()
    assert (decision.outcome, decision.override_reason) == ("decline", "A new law.")
    assert not Page.objects.get(pk=round_.case.page_id).live


@pytest.mark.parametrize("field_name", ["revision", "seen"])
def test_what_the_chair_did_not_see_is_not_decided(
    panel: Panel, round_: ReviewRound, field_name: str
) -> None:
    client = client_of(panel.chair)
    data = letter_page(client, round_, first_page(client, round_))
    answer = client.post(url(round_), data | {field_name: "1"})
    words = {
        "revision": "You looked at another version than the one under review.",
        "seen": "A review was filed or amended in the meantime.",
    }
    assert words[field_name] in answer.content.decode()
    assert nothing_decided(round_)


def test_an_amended_review_makes_the_letter_stale(panel: Panel, round_: ReviewRound) -> None:
    client = client_of(panel.chair)
    data = letter_page(client, round_, first_page(client, round_))
    amend_from_data(
        round_=round_,
        data={
            field(round_, "A2", "final"): "0",
            field(round_, "A2", "why"): "Convinced by the discussion.",
            "reason": "The discussion.",
        },
        actor=panel.reviewers[0],
    )
    answer = client.post(url(round_), data)
    assert "A review was filed or amended in the meantime." in answer.content.decode()
    assert nothing_decided(round_)
    # The page shows the new result, and says so: sent again, it counts.
    data |= {"seen": hidden(answer.content.decode(), "seen"), "override_reason": "Still sound."}
    client.post(url(round_), letter_page(client, round_, data))
    assert Decision.objects.count() == 1


def test_another_decision_than_the_letter_was_built_from_is_shown_again(
    panel: Panel, round_: ReviewRound
) -> None:
    client = client_of(panel.chair)
    data = letter_page(client, round_, first_page(client, round_))
    data |= {"outcome": "decline", "override_reason": "A new law."}
    answer = client.post(url(round_), data)
    assert "the letter was built anew" in answer.content.decode()
    assert "not approved" in answer.context["letter"].initial["letter"]
    assert nothing_decided(round_)


def test_conditions_are_asked_for_and_kept(panel: Panel, round_: ReviewRound) -> None:
    client = client_of(panel.chair)
    data = first_page(client, round_) | {
        "outcome": "approve_with_conditions",
        "override_reason": "Safer so.",
    }
    html = client.post(url(round_), data | {"step": "preview"}).content.decode()
    assert "needs at least one condition" in html
    data = with_conditions(data, round_, "The test's results.", "The slides.")
    data["conditions-0-due_on"] = in_days(-1).isoformat()
    html = client.post(url(round_), data | {"step": "preview"}).content.decode()
    assert "The day must lie ahead." in html
    assert nothing_decided(round_)
    data["conditions-0-due_on"] = in_days(30).isoformat()
    data = letter_page(client, round_, data)
    assert f"1. A1 Criterion A1: The test's results.\n   Due on {in_days(30)}." in data["letter"]
    client.post(url(round_), data)
    assert [each.evidence_wanted for each in Condition.objects.all()] == [
        "The test's results.",
        "The slides.",
    ]


def test_a_decline_leaves_conditions_aside_and_says_so(panel: Panel, round_: ReviewRound) -> None:
    client = client_of(panel.chair)
    data = first_page(client, round_) | {"outcome": "decline", "override_reason": "A new law."}
    data = with_conditions(data, round_, "Something.")
    html = client.post(url(round_), data | {"step": "preview"}).content.decode()
    assert "1 row of conditions is left aside: this outcome takes none." in html
    data = letter_page(client, round_, data)
    assert "Something." not in data["letter"]
    client.post(url(round_), data)
    assert Decision.objects.get().outcome == "decline"
    assert not Condition.objects.exists()


def test_more_rows_and_going_back_keep_what_was_typed(panel: Panel, round_: ReviewRound) -> None:
    client = client_of(panel.chair)
    data = first_page(client, round_) | {"override_reason": "Half a reas"}
    data = with_conditions(data, round_, "The test's results.")
    for step, rows in (("more", 7), ("change", 3)):
        answer = client.post(url(round_), data | {"step": step})
        assert len(answer.context["conditions"].forms) == rows
        html = answer.content.decode()
        assert "Half a reas" in html
        assert "The test&#x27;s results." in html
    assert nothing_decided(round_)


def test_a_letter_that_names_a_reviewer_does_not_go_out(panel: Panel, round_: ReviewRound) -> None:
    client = client_of(panel.chair)
    data = letter_page(client, round_, first_page(client, round_))
    for name in ("CLINICIAN  example", "Example, Clinician", "Researcher@example.org"):
        data["letter"] = f"As {name} said …"
        assert "names a reviewer" in client.post(url(round_), data).content.decode()
        assert nothing_decided(round_)
    with pytest.raises(ValidationError) as raised:
        decide(
            round_id=round_.pk,
            outcome=Outcome.DECLINE,
            override_reason="A new law.",
            actor=panel.chair,
            revision_id=round_.revision_id,
            letter="As Clinician Example said …",
        )
    assert list(raised.value.message_dict) == ["letter"]


def test_the_letter_of_a_panel(panel: Panel, round_: ReviewRound) -> None:
    letter = letter_for(
        round_,
        reviews_for(access_to(panel.chair, round_), round_),
        outcome=Outcome.APPROVE,
        sentence="All agree.",
        expires_on=in_days(365),
    )
    assert letter.splitlines()[:3] == [
        f"Case {round_.case.number}, round 1",
        "Curriculum: Course",
        "Reviewed against: Standards, edition 2026.1",
    ]
    assert "- A2 Criterion A2 (essential): There: 3 reviewers\n  · Note on A2\n" in letter
    assert "- Approve: 3 reviewers\n" in letter
    assert "Reviewer 1:\nSound, says [name removed] ([name removed]).\n" in letter
    assert "Between us" not in letter
    for user in panel.reviewers[:3]:
        assert user.get_full_name() not in letter
        assert user.email not in letter


def test_an_open_panel_is_named_in_the_letter(site_tree: dict[str, Any]) -> None:
    panel = make_panel(site_tree, blind_mode=BlindMode.OPEN.value)
    round_ = panel.submit()
    start_reviews(panel, round_)
    file_one(round_, panel.reviewers[0], comment="Ask Clinician Example.")
    letter = letter_for(
        round_,
        reviews_for(access_to(panel.chair, round_), round_),
        outcome=Outcome.DECLINE,
        sentence="Below quorum.",
    )
    assert "Reviewer 1 (Practitioner Example):\nAsk Clinician Example.\n" in letter
