"""What stands in private files: read apart, found and read by whoever may open the file."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from curriculum_pages.enums import FileRole, Visibility
from curriculum_pages.models import FileDownload, FileText, StoredFile
from curriculum_pages.services import read_waiting_texts
from review_workflow.models import Affiliation, ReviewerProfile, ReviewRound
from submission_portal.models import Submission, SubmissionFile
from submission_portal.services import accept_to_review, submit
from submission_portal.services.files import add_file
from tests.integration.review_workflow.panels import make_overseer, make_panel
from tests.integration.review_workflow.reviewing import start_reviews

from .planting import Portal, make_portal, make_screener, pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def portal(site_tree: dict[str, Any], tmp_path: Path, settings: Any) -> Portal:
    settings.CLEARINGHOUSE_PRIVATE_ROOT = tmp_path
    return make_portal(make_panel(site_tree))


def browser(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def add(portal: Portal, submission: Submission, name: str, content: bytes, **more: Any) -> Any:
    return add_file(
        submission_id=submission.pk,
        upload=ContentFile(content, name=name),
        title=name,
        role=FileRole.OTHER.value,
        actor=portal.owner,
        **{"visibility": Visibility.REVIEWERS.value} | more,
    )


@pytest.fixture
def submission(portal: Portal) -> Submission:
    """A submission in screening whose files were read."""
    draft = portal.draft()
    add(portal, draft, "heliotrope.pdf", pdf("Heliotropes turn, and heliotropes wait"))
    add(portal, draft, "staff.pdf", pdf("Celandine"), visibility=Visibility.STAFF.value)
    add(portal, draft, "broken.pdf", b"%PDF-1.7\nnothing\n%%EOF\n")
    submit(submission_id=draft.pk, actor=portal.owner)
    while read_waiting_texts():
        pass
    return Submission.objects.get(pk=draft.pk)


def row(submission: Submission, name: str) -> SubmissionFile:
    return submission.files.get(name=name)


def test_each_content_is_read_once_whoever_may_open_it(
    portal: Portal, submission: Submission
) -> None:
    assert FileText.objects.count() == StoredFile.objects.count() == 5
    texts = {text.stored_file.pk: text for text in FileText.objects.all()}
    assert texts[row(submission, "staff.pdf").stored_file_id].text == "Celandine"
    broken = texts[row(submission, "broken.pdf").stored_file_id]
    assert (broken.state, broken.reason, broken.text) == ("unreadable", "damaged", "")
    assert read_waiting_texts() == 0


def test_a_file_that_is_gone_is_not_tried_for_ever(portal: Portal, submission: Submission) -> None:
    stored = row(submission, "heliotrope.pdf").stored_file
    FileText.objects.filter(stored_file=stored).delete()
    Path(stored.file.path).unlink()
    assert read_waiting_texts() == 1
    assert FileText.objects.get(stored_file=stored).reason == "missing"
    assert read_waiting_texts() == 0


def test_staff_find_words_and_read_the_text_and_it_is_written_down(
    portal: Portal, submission: Submission
) -> None:
    client = browser(portal.screener)
    files = reverse("clearinghouse_submission_files", args=[submission.uid])
    page = client.get(reverse("clearinghouse_submission", args=[submission.uid]))
    assert files in page.content.decode()
    listed = client.get(files).content.decode()
    assert "Its text cannot be read." in listed
    found = client.get(files, {"q": "HELIOTROPES turn"}).content.decode()
    assert "3 places in “heliotrope.pdf”" in found
    assert found.count("The words do not stand in it.") == 3
    assert not FileDownload.objects.exists()
    file = row(submission, "heliotrope.pdf")
    address = reverse("clearinghouse_submission_text", args=[submission.uid, file.uid])
    assert f"{address}?q=HELIOTROPES%20turn#place-1" in found
    text = client.get(address, {"q": '"heliotropes turn"'}).content.decode()
    assert '<mark id="place-1">Heliotropes turn</mark>, and heliotropes wait' in text
    download = FileDownload.objects.get()
    assert (download.user, download.opened_as, download.about, download.stored_file) == (
        portal.screener,
        "staff",
        submission.number,
        file.stored_file,
    )
    client.head(address)
    assert FileDownload.objects.count() == 1


def test_what_stands_in_a_file_is_shown_as_text(portal: Portal) -> None:
    draft = portal.draft()
    file = add(portal, draft, "x.pdf", pdf("<script>alert(1)</script>"))
    submit(submission_id=draft.pk, actor=portal.owner)
    while read_waiting_texts():
        pass
    address = reverse("clearinghouse_submission_text", args=[draft.uid, file.uid])
    shown = browser(portal.screener).get(address, {"q": "script>alert"}).content.decode()
    assert "&lt;<mark" in shown
    assert "<script>alert" not in shown


def test_the_wrong_person_reads_no_text(portal: Portal, submission: Submission) -> None:
    other = portal.draft("Another course")
    unsent = add(portal, other, "unsent.pdf", pdf("Unsent"))
    file = row(submission, "heliotrope.pdf")
    files = reverse("clearinghouse_submission_files", args=[submission.uid])
    address = reverse("clearinghouse_submission_text", args=[submission.uid, file.uid])
    # A file of another submission, a draft's, one without text.
    wrong = [unsent, row(submission, "broken.pdf")]
    for each in wrong:
        way = reverse("clearinghouse_submission_text", args=[submission.uid, each.uid])
        assert browser(portal.screener).get(way).status_code == 404
    conflicted = make_screener("tied")
    profile = ReviewerProfile.objects.create(user=conflicted)
    Affiliation.objects.create(
        profile=profile, organisation=portal.provider.organisation, from_year=2020
    )
    for user in (conflicted, portal.owner, portal.panel.reviewers[0]):
        for way in (files, address):
            answer = browser(user).get(way)
            assert answer.status_code in {302, 404}
            assert b"eliotrop" not in answer.content
    assert Client().get(address).status_code == 302
    assert not FileDownload.objects.exists()


def test_reviewers_read_what_their_seat_opens_under_their_name(
    portal: Portal, submission: Submission
) -> None:
    accept_to_review(submission_id=submission.pk, actor=portal.screener)
    submission.refresh_from_db()
    round_: ReviewRound = submission.case.rounds.get()
    reviewer = portal.panel.reviewers[0]
    file = row(submission, "heliotrope.pdf")
    hidden = row(submission, "staff.pdf")
    files = reverse("clearinghouse_review_files", args=[round_.uid])
    address = reverse("clearinghouse_review_file_text", args=[round_.uid, file.lasting_uid])
    # Before the seat is taken and conflicts are declared, nothing opens.
    for way in (files, address):
        assert browser(reviewer).get(way).status_code in {302, 404}
    start_reviews(portal.panel, round_)
    client = browser(reviewer)
    found = client.get(files, {"q": "heliotropes"}).content.decode()
    assert f"{address}?q=heliotropes#place-1" in found
    assert "2 places in “heliotrope.pdf”" in found
    assert "staff.pdf" not in client.get(files).content.decode()
    text = client.get(address).content.decode()
    assert "Heliotropes turn" in text
    assert f"For review by {reviewer.get_full_name() or reviewer.get_username()}" in text
    closed = reverse("clearinghouse_review_file_text", args=[round_.uid, hidden.lasting_uid])
    assert client.get(closed).status_code == 404
    download = FileDownload.objects.get()
    assert (download.user, download.opened_as, download.about) == (
        reviewer,
        "reviewer",
        round_.case.number,
    )
    overseer = browser(make_overseer()).get(address).content.decode()
    assert "Heliotropes turn" in overseer
    assert "For review by" not in overseer
    for stranger in (portal.owner, portal.screener):
        for way in (files, address):
            answer = browser(stranger).get(way)
            assert answer.status_code in {302, 403, 404}
            assert b"eliotrop" not in answer.content
