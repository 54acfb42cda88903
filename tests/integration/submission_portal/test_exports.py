"""The ZIP of all own data: everything of the provider's, and nothing of anybody else."""

import io
import json
import zipfile
from typing import Any

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from curriculum_pages.enums import MemberRole, OpenedAs
from curriculum_pages.services import record_download, store_file
from review_workflow.enums import Outcome
from review_workflow.models import Condition
from submission_portal.models import Submission, SubmissionFile
from submission_portal.services import hand_in_evidence

from .planting import make_member, make_person, make_provider, pdf
from .stages import HIDDEN, Planted, make_planted

pytestmark = pytest.mark.django_db


@pytest.fixture
def planted(site_tree: dict[str, Any]) -> Planted:
    return make_planted(site_tree)


def download(user: Any, address: str) -> zipfile.ZipFile:
    client = Client()
    client.force_login(user)
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment")
    assert "no-store" in response["Cache-Control"]
    return zipfile.ZipFile(io.BytesIO(b"".join(response)))


def add(submission: Submission, text: str, version: int, name: str = "Course.pdf") -> None:
    """Add a version of the one file of a submission."""
    first = submission.files.first()
    fields = {"lasting_uid": first.lasting_uid} if first else {}
    SubmissionFile.objects.create(
        submission=submission,
        stored_file=store_file(content=ContentFile(pdf(text), name=name), name=name),
        name=name,
        title="Course",
        version=version,
        uploaded_by=submission.created_by,
        **fields,
    )


def test_everything_of_a_submission_and_nothing_of_its_review(planted: Planted) -> None:
    submission = planted.decided(Outcome.APPROVE_WITH_CONDITIONS, letter="With conditions.")
    add(submission, "first", 1, name="..\\..\\Course.pdf")
    add(submission, "second", 2)
    planted.message(submission, "From staff.", is_staffs=True)
    condition = Condition.objects.get(decision__round__case=submission.case_id)
    hand_in_evidence(
        submission_id=submission.pk,
        condition_uid=condition.uid,
        note="See the test.",
        upload=ContentFile(pdf("test"), name="test.pdf"),
        actor=planted.owner,
    )
    # Two reviewers on one day are one line; another provider's use of the same content is none.
    stored = submission.files.order_by("version")[0].stored_file
    for user in planted.panel.reviewers[:2]:
        record_download(
            stored_file=stored,
            name="Course.pdf",
            user=user,
            opened_as=OpenedAs.REVIEWER,
            about=submission.case.number,
        )
    record_download(
        stored_file=stored,
        name="Theirs.pdf",
        user=make_person("rival"),
        opened_as=OpenedAs.PROVIDER,
        about="S-2026-9999",
    )
    archive = download(planted.owner, reverse("portal_export", args=[submission.uid]))
    names = archive.namelist()
    assert not [name for name in names if ".." in name or "\\" in name or name.startswith("/")]
    contents = [archive.read(name) for name in names]
    assert [pdf("first") in contents, pdf("second") in contents, pdf("test") in contents] == [
        True,
        True,
        True,
    ]
    assert archive.read("letters/round-1.txt") == b"With conditions."
    told = json.loads(archive.read("submission.json"))
    assert [event["kind"] for event in told["events"]] == ["created", "submitted", "accepted"]
    assert [each["text"] for each in told["messages"]] == ["From staff."]
    assert told["conditions"][0]["handed_in"][0]["note"] == "See the test."
    assert [(each["as"], each["by"]) for each in told["downloads"]] == [("reviewer", "")]
    everything = b"".join(contents).decode("latin-1") + "".join(names)
    emails = [user.email for user in [planted.screener, *planted.panel.reviewers]]
    for word in (*HIDDEN, *emails, planted.panel.chair.email, "Theirs.pdf"):
        assert word not in everything, word


def test_everything_of_a_person(planted: Planted) -> None:
    own = planted.screening("Ours")
    planted.draft("A draft")
    other = make_provider("Somebody else")
    rival = make_member(other, "sam")
    Submission.objects.create(provider=other, created_by=rival, title="Theirs alone")
    viewer = make_member(planted.provider, "viewer", MemberRole.VIEWER)
    for user in (planted.owner, viewer):
        archive = download(user, reverse("portal_export_all"))
        assert json.loads(archive.read("person.json"))["email"] == user.email
        assert f"{own.number}/submission.json" in archive.namelist()
        assert len([name for name in archive.namelist() if name.endswith("submission.json")]) == 2
        assert b"Theirs alone" not in b"".join(map(archive.read, archive.namelist()))
    alone = download(make_person("nobody"), reverse("portal_export_all"))
    assert alone.namelist() == ["person.json"]


def test_a_content_that_is_gone_is_said_to_be(planted: Planted) -> None:
    submission = planted.draft()
    add(submission, "gone", 1)
    stored = submission.files.get().stored_file
    stored.file.storage.delete(stored.file.name)
    archive = download(planted.owner, reverse("portal_export", args=[submission.uid]))
    [missing] = [name for name in archive.namelist() if name.endswith(".missing.txt")]
    assert stored.sha256.encode() in archive.read(missing)


def test_downloads_are_limited_for_each_user_and_say_until_when(
    planted: Planted, settings: Any
) -> None:
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {
        "portal_export": "1/h/user",
        "portal_export_all": "2/10m/user,5/d/user",
    }
    one = reverse("portal_export", args=[planted.draft().uid])
    everything = reverse("portal_export_all")
    colleague = make_member(planted.provider, "colleague", MemberRole.VIEWER)
    stranger = make_person("nobody")
    with time_machine.travel("2026-03-01 08:00Z", tick=False) as clock:
        mine, theirs, unknown = (logged_in(each) for each in (planted.owner, colleague, stranger))
        # What is not theirs is not found, however often they ask, and counts for nothing.
        assert [status(unknown, one) for _time in range(3)] == [404] * 3
        assert status(Client(), one) == 302
        assert [status(mine, one) for _time in range(2)] == [200, 429]
        assert status(theirs, one) == 200
        assert status(mine, everything) == 200  # the other kind has a limit of its own
        clock.shift(90)
        assert status(mine, everything) == 200
        clock.shift(30)
        refused = mine.get(everything)
        assert (refused.status_code, refused["Retry-After"]) == (429, "480")
        assert refused["Cache-Control"] == "no-store"
        assert "try again in 8 minutes" in refused.content.decode()
        assert "try again in 58 minutes" in mine.get(one).content.decode()
        clock.shift(480)
        assert [status(mine, everything) for _time in range(2)] == [200, 429]
        clock.shift(3000)
        assert status(mine, one) == 200


def logged_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def status(client: Client, address: str) -> int:
    """Return the status of an answer that is read to its end."""
    answer = client.get(address)
    b"".join(answer)
    return int(answer.status_code)
