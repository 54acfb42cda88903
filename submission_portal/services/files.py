"""Files of a submission: added, replaced, described, removed. Every upload is kept.

Reading, scanning and storing a content take their time and happen before the submission is locked.
"""

from pathlib import PurePosixPath
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from curriculum_pages.enums import FileRole, Visibility
from curriculum_pages.services import StoredContent, check_file, claim_content, put_content
from submission_portal.models import Submission, SubmissionFile
from submission_portal.permissions import access_to_submission
from submission_portal.scanning import ScannerSilent, scanner
from submission_portal.selectors.files import is_drawn

from .locking import lock_submission, require
from .thumbnails import ask_for_thumbnail

MOST_FILES = 100
"""How many current files a submission may have."""
_LENGTH = 200


def add_file(
    *,
    submission_id: int,
    upload: "File[bytes]",
    title: str,
    role: str,
    visibility: str,
    actor: Any,
    replaces: SubmissionFile | None = None,
) -> SubmissionFile:
    """Return the new file; with `replaces`, as the next version of that one, which ends.

    An empty title becomes the file's name. Raises PermissionDenied for whoever does not write now,
    ValidationError naming the field where something is refused; nothing is stored then.
    """
    name = name_of(upload)
    seen = Submission.objects.get(pk=submission_id)
    require(access_to_submission(actor, seen).can_edit, _not_now())
    _insist_on_place(seen, replaces)
    facts = _described(title or name, role, visibility)
    content = take_in(upload, name, field="upload")
    with transaction.atomic():
        submission = _locked(submission_id, actor)
        row = SubmissionFile(submission=submission, name=name, uploaded_by=actor, **facts)
        row.stored_file = claim_content(content)
        _insist_on_place(submission, replaces)
        if replaces is not None:
            _take_the_place(row, replaces)
        _insist_on_news(row)
        row.save()
    if is_drawn(row):
        transaction.on_commit(lambda: ask_for_thumbnail(content.sha256))
    return row


@transaction.atomic
def change_file(
    *,
    submission_id: int,
    file_id: int,
    title: str,
    role: str,
    visibility: str,
    actor: Any,
) -> SubmissionFile:
    """Return the file under another title, use or visibility; its content stays.

    Raises PermissionDenied and ValidationError as `add_file` does.
    """
    row = _current(_locked(submission_id, actor), file_id)
    for field, value in _described(title or row.name, role, visibility).items():
        setattr(row, field, value)
    row.save(update_fields=["title", "role", "visibility"])
    return row


@transaction.atomic
def remove_file(*, submission_id: int, file_id: int, actor: Any) -> SubmissionFile:
    """Return the file, ended: it is part of the submission no more, and kept.

    Raises PermissionDenied for whoever does not write now, ValidationError where it ended before.
    """
    row = _current(_locked(submission_id, actor), file_id)
    row.ended_at = timezone.now()
    row.save(update_fields=["ended_at"])
    return row


def _not_now() -> str:
    return _("Files cannot be changed here now, or not by you.")


def _locked(submission_id: int, actor: Any) -> Submission:
    submission, access = lock_submission(submission_id, actor)
    require(access.can_edit, _not_now())
    return submission


def _current(submission: Submission, file_id: int) -> SubmissionFile:
    row = SubmissionFile.objects.filter(submission=submission, pk=file_id, ended_at=None).first()
    if row is None:
        raise ValidationError({"upload": _("This file was removed or replaced in the meantime.")})
    return row


def _described(title: str, role: str, visibility: str) -> dict[str, str]:
    faults = {}
    if role not in {each.value for each in FileRole}:
        faults["role"] = _("Choose what the file is for.")
    if visibility not in {each.value for each in Visibility}:
        faults["visibility"] = _("Choose who may open the file.")
    if len(title.strip()) > _LENGTH:
        faults["title"] = _("A title has at most %(count)s letters.") % {"count": _LENGTH}
    if faults:
        raise ValidationError(faults)
    return {"title": title.strip(), "role": role, "visibility": visibility}


def name_of(upload: "File[bytes]") -> str:
    """Return the name of an upload, without folders and what cannot be printed."""
    name = PurePosixPath((upload.name or "").replace("\\", "/")).name
    return "".join(letter for letter in name if letter.isprintable())[-_LENGTH:]


def take_in(upload: "File[bytes]", name: str, *, field: str) -> StoredContent:
    """Return the stored content of an upload that was checked and scanned.

    Raises ValidationError naming the field; nothing is stored then.
    """
    try:
        checked = check_file(content=upload, name=name)
        _scan(upload)
        return put_content(content=upload, checked=checked)
    except ValidationError as error:
        raise ValidationError({field: error}) from error


def _scan(upload: "File[bytes]") -> None:
    """Ask the scanner, where there is one; raises ValidationError unless it finds nothing."""
    asked = scanner()
    if asked is None:
        return
    try:
        found = asked.scan(upload)
    except ScannerSilent as error:
        raise ValidationError(
            _("The file could not be checked for viruses; nothing was stored. Try again later."),
            code="unchecked",
        ) from error
    if found is not None:
        raise ValidationError(
            _("The virus scanner found something in the file: %(found)s.") % {"found": found},
            code="infected",
        )


def _take_the_place(row: SubmissionFile, replaced: SubmissionFile) -> None:
    """End what is replaced and number the new one after it."""
    old = _current(row.submission, replaced.pk)
    if old.stored_file_id == row.stored_file_id:
        raise ValidationError({"upload": _("This is the very content that is there already.")})
    old.ended_at = timezone.now()
    old.save(update_fields=["ended_at"])
    row.lasting_uid, row.version = old.lasting_uid, old.version + 1


def _insist_on_place(submission: Submission, replaced: SubmissionFile | None) -> None:
    """Refuse one file too many, and to replace what is not current; asked before and after.

    Before, so that no content is stored in vain; after, because others may have been faster.
    """
    if replaced is not None:
        _current(submission, replaced.pk)
    elif SubmissionFile.objects.filter(submission=submission, ended_at=None).count() >= MOST_FILES:
        said = _("A submission has at most %(count)s files; remove some first.")
        raise ValidationError({"upload": said % {"count": MOST_FILES}})


def _insist_on_news(row: SubmissionFile) -> None:
    """Refuse what is there already under this name: a form that was sent twice."""
    current = SubmissionFile.objects.filter(submission=row.submission, ended_at=None)
    if current.filter(stored_file=row.stored_file, name=row.name).exists():
        raise ValidationError(
            {"upload": ValidationError(_("This file is here already."), code="duplicate")}
        )
