"""Files of a submission: what is taken in, what is refused, and who is handed which."""

import datetime as dt
import io
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from clearinghouse.due import do_due_work
from curriculum_pages.enums import MemberRole
from curriculum_pages.models import FileDownload, ProviderMember, StoredFile
from review_workflow.models import KnownConflict
from submission_portal.models import Submission, SubmissionFile
from submission_portal.services.files import change_file, remove_file
from submission_portal.services.thumbnails import make_waiting_thumbnails, thumbnail_path

from .uploads import (
    World,
    archive,
    browser,
    contents,
    make_other,
    make_world,
    page_of,
    pdf,
    person,
)

pytestmark = pytest.mark.django_db
UNKNOWN = "00000000-0000-4000-8000-000000000000"
MZ = b"MZ\x90\x00" + b"\x00" * 300


@pytest.fixture
def private(settings: Any) -> Path:
    """Return the folder of private files, empty."""
    folder = Path(settings.CLEARINGHOUSE_PRIVATE_ROOT)
    shutil.rmtree(folder, ignore_errors=True)
    return folder


@pytest.fixture
def world(private: Path) -> World:
    return make_world()


def post(world: World, *files: tuple[str, bytes], user: Any = None, **changes: Any) -> Any:
    data = {
        "role": "curriculum",
        "visibility": "reviewers",
        "title": "",
        "uploads": [SimpleUploadedFile(name, content) for name, content in files],
        "complete": "1",
    } | changes
    headers = data.pop("headers", {})
    return browser(user or world.owner).post(
        page_of(world), {key: value for key, value in data.items() if value}, headers=headers
    )


# What is taken in, and what is not

BAD = {
    "renamed program": ("a.pdf", MZ),
    "program": ("a.exe", MZ),
    "script": ("a.txt", b"#!/bin/sh\nid\n"),
    "cut off": ("a.pdf", pdf()[:-20]),
    "empty": ("a.pdf", b""),
    "bomb": ("a.zip", archive("a.txt", b"\x00" * 40_000_000)),
    "traversal": ("a.zip", archive("../../a.txt")),
    "program inside": ("a.zip", archive("setup.exe")),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_refused_leaves_nothing_behind(world: World, private: Path, case: str) -> None:
    name, content = BAD[case]
    with pytest.raises(ValidationError) as refused:
        world.add(name, content)
    assert set(refused.value.message_dict) == {"upload"}
    answer = post(world, (name, content))
    assert answer.status_code == 200
    assert f"{name}: " in answer.content.decode()
    assert (SubmissionFile.objects.count(), StoredFile.objects.count()) == (0, 0)
    assert contents(private) == []


def test_wrong_descriptions_are_refused_and_nothing_is_stored(world: World, private: Path) -> None:
    for field, value in {"role": "x", "visibility": "x", "title": "x" * 201}.items():
        with pytest.raises(ValidationError) as refused:
            world.add(**{field: value})
        assert set(refused.value.message_dict) == {field}
    assert contents(private) == []


def test_one_file_too_many_is_refused_and_not_stored(
    world: World, private: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("submission_portal.services.files.MOST_FILES", 1)
    row = world.add()
    with pytest.raises(ValidationError, match="at most 1"):
        world.add("b.pdf", pdf("b"))
    assert len(contents(private)) == 1
    assert world.add("b.pdf", pdf("b"), replaces=row).version == 2
    with pytest.raises(ValidationError, match="in the meantime"):
        world.add("c.pdf", pdf("c"), replaces=row)
    assert len(contents(private)) == 2


def test_a_new_version_ends_the_older_and_keeps_it(world: World) -> None:
    first = world.add("guide.pdf", pdf("one"))
    assert (first.title, first.name, first.version) == ("guide.pdf", "guide.pdf", 1)
    second = world.add("guide.pdf", pdf("two"), replaces=first, title="Guide")
    first.refresh_from_db()
    assert first.ended_at is not None
    assert (second.lasting_uid, second.version) == (first.lasting_uid, 2)
    assert second.uid != first.uid
    with pytest.raises(ValidationError, match="in the meantime"):
        world.add("guide.pdf", pdf("three"), replaces=first)
    with pytest.raises(ValidationError, match="very content"):
        world.add("other.pdf", pdf("two"), replaces=second)
    with pytest.raises(ValidationError, match="here already"):
        world.add("guide.pdf", pdf("two"))
    changed = change_file(
        submission_id=world.submission.pk,
        file_id=second.pk,
        title="",
        role="other",
        visibility="staff",
        actor=world.owner,
    )
    assert (changed.title, changed.role, changed.visibility) == ("guide.pdf", "other", "staff")
    remove_file(submission_id=world.submission.pk, file_id=second.pk, actor=world.owner)
    with pytest.raises(ValidationError, match="in the meantime"):
        remove_file(submission_id=world.submission.pk, file_id=second.pk, actor=world.owner)
    assert SubmissionFile.objects.filter(ended_at=None).count() == 0
    assert StoredFile.objects.count() == 2


def test_one_content_in_two_submissions_is_stored_once(world: World, private: Path) -> None:
    world.add()
    other = Submission.objects.create(provider=world.provider, created_by=world.owner)
    world.add(submission_id=other.pk)
    assert StoredFile.objects.count() == len(contents(private)) == 1


@pytest.mark.parametrize("state", ["screening", "accepted", "withdrawn", "out_of_scope"])
def test_nothing_changes_while_it_is_with_others(world: World, private: Path, state: str) -> None:
    row = world.add()
    world.move_to(state)
    with pytest.raises(PermissionDenied):
        world.add("other.pdf", pdf("other"))
    with pytest.raises(PermissionDenied):
        remove_file(submission_id=world.submission.pk, file_id=row.pk, actor=world.owner)
    assert post(world, ("b.pdf", pdf("b"))).status_code == 403
    assert len(contents(private)) == 1


# The page


def test_one_bad_file_does_not_keep_out_the_others(world: World) -> None:
    answer = post(world, ("a.pdf", pdf("a")), ("bad.pdf", MZ), ("b.pdf", pdf("b")), title="Same")
    html = answer.content.decode()
    assert list(SubmissionFile.objects.values_list("title", flat=True)) == ["a.pdf", "b.pdf"]
    assert re.search(r'href="#id_uploads">Files: bad\.pdf: The content is not', html)
    assert "2 files were stored." in html
    row = SubmissionFile.objects.get(name="a.pdf")
    assert (row.role, row.visibility, row.uploaded_by) == ("curriculum", "reviewers", world.owner)
    assert reverse("portal_file", args=[row.uid]) in html


def test_a_page_for_one_file_and_its_script(world: World) -> None:
    answer = post(world, ("a.pdf", pdf("a")), title="The guide", visibility="staff")
    assert (answer.status_code, answer["Location"]) == (302, page_of(world))
    row = SubmissionFile.objects.get()
    assert (row.title, row.visibility) == ("The guide", "staff")
    asked = {"Accept": "application/json"}
    stored = post(world, ("b.pdf", pdf("b")), headers=asked)
    assert (stored.status_code, stored.json()) == (201, {"stored": ["b.pdf"], "faults": []})
    refused = post(world, ("c.pdf", MZ), headers=asked)
    assert refused.status_code == 400
    assert refused.json()["faults"][0].startswith("c.pdf: The content is not")
    html = browser(world.owner).get(page_of(world)).content.decode()
    assert html.count("<h1") == 1
    assert "at most 200.0\xa0MB" in html
    assert "submission_portal/files.js" in html
    assert not re.search(r"<script(?! src)|<style|\sstyle=", html)


def test_a_file_is_replaced_changed_and_removed_by_forms(world: World) -> None:
    row = world.add("guide.pdf", pdf("one"), title="Guide")
    client = browser(world.owner)
    answer = post(world, ("new.pdf", pdf("two")), replaces=str(row.uid), title="Guide")
    assert answer.status_code == 302
    new = SubmissionFile.objects.get(ended_at=None)
    assert (new.name, new.version, new.lasting_uid) == ("new.pdf", 2, row.lasting_uid)
    html = client.get(page_of(world)).content.decode()
    assert "Version 1: guide.pdf" in html
    address = reverse("portal_file_change", args=[new.uid])
    data = {"title": "Manual", "role": "other", "visibility": "staff"}
    assert "is changed" in client.post(address, data, follow=True).content.decode()
    new.refresh_from_db()
    assert (new.title, new.role) == ("Manual", "other")
    assert (
        "valid choice" in client.post(address, data | {"role": "x"}, follow=True).content.decode()
    )
    remove = reverse("portal_file_remove", args=[new.uid])
    assert client.get(remove).status_code == 405
    assert "is removed" in client.post(remove, follow=True).content.decode()
    assert "in the meantime" in client.post(remove, follow=True).content.decode()
    for bad in ("x", UNKNOWN):
        assert post(world, ("n.pdf", pdf("n")), replaces=bad).status_code == 404


def test_what_is_too_large_is_cut_short_and_named(
    world: World, private: Path, settings: Any
) -> None:
    settings.CLEARINGHOUSE_MAX_UPLOAD_BYTES = 2000
    answer = post(world, ("large.txt", b"a" * 200_000), ("small.txt", b"a"))
    assert "large.txt: The file has more than" in answer.content.decode()
    assert [row.name for row in SubmissionFile.objects.all()] == ["small.txt"]
    only = post(world, ("large.txt", b"a" * 200_000), headers={"Accept": "application/json"})
    assert (only.status_code, only.json()["stored"]) == (400, [])
    assert len(contents(private)) == 1


def test_what_lacks_its_last_field_was_cut_off(world: World, private: Path) -> None:
    answer = post(world, ("a.pdf", pdf("a")), complete="")
    assert answer.status_code == 400
    assert "cut off on its way" in answer.content.decode()
    assert contents(private) == []


def test_uploads_are_limited_before_they_are_read(world: World, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"portal_upload": "1/h/user"}
    assert post(world, ("a.pdf", pdf("a"))).status_code == 302
    answer = post(world, ("b.pdf", pdf("b")))
    assert answer.status_code == 429
    assert "Try again later" in answer.content.decode()
    assert SubmissionFile.objects.count() == 1


def test_a_form_without_its_token_is_refused(world: World, private: Path) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.owner)
    data = {"uploads": SimpleUploadedFile("a.pdf", pdf()), "role": "other", "complete": "1"}
    assert client.post(page_of(world), data).status_code == 403
    token = re.search(
        r'name="csrfmiddlewaretoken" value="(\w+)"', client.get(page_of(world)).content.decode()
    )
    data |= {
        "uploads": SimpleUploadedFile("a.pdf", pdf()),
        "visibility": "staff",
        "csrfmiddlewaretoken": token.group(1),
    }
    assert client.post(page_of(world), data).status_code == 302
    assert len(contents(private)) == 1


class Unread(io.BytesIO):
    """A body that nobody may read."""

    def read(self, *_: Any) -> bytes:
        raise AssertionError("The body was read.")

    readline = read


def unread() -> dict[str, Any]:
    return {
        "wsgi.input": Unread(),
        "CONTENT_LENGTH": "1000",
        "CONTENT_TYPE": "multipart/form-data; boundary=x",
    }


def test_whoever_may_not_upload_sends_no_body_that_is_read(world: World) -> None:
    stranger = world.member("stranger", MemberRole.OWNER, make_other())
    viewer = world.member("viewer", MemberRole.VIEWER)
    for user, status in ((None, 302), (stranger, 404), (viewer, 403)):
        answer = browser(user).generic("POST", page_of(world), **unread())
        assert answer.status_code == status
    with pytest.raises(AssertionError, match="was read"):
        browser(world.owner).generic("POST", page_of(world), **unread())


# Who is handed what


def asked(user: Any, row: SubmissionFile) -> tuple[int, bytes]:
    answer = browser(user).get(reverse("portal_file", args=[row.uid]))
    content = b"".join(answer.streaming_content) if answer.streaming else b""
    return answer.status_code, content


def test_a_download_is_an_attachment_that_is_written_down(world: World) -> None:
    row = world.add("guide.pdf", pdf("one"))
    client = browser(world.owner)
    answer = client.get(reverse("portal_file", args=[row.uid]))
    assert b"".join(answer.streaming_content) == pdf("one")
    assert answer["Content-Disposition"] == 'attachment; filename="guide.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "private, no-store"
    written = FileDownload.objects.get()
    assert (written.user, written.opened_as, written.name) == (world.owner, "provider", "guide.pdf")
    assert (written.stored_file, written.about) == (row.stored_file, world.submission.uid.hex)
    head = client.head(reverse("portal_file", args=[row.uid]))
    assert (head.status_code, b"".join(head.streaming_content)) == (200, b"")
    assert client.post(reverse("portal_file", args=[row.uid])).status_code == 405
    assert FileDownload.objects.count() == 1


def test_members_open_files_and_nobody_else_does_while_it_is_a_draft(world: World) -> None:
    row = world.add()
    viewer = world.member("viewer", MemberRole.VIEWER)
    assert asked(viewer, row)[0] == 200
    former = world.member("former", MemberRole.OWNER)
    ProviderMember.objects.filter(user=former).update(ended_at=timezone.now())
    inactive = world.member("inactive", MemberRole.OWNER)
    get_user_model().objects.filter(pk=inactive.pk).update(is_active=False)
    strangers = [
        former,
        world.member("stranger", MemberRole.OWNER, make_other()),
        person("reader"),
        person("screener", "screen_submissions", "access_admin"),
        get_user_model().objects.create_superuser("root@example.org", "a long password"),
    ]
    for user in strangers:
        assert asked(user, row)[0] == 404
        assert browser(user).get(page_of(world)).status_code == 404
        for name in ("change", "remove"):
            address = reverse(f"portal_file_{name}", args=[row.uid])
            assert browser(user).post(address).status_code == 404
    assert asked(None, row)[0] == asked(inactive, row)[0] == 302
    assert post(world, ("b.pdf", pdf("b")), user=viewer).status_code == 403
    assert FileDownload.objects.count() == 1
    html = browser(viewer).get(page_of(world)).content.decode()
    assert "data-uploads" not in html
    assert reverse("portal_file_remove", args=[row.uid]) not in html


def test_staff_open_what_was_submitted_and_only_with_the_right(world: World) -> None:
    dropped = world.add("dropped.pdf", pdf("dropped"))
    remove_file(submission_id=world.submission.pk, file_id=dropped.pk, actor=world.owner)
    row = world.add("guide.pdf", pdf("guide"))
    world.move_to("screening")
    screener = person("screener", "screen_submissions", "access_admin")
    assert asked(screener, row) == (200, pdf("guide"))
    assert FileDownload.objects.get().opened_as == "staff"
    assert FileDownload.objects.get().about == "S-2026-0001"
    assert asked(screener, dropped)[0] == 404
    assert asked(person("staff", "access_admin"), row)[0] == 404
    tied = person("tied", "screen_submissions", "access_admin")
    KnownConflict.objects.create(
        reviewer=tied, organisation=world.provider.organisation, source="A letter"
    )
    assert asked(tied, row)[0] == 404
    # What the provider uploads for its answer is a draft again.
    world.move_to("returned")
    later = world.add("later.pdf", pdf("later"))
    assert asked(screener, later)[0] == 404
    assert asked(world.owner, later)[0] == 200
    new = world.add("guide.pdf", pdf("better"), replaces=row)
    assert asked(screener, row)[0] == 200
    assert asked(screener, new)[0] == 404


def test_an_unknown_file_and_anothers_answer_alike(world: World) -> None:
    row = world.add()
    client = browser(world.member("stranger", MemberRole.OWNER, make_other()))
    client.get(reverse("portal_file", args=[UNKNOWN]))  # what every page needs is in the cache
    answers, counts = [], []
    for uid in (row.uid, UNKNOWN):
        with CaptureQueriesContext(connection) as asked_for:
            answers.append(client.get(reverse("portal_file", args=[uid])))
        counts.append([re.sub(r"'[^']*'|[0-9a-f]{32}", "?", each["sql"]) for each in asked_for])
    assert counts[0] == counts[1]
    assert answers[0].status_code == answers[1].status_code == 404
    bodies = [re.sub(r"[0-9a-f-]{36}", "", answer.content.decode()) for answer in answers]
    assert bodies[0] == bodies[1]
    assert dict(answers[0].headers) == dict(answers[1].headers)


def test_private_files_lie_where_no_server_hands_them_out(world: World, settings: Any) -> None:
    row = world.add()
    place = Path(row.stored_file.file.path)
    assert place.stat().st_mode & 0o777 == 0o600
    for public in (settings.MEDIA_ROOT, settings.STATIC_ROOT):
        assert not place.is_relative_to(Path(public))
    client = browser(world.owner)
    for address in ("/media/", "/static/", "/documents/1/", "/"):
        answer = client.get(f"{address}{row.stored_file.file.name}", follow=True)
        assert answer.status_code == 404


def test_the_list_of_downloads_is_for_staff_within_the_wall(world: World) -> None:
    row = world.add("secret-name.pdf")
    asked(world.owner, row)
    world.move_to("screening")
    asked(world.owner, row)
    screener = person("screener", "screen_submissions", "access_admin", "view_filedownload")
    address = reverse("file_downloads:index")
    html = browser(screener).get(address).content.decode()
    assert html.count("secret-name.pdf") == 1  # not what was opened of the draft
    assert "S-2026-0001" in html
    tied = person("tied", "screen_submissions", "access_admin", "view_filedownload")
    KnownConflict.objects.create(
        reviewer=tied, organisation=world.provider.organisation, source="A letter"
    )
    assert "secret-name" not in browser(tied).get(address).content.decode()
    answer = browser(person("staff", "access_admin")).get(address)
    assert (answer.status_code, answer["Location"]) == (302, reverse("wagtailadmin_home"))
    root = get_user_model().objects.create_superuser("root@example.org", "a long password")
    html = browser(root).get(address).content.decode()
    assert "secret-name.pdf" in html  # with no way to add or change, which root might


# Pictures


def test_a_first_page_is_drawn_apart_and_shown_to_the_same_people(
    world: World, private: Path, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        broken = world.add("broken.pdf", b"%PDF-1.7\nnothing\n%%EOF\n")
        row = world.add("guide.pdf", pdf("one"))
    client = browser(world.owner)
    address = reverse("portal_thumbnail", args=[row.uid])
    assert client.get(address).status_code == 404
    do_due_work()
    answer = client.get(address)
    picture = b"".join(answer.streaming_content)
    assert picture.startswith(b"\x89PNG")
    assert 0 < int.from_bytes(picture[16:20], "big") <= 320
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert address in client.get(page_of(world)).content.decode()
    assert not thumbnail_path(broken.stored_file.sha256).exists()
    assert client.get(reverse("portal_thumbnail", args=[broken.uid])).status_code == 404
    stranger = browser(world.member("stranger", MemberRole.OWNER, make_other()))
    assert stranger.get(address).status_code == 404
    assert make_waiting_thumbnails() == 0
    assert {path.name for path in contents(private / "thumbnails")} == {
        f"{row.stored_file.sha256}.png"
    }


def test_what_a_killed_upload_left_behind_is_removed(world: World, private: Path) -> None:
    import os

    for name in ("old.upload", "new.upload"):
        (private / "incoming").mkdir(exist_ok=True, parents=True)
        (private / "incoming" / name).write_bytes(b"half")
    day = (timezone.now() - dt.timedelta(days=2)).timestamp()
    os.utime(private / "incoming" / "old.upload", (day, day))
    do_due_work()
    assert [path.name for path in contents(private)] == ["new.upload"]
