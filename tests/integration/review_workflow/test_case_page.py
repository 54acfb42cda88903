"""The page of a case: each reader finds what is theirs to read, and nothing else."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from review_workflow import services
from review_workflow.enums import ConflictKind, Outcome
from review_workflow.models import (
    Approval,
    AuditEntry,
    Condition,
    KnownConflict,
    OutgoingMessage,
    ReviewRound,
)
from review_workflow.seating import SeatEvent
from review_workflow.selectors.case_page import AUDIT_WORDS
from review_workflow.services import amend_from_data, post_to_discussion
from review_workflow.services.conditions import meet_condition
from review_workflow.services.decisions import ConditionSpec, decide

from .panels import (
    Panel,
    in_days,
    make_overseer,
    make_panel,
    make_reviewer,
    make_user,
)
from .reviewing import field, file_one, start_reviews

PAGE_STATEMENTS = 48
"""Of a complete curriculum, whose version is read to say which files it has and what it lacks."""


@pytest.fixture
def panel(site_tree: dict[str, Any]) -> Panel:
    return make_panel(site_tree)


@pytest.fixture
def round_(panel: Panel) -> ReviewRound:
    """A round in review: two reviews are filed, the researcher still writes."""
    round_ = panel.submit()
    start_reviews(panel, round_)
    practitioner, clinician, _researcher, _spare = panel.reviewers
    file_one(round_, practitioner, comment="Openly sound.", confidential="Secretly doubtful.")
    changes = {field(round_, "A1", "level"): "0"}
    file_one(round_, clinician, comment="Openly weak.", confidential="Secretly fond.", **changes)
    post_to_discussion(
        round_id=round_.pk,
        criterion_id=panel.criteria(round_)["A1"]["id"],
        reply_to=None,
        body="Why so low?",
        actor=practitioner,
    )
    round_.refresh_from_db()
    return round_


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(round_: ReviewRound, name: str = "clearinghouse_case", *more: Any) -> str:
    return reverse(name, args=[round_.case.uid, *more])


def page(user: Any, round_: ReviewRound, **given: Any) -> str:
    answer = client_of(user).get(address(round_), given)
    assert answer.status_code == 200
    return str(answer.content.decode())


PARTS = {
    "ratings": "· There",
    "comment": "Openly sound.",
    "others' confidential": "Secretly doubtful.",
    "own confidential": "Secretly fond.",
    "discussion": "Why so low?",
    "name of a reviewer": "Practitioner Example",
    "record": "A review was filed",
    "dossier": "Redacted dossier",
    "rule": "What the rule says",
}
"""Something to recognise each part by; "own" is the clinician's."""


@pytest.mark.parametrize(
    ("who", "parts"),
    [
        ("chair", set(PARTS)),
        ("overseer", set(PARTS)),
        (
            "clinician",
            {"ratings", "comment", "own confidential", "discussion", "rule"},
        ),
        ("researcher", set()),
    ],
)
def test_each_reads_what_is_theirs(
    panel: Panel, round_: ReviewRound, who: str, parts: set[str]
) -> None:
    user = {
        "chair": panel.chair,
        "overseer": make_overseer() if who == "overseer" else None,
        "clinician": panel.reviewers[1],
        "researcher": panel.reviewers[2],
    }[who]
    html = page(user, round_)
    assert {name for name, text in PARTS.items() if text in html} == parts


def test_whoever_may_not_see_the_case_finds_nothing(panel: Panel, round_: ReviewRound) -> None:
    overseer = make_overseer()
    KnownConflict.objects.create(
        reviewer=overseer,
        organisation=panel.provider.organisation,
        kind=ConflictKind.FAMILY.value,
        source="Told.",
    )
    names = ["", "_decide", "_response", "_compare", "_dossier"]
    for user in (panel.reviewers[3], panel.editor, make_user("stranger"), overseer):
        client = client_of(user)
        found = [client.get(address(round_, f"clearinghouse_case{n}")).status_code for n in names]
        assert found == [404] * 5
    unknown = address(round_).replace(str(round_.case.uid), "0" * 8 + str(round_.uid)[8:])
    assert client_of(panel.chair).get(unknown).status_code == 404


@pytest.mark.parametrize("number", ["2", "0", "-1", "x", "²", "99999999"])
def test_a_round_that_is_none_is_not_found(panel: Panel, round_: ReviewRound, number: str) -> None:
    answer = client_of(panel.chair).get(address(round_), {"round": number})
    assert answer.status_code == 404


def test_the_matrix_marks_spread_and_essential_in_words(panel: Panel, round_: ReviewRound) -> None:
    html = page(panel.chair, round_)
    assert "2 apart" in html
    assert html.count("apart</span>") == 1
    assert html.count('class="case-tag">essential') == 2
    assert "first:" not in html
    amend_from_data(
        round_=round_,
        data={
            field(round_, "A1", "final"): "1",
            field(round_, "A1", "why"): "Found the slides.",
            "reason": "The discussion.",
        },
        actor=panel.reviewers[1],
    )
    html = page(panel.chair, round_)
    assert "apart</span>" not in html
    assert "0 · Absent" in html.split("first:")[1][:60]
    assert "Found the slides." in html


def test_before_the_reviews_the_page_leads_to_the_panel(panel: Panel) -> None:
    submitted = panel.submit()
    html = page(panel.chair, submitted)
    assert "Put the panel together" in html
    assert "No outcome yet: reviews are missing" in html
    assert "No outcome: the chair decides" not in html


def test_posting_from_the_page(panel: Panel, round_: ReviewRound) -> None:
    client = client_of(panel.chair)
    posted = {"criterion_id": "", "body": "Let us agree.", "next": address(round_)}
    answer = client.post(reverse("clearinghouse_discussion", args=[round_.uid]), posted)
    assert answer.headers["Location"].startswith(f"{address(round_)}#post-")
    assert "Let us agree." in page(panel.reviewers[0], round_)


@pytest.mark.parametrize("seats", [3, 50])
def test_the_page_asks_the_same_of_the_database_however_large_the_panel(
    site_tree: Any, seats: int
) -> None:
    from review_workflow.enums import RoleClass

    panel = make_panel(site_tree, seats=seats, quorum=1, composition={})
    more = [make_reviewer(f"r-{number}", RoleClass.LEGAL) for number in range(seats - 3)]
    panel.reviewers = [*panel.reviewers[:3], *more]
    round_ = panel.submit()
    start_reviews(panel, round_, seats)
    for user in panel.reviewers:
        file_one(round_, user)
        post_to_discussion(
            round_id=round_.pk, criterion_id=None, reply_to=None, body="Seen.", actor=user
        )
    client = client_of(panel.chair)
    client.get(address(round_))
    with CaptureQueriesContext(connection) as asked:
        client.get(address(round_))
    assert len(asked) == PAGE_STATEMENTS


@pytest.fixture
def decided(panel: Panel, round_: ReviewRound) -> ReviewRound:
    """Approved with two conditions; the clinician verifies the first, the chair the second."""
    file_one(round_, panel.reviewers[2])
    criterion = panel.criteria(round_)["A1"]["id"]
    decide(
        round_id=round_.pk,
        outcome=Outcome.APPROVE_WITH_CONDITIONS,
        actor=panel.chair,
        revision_id=round_.revision_id,
        override_reason="Between us: safer so.",
        letter="You are approved.",
        conditions=[
            ConditionSpec(criterion, "The test.", in_days(30), panel.reviewers[1]),
            ConditionSpec(None, "The slides.", in_days(30), panel.chair),
        ],
    )
    round_.refresh_from_db()
    return round_


def test_a_decision_stands_on_the_page(panel: Panel, decided: ReviewRound) -> None:
    html = page(panel.chair, decided)
    for text in ("You are approved.", "Between us: safer so.", "The test.", "Close condition 1"):
        assert text in html
    for user in panel.reviewers[:3]:
        html = page(user, decided)
        assert "You are approved." in html
        assert "Between us" not in html
        assert ("Close condition 1" in html) is (user == panel.reviewers[1])
        assert "Close condition 2" not in html


def test_conditions_are_closed_by_the_right_people_one_by_one(
    panel: Panel, decided: ReviewRound
) -> None:
    first, second = Condition.objects.order_by("order")
    approval = Approval.objects.get()
    assert approval.get_status_display() == "Provisional"

    def close(user: Any, condition: Condition, **given: Any) -> int:
        url = address(decided, "clearinghouse_condition", condition.uid)
        return client_of(user).post(url, {"note": "Seen on page 3.", **given}).status_code

    close(panel.reviewers[0], first)
    close(panel.reviewers[1], second)
    close(make_overseer(), first)
    assert close(panel.editor, first) == 404
    assert close(panel.reviewers[1], first, note="  ") == 200
    assert not Condition.objects.filter(met_at__isnull=False).exists()

    assert close(panel.reviewers[1], first) == 302
    assert Approval.objects.get().get_status_display() == "Provisional"
    assert close(panel.chair, second) == 302
    assert Approval.objects.get().get_status_display() == "Active"
    assert [each.kind for each in approval.events.order_by("seq")] == ["granted", "conditions_met"]
    kinds = AuditEntry.objects.order_by("seq").values_list("kind", flat=True)
    assert list(kinds)[-3:] == ["condition_met", "condition_met", "conditions_met"]
    # Sent again, nothing more happens.
    close(panel.chair, second)
    assert AuditEntry.objects.filter(kind="conditions_met").count() == 1


def test_a_condition_of_another_case_is_not_found(panel: Panel, decided: ReviewRound) -> None:
    other = panel.submit(panel.make_curriculum("another"))
    condition = Condition.objects.first()
    assert condition is not None
    for name in ("clearinghouse_condition", "clearinghouse_condition_evidence"):
        url = address(other, name, condition.uid)
        assert client_of(panel.chair).get(url).status_code == 404


def test_the_document_is_checked_and_kept_from_others(
    panel: Panel, decided: ReviewRound, settings: Any, tmp_path: Any
) -> None:
    settings.CLEARINGHOUSE_PRIVATE_ROOT = tmp_path
    condition = Condition.objects.order_by("order").first()
    assert condition is not None
    url = address(decided, "clearinghouse_condition", condition.uid)
    fake = SimpleUploadedFile("proof.pdf", b"MZ not a document")
    answer = client_of(panel.reviewers[1]).post(url, {"note": "Seen.", "file": fake})
    assert "content is not what the name says" in answer.content.decode()
    proof = SimpleUploadedFile("proof.pdf", b"%PDF-1.4\n1 0 obj\nendobj\n%%EOF\n")
    client_of(panel.reviewers[1]).post(url, {"note": "Seen.", "file": proof})
    document = address(decided, "clearinghouse_condition_evidence", condition.uid)
    answers = {
        user.first_name: client_of(user).get(document)
        for user in (panel.chair, *panel.reviewers, make_overseer())
    }
    assert {name: answer.status_code for name, answer in answers.items()} == {
        "Chair": 200,
        "Practitioner": 302,
        "Clinician": 200,
        "Researcher": 302,
        "Spare": 404,
        "Overseer": 200,
    }
    for name in ("Chair", "Clinician", "Overseer"):
        content = b"".join(answers[name].streaming_content)
        assert content.startswith(b"%PDF")
        assert answers[name].headers["Content-Disposition"].startswith("attachment")


def test_a_conflict_found_later_closes_the_condition_to_its_verifier(
    panel: Panel, decided: ReviewRound
) -> None:
    verifier = panel.reviewers[1]
    KnownConflict.objects.create(
        reviewer=verifier,
        organisation=panel.provider.organisation,
        kind=ConflictKind.FAMILY.value,
        source="Told.",
    )
    condition = Condition.objects.get(verifier=verifier)
    from django.core.exceptions import PermissionDenied

    with pytest.raises(PermissionDenied):
        meet_condition(condition_id=condition.pk, note="Seen.", actor=verifier)
    url = address(decided, "clearinghouse_condition", condition.uid)
    assert client_of(verifier).get(url).status_code == 404


def test_no_mail_to_the_provider_names_a_reviewer(panel: Panel, decided: ReviewRound) -> None:
    mails = OutgoingMessage.objects.filter(recipient=panel.editor)
    assert mails.count() == 1
    for user in panel.reviewers:
        for mail in mails:
            assert user.get_full_name() not in mail.subject + mail.body
            assert user.email not in mail.subject + mail.body


def test_every_kind_of_entry_has_words() -> None:
    """The kinds that services write stand in their source, those of seats in the list of events."""
    written = {
        kind
        for path in Path(services.__file__).parent.glob("*.py")
        for kind in re.findall(r'kind="([a-z_]+)"', path.read_text())
    }
    written |= {f"seat_{event}" for event in SeatEvent}
    # Filing and amending are written by the reviews' services, with what was handed in.
    assert written - {"seat_filed", "seat_amended"} == set(AUDIT_WORDS)
