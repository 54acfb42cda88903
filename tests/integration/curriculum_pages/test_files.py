"""A curriculum's files: who is handed which."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from wagtail.models import PageViewRestriction

from clearinghouse.due import do_due_work
from curriculum_pages.models import CurriculumFile, CurriculumPage, StoredFile
from curriculum_pages.services import remove_abandoned_files, store_file
from review_workflow.enums import ApprovalEventKind
from review_workflow.lifecycle import Event
from review_workflow.services import record_approval_event
from tests.integration.search.building import TODAY, Catalog

from .conftest import approve, html_of

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"

pytestmark = pytest.mark.django_db


@pytest.fixture
def with_files(catalog: Catalog) -> CurriculumPage:
    page = catalog.curriculum("Files", slug="with-files", approve=False)
    stored = store_file(content=ContentFile(PDF, name="a.pdf"), name="a.pdf")
    page.files = [
        CurriculumFile(title=f"For {who}", visibility=who, name=f"{who}.pdf", stored_file=stored)
        for who in ("public", "reviewers", "staff")
    ]
    approve(page)
    return CurriculumPage.objects.get(pk=page.pk)


def status(client: Client, address: str) -> int:
    response = client.get(address)
    if response.streaming:
        b"".join(response.streaming_content)  # read to its end, the file closes
    return response.status_code


def file_address(page: CurriculumPage, visibility: str) -> str:
    return f"/catalog/files/{page.files.get(visibility=visibility).uid}/"


def test_public_files_are_listed_and_handed_out(client: Client, with_files: CurriculumPage) -> None:
    html = html_of(client.get("/catalog/with-files/"))
    address = file_address(with_files, "public")
    assert f'href="{address}"' in html
    assert with_files.files.first().stored_file.sha256 in html
    assert "For reviewers" not in html
    assert "For staff" not in html
    response = client.get(address)
    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Disposition"] == 'attachment; filename="public.pdf"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Type"] == "application/pdf"
    assert client.post(address).status_code == 405


def test_other_files_are_not_there_for_the_public(
    client: Client, with_files: CurriculumPage
) -> None:
    for visibility in ("reviewers", "staff"):
        assert status(client, file_address(with_files, visibility)) == 404
    assert client.get("/catalog/files/00000000-0000-4000-8000-000000000000/").status_code == 404


def test_public_files_close_with_the_approval_and_with_privacy(
    client: Client, with_files: CurriculumPage
) -> None:
    address = file_address(with_files, "public")
    restriction = PageViewRestriction.objects.create(
        page=with_files, restriction_type=PageViewRestriction.LOGIN
    )
    assert status(client, address) == 404
    restriction.delete()
    assert status(client, address) == 200
    record_approval_event(
        approval=with_files.current_approval,
        event=Event(ApprovalEventKind.SUSPENDED, TODAY),
        reason="-",
    )
    assert status(client, address) == 404


def test_editors_open_every_file_and_other_people_do_not(
    client: Client, with_files: CurriculumPage
) -> None:
    users = get_user_model().objects
    client.force_login(users.create_user(email="reader@example.org", password="long enough it is"))
    assert status(client, file_address(with_files, "staff")) == 404
    client.force_login(
        users.create_superuser(email="root@example.org", password="long enough it is")
    )
    response = client.get(file_address(with_files, "staff"))
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    b"".join(response.streaming_content)


@pytest.fixture
def stored_in(settings: Any) -> Path:
    """Return the folder of the contents, empty."""
    folder = Path(settings.CLEARINGHOUSE_PRIVATE_ROOT) / "files"
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def text(words: str) -> ContentFile[bytes]:
    return ContentFile(words.encode(), name="a.txt")


def contents(folder: Path) -> set[str]:
    return {path.read_text() for path in folder.rglob("*") if path.is_file()}


def upload_without_saving(words: str) -> None:
    """Store a content in a transaction that does not come to its end."""
    with transaction.atomic():
        store_file(content=text(words), name="a.txt")
        transaction.set_rollback(True)


def make_old(folder: Path) -> None:
    for path in folder.rglob("?" * 64):
        os.utime(path, (0, 0))


def test_what_a_failed_save_left_behind_is_removed_after_a_day(db: None, stored_in: Path) -> None:
    store_file(content=text("kept"), name="a.txt")
    upload_without_saving("left")
    do_due_work()
    assert contents(stored_in) == {"kept", "left"}
    make_old(stored_in)
    upload_without_saving("fresh")
    do_due_work()
    assert contents(stored_in) == {"kept", "fresh"}


def test_what_was_left_behind_and_taken_up_again_is_not_removed(db: None, stored_in: Path) -> None:
    upload_without_saving("left")
    make_old(stored_in)
    with transaction.atomic():
        taken_up = store_file(content=text("left"), name="a.txt")
        # Another process does not see the row of this transaction yet.
        StoredFile.objects.all()._raw_delete("default")
        do_due_work()
    assert contents(stored_in) == {"left"}
    assert taken_up.file.read() == b"left"
    taken_up.file.close()


def test_a_turn_looks_at_a_few_folders_and_asks_once(
    db: None, stored_in: Path, django_assert_num_queries: Any
) -> None:
    for number in range(40):
        upload_without_saving(f"left {number}")
    make_old(stored_in)
    with django_assert_num_queries(1):
        removed = remove_abandoned_files()
    assert 4 <= removed < 40
    assert len(contents(stored_in)) == 40 - removed


def test_a_disk_that_refuses_stops_no_other_work(
    db: None, stored_in: Path, caplog: pytest.LogCaptureFixture
) -> None:
    stored_in.parent.mkdir(exist_ok=True)
    stored_in.write_text("not a folder")
    do_due_work()
    stored_in.unlink()
    assert "Due work failed and will be tried again: curriculum_pages" in caplog.text
