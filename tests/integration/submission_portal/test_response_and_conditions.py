"""What a provider owes after a decision: answers kept one by one, and evidence for conditions."""

import uuid
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from curriculum_pages.enums import FileRole, MemberRole, Visibility
from curriculum_pages.models import FileDownload
from review_workflow.enums import Outcome
from review_workflow.models import Condition, OutgoingMessage, ResponseItem
from review_workflow.services.conditions import meet_condition
from review_workflow.services.responses import digest_of, keep_answers
from submission_portal.content import content_from
from submission_portal.enums import Step
from submission_portal.models import ConditionUpload, Submission
from submission_portal.services import hand_in_evidence, save_step
from submission_portal.services.files import add_file

from .planting import ATTEST, complete_page, make_member, make_person, make_provider, pdf
from .stages import HIDDEN, Planted, make_planted, round_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def planted(site_tree: dict[str, Any]) -> Planted:
    return make_planted(site_tree)


@pytest.fixture
def awaiting(planted: Planted) -> Submission:
    """A submission with two points to answer."""
    submission = planted.decided(Outcome.REVISE_AND_RESUBMIT)
    ResponseItem.objects.create(round=round_of(submission), order=1, asked="Name its authors.")
    return submission


@pytest.fixture
def conditional(planted: Planted) -> Submission:
    return planted.decided(Outcome.APPROVE_WITH_CONDITIONS)


def browser(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def fields(submission: Submission, *answers: str) -> dict[str, str]:
    """Return what the form sends when it was read just now."""
    items = round_of(submission).response_items.order_by("order", "pk")
    sent: dict[str, str] = {}
    for item, answer in zip(items, answers, strict=True):
        sent |= {f"item-{item.pk}": answer, f"seen-{item.pk}": digest_of(item.answer)}
    return sent


def answers(submission: Submission) -> list[str]:
    items = round_of(submission).response_items.order_by("order", "pk")
    return list(items.values_list("answer", flat=True))


def test_answers_are_kept_one_by_one(planted: Planted, awaiting: Submission) -> None:
    client, address = browser(planted.owner), reverse("portal_response", args=[awaiting.uid])
    assert "Name its authors." in client.get(address).content.decode()
    assert client.post(address, fields(awaiting, "We added a test.", "")).status_code == 302
    assert answers(awaiting) == ["We added a test.", ""]
    told = client.get(reverse("portal_submission", args=[awaiting.uid])).content.decode()
    assert "1 of 2 answered" in told
    refused = client.post(address, fields(awaiting, "Better.", "") | {"action": "submit"})
    assert "Answer point 2." in refused.content.decode()
    assert answers(awaiting) == ["Better.", ""]  # what was typed is kept nevertheless
    assert round_of(awaiting).number == 1


def test_nobody_overwrites_an_answer_unseen(planted: Planted, awaiting: Submission) -> None:
    colleague = make_member(planted.provider, "colleague", MemberRole.EDITOR)
    address = reverse("portal_response", args=[awaiting.uid])
    read_before = fields(awaiting, "Theirs to come", "Two")
    browser(colleague).post(address, fields(awaiting, "A colleague's answer", ""))
    conflict = browser(planted.owner).post(address, read_before)
    told = conflict.content.decode()
    assert "A colleague&#x27;s answer" in told
    assert "Theirs to come" in told
    assert answers(awaiting) == ["A colleague's answer", "Two"]
    # Saved once more from the page that showed both, it takes their place.
    context: Any = conflict.context["form"]
    again = {name: context[name].value() for name in context.fields}
    assert browser(planted.owner).post(address, again).status_code == 302
    assert answers(awaiting) == ["Theirs to come", "Two"]


def complete(submission: Submission, actor: Any) -> None:
    """Type everything that a version needs into the steps."""
    typed = content_from(complete_page(submission.provider, submission.title))
    for step, content in (typed | {Step.ATTEST.value: ATTEST}).items():
        save_step(
            submission_id=submission.pk, step=Step(step), content=content, version=0, actor=actor
        )
    for role in (FileRole.CURRICULUM, FileRole.INSTRUCTOR_GUIDE):
        add_file(
            submission_id=submission.pk,
            upload=ContentFile(pdf(role.value), name=f"{role.value}.pdf"),
            title=role.value,
            role=role.value,
            visibility=Visibility.REVIEWERS.value,
            actor=actor,
        )


def test_submitting_again_opens_the_next_round(planted: Planted, awaiting: Submission) -> None:
    # A colleague is no contact of the case: the page says that they speak for the provider.
    colleague = make_member(planted.provider, "colleague", MemberRole.EDITOR)
    client, address = browser(colleague), reverse("portal_response", args=[awaiting.uid])
    sent = fields(awaiting, "One", "Two") | {"action": "submit"}
    viewer = make_member(planted.provider, "viewer", MemberRole.VIEWER)
    assert browser(viewer).post(address, sent).status_code == 403
    assert "Submit again" not in browser(viewer).get(address).content.decode()

    refused = client.post(address, sent)
    assert "is not complete" in refused.content.decode()
    assert answers(awaiting) == ["One", "Two"]
    assert round_of(awaiting).number == 1
    complete(awaiting, colleague)
    sent = fields(awaiting, "One", "Two, better") | {"action": "submit"}
    assert client.post(address, sent).status_code == 302
    assert round_of(awaiting).number == 2
    first = awaiting.case.rounds.get(number=1)
    assert first.response_items.get(order=1).answer == "Two, better"
    told = client.get(reverse("portal_submission", args=[awaiting.uid])).content.decode()
    assert "Under review" in told
    assert "Answered and submitted again" in told


def test_whose_answers_they_are(planted: Planted, awaiting: Submission) -> None:
    round_ = round_of(awaiting)
    item = round_.response_items.order_by("order")[0]
    stranger = make_member(make_provider("Somebody else"), "sam")
    with pytest.raises(PermissionDenied):
        keep_answers(round_id=round_.pk, answers={item.pk: "Mine"}, actor=stranger)
    with pytest.raises(ValidationError, match="not one of this round"):
        keep_answers(round_id=round_.pk, answers={item.pk + 999: "x"}, actor=planted.owner)
    with pytest.raises(ValidationError, match="Shorten"):
        keep_answers(round_id=round_.pk, answers={item.pk: "x" * 20_001}, actor=planted.owner)
    assert answers(awaiting) == ["", ""]
    decided = planted.decided(Outcome.APPROVE, "Another")
    address = reverse("portal_response", args=[decided.uid])
    assert browser(planted.owner).get(address).status_code == 302


def condition_of(submission: Submission) -> Condition:
    return Condition.objects.get(decision__round__case=submission.case_id)


def test_evidence_is_handed_in_and_read(planted: Planted, conditional: Submission) -> None:
    condition = condition_of(conditional)
    client = browser(planted.owner)
    address = reverse("portal_condition", args=[conditional.uid, condition.uid])
    assert "Nothing was handed in yet." in client.get(address).content.decode()
    assert "Say how the condition is met." in client.post(address, {}).content.decode()
    fake = SimpleUploadedFile("test.pdf", b"MZ not a document")
    refused = client.post(address, {"note": "See the file.", "file": fake})
    assert refused.status_code == 200
    assert not ConditionUpload.objects.exists()

    upload = SimpleUploadedFile("test.pdf", pdf("The test"))
    assert client.post(address, {"note": "See the file.", "file": upload}).status_code == 302
    kept = ConditionUpload.objects.get()
    status = client.get(reverse("portal_submission", args=[conditional.uid])).content.decode()
    assert "Handed in, being checked" in status
    assert "The chair of the panel" in status
    mails = OutgoingMessage.objects.filter(key__startswith="condition-evidence:")
    assert [mail.recipient for mail in mails] == [planted.panel.chair]  # verifier and chair in one
    for word in ("Riverbend", "Pat", planted.owner.email):
        assert word not in mails[0].subject + mails[0].body

    chair = browser(planted.panel.chair)
    told = chair.get(reverse("portal_evidence", args=[condition.uid])).content.decode()
    assert "See the file." in told
    file = reverse("portal_evidence_file", args=[kept.uid])
    for user, opened_as in ((planted.owner, "provider"), (planted.panel.chair, "reviewer")):
        answer = browser(user).get(file)
        assert b"".join(answer).startswith(b"%PDF")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Disposition"].startswith("attachment")
        assert FileDownload.objects.filter(user=user, opened_as=opened_as).exists()


def test_evidence_is_closed_to_others(planted: Planted, conditional: Submission) -> None:
    condition = condition_of(conditional)
    kept = hand_in_evidence(
        submission_id=conditional.pk,
        condition_uid=condition.uid,
        note="See the file.",
        upload=ContentFile(pdf("The test"), name="test.pdf"),
        actor=planted.owner,
    )
    other = make_provider("Somebody else")
    rival = Planted(other, make_member(other, "sam"), planted.screener, planted.panel)
    theirs = rival.draft("Theirs")
    file = reverse("portal_evidence_file", args=[kept.uid])
    evidence = reverse("portal_evidence", args=[condition.uid])
    for user in (rival.owner, make_person("nobody"), planted.panel.reviewers[0]):
        for address in (
            file,
            evidence,
            reverse("portal_condition", args=[conditional.uid, condition.uid]),
        ):
            assert browser(user).get(address).status_code == 404
    client = browser(rival.owner)
    for name, key in (("portal_evidence", condition.uid), ("portal_evidence_file", kept.uid)):
        costs = []
        for uid in (uuid.uuid4(), key):
            with CaptureQueriesContext(connection) as queries:
                client.get(reverse(name, args=[uid]))
            costs.append(len(queries))
        assert costs[0] == costs[1], name  # time tells nothing either
    mixed = reverse("portal_condition", args=[theirs.uid, condition.uid])
    assert browser(rival.owner).get(mixed).status_code == 404
    assert browser(rival.owner).post(mixed, {"note": "Mine"}).status_code == 404
    with pytest.raises(PermissionDenied):
        hand_in_evidence(
            submission_id=theirs.pk, condition_uid=condition.uid, note="x", actor=rival.owner
        )
    viewer = make_member(planted.provider, "viewer", MemberRole.VIEWER)
    own = reverse("portal_condition", args=[conditional.uid, condition.uid])
    assert "test.pdf" in browser(viewer).get(own).content.decode()
    assert browser(viewer).post(own, {"note": "x"}).status_code == 403
    assert ConditionUpload.objects.count() == 1


def test_a_met_condition_takes_no_more(planted: Planted, conditional: Submission) -> None:
    condition = condition_of(conditional)
    meet_condition(
        condition_id=condition.pk, note=f"{HIDDEN[1]} saw it.", actor=planted.panel.chair
    )
    address = reverse("portal_condition", args=[conditional.uid, condition.uid])
    client = browser(planted.owner)
    told = client.get(address).content.decode()
    assert "Met" in told
    assert HIDDEN[1] not in told
    assert client.post(address, {"note": "More"}).status_code == 404
    with pytest.raises(PermissionDenied):
        hand_in_evidence(
            submission_id=conditional.pk,
            condition_uid=condition.uid,
            note="More",
            actor=planted.owner,
        )
    status = client.get(reverse("portal_submission", args=[conditional.uid])).content.decode()
    assert "<dd>Nobody</dd>" in status
