"""Everything that a provider, or somebody who acts for it, owns here, as one ZIP.

What reviewers wrote, notes of staff, and the names of either are never part of it.
"""

import json
import shutil
import zipfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import PurePosixPath
from typing import IO, Any

from django.utils import timezone

from curriculum_pages.enums import OpenedAs
from curriculum_pages.models import FileDownload, StoredFile
from review_workflow.forms.mail import preference_of
from review_workflow.models import ReviewRound
from submission_portal.models import ConditionUpload, Submission
from submission_portal.permissions import memberships_of, own_submissions
from submission_portal.selectors.correspondence import letters_of, messages_of
from submission_portal.selectors.obligations import conditions_of
from submission_portal.selectors.timeline import own_name, reasons_of, staff_name

SCHEMA = 1
_CHUNK = 256 * 1024
_TOLD = ("version", "round")
"""What an event holds that is the provider's to know, beside the reasons."""


def export_submission(submission: Submission, file: IO[bytes]) -> None:
    """Write one submission with all its files, earlier ones included, into `file`.

    Asks nobody's permission: whoever calls has found the submission among the user's own.
    """
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        _write(archive, submission, "")


def export_everything(user: Any, file: IO[bytes]) -> None:
    """Write what `user` owns into `file`: their login's data and their providers' submissions."""
    submissions = own_submissions(user).select_related("provider__organisation")
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("person.json", _json(_person(user)))
        for submission in submissions.order_by("pk").iterator():
            _write(archive, submission, f"{submission.number or submission.uid}/")


def _write(archive: zipfile.ZipFile, submission: Submission, folder: str) -> None:
    files = list(submission.files.select_related("stored_file", "uploaded_by"))
    handed_in = list(
        ConditionUpload.objects.filter(
            condition__decision__round__case__submissions=submission
        ).select_related("stored_file", "condition")
    )
    letters = letters_of(submission)
    content = {
        "schema": SCHEMA,
        "exported_at": timezone.now(),
        **_facts(submission),
        "files": [_file_facts(row) for row in files],
        "letters": [
            {"round": each.round_number, "decided_at": each.decided_at, "outcome": each.outcome}
            | {"text": each.text}
            for each in letters
        ],
        "conditions": _conditions(submission),
        "downloads": _downloads(
            submission,
            [row.stored_file_id for row in files]
            + [row.stored_file_id for row in handed_in if row.stored_file_id],
        ),
    }
    archive.writestr(f"{folder}submission.json", _json(content))
    for letter in letters:
        archive.writestr(f"{folder}letters/round-{letter.round_number}.txt", letter.text)
    for row in files:
        name = f"files/{row.lasting_uid}/{row.version}/{_plain(row.name)}"
        _copy(archive, f"{folder}{name}", row.stored_file)
    for upload in handed_in:
        if upload.stored_file is not None:
            name = f"conditions/{upload.condition.uid}/{upload.uid}/{_plain(upload.name)}"
            _copy(archive, f"{folder}{name}", upload.stored_file)


def _copy(archive: zipfile.ZipFile, name: str, stored: StoredFile) -> None:
    """Copy a content piece by piece, as it is; one that is missing on the disk is left out."""
    try:
        source = stored.file.open("rb")
    except FileNotFoundError:
        archive.writestr(f"{name}.missing.txt", f"sha256 {stored.sha256}\n")
        return
    info = zipfile.ZipInfo(name, timezone.localtime(stored.created_at).timetuple()[:6])
    info.compress_type = zipfile.ZIP_STORED  # most kinds that are accepted are packed already
    with source, archive.open(info, "w", force_zip64=True) as target:
        shutil.copyfileobj(source, target, _CHUNK)


def _plain(name: str) -> str:
    """Return a name that stays inside its folder on every system."""
    last = PurePosixPath(name.replace("\\", "/")).name
    return "".join("_" if sign in '<>:"|?*' else sign for sign in last if sign.isprintable()) or "_"


def _facts(submission: Submission) -> dict[str, Any]:
    return {
        "uid": submission.uid,
        "number": submission.number,
        "title": submission.title,
        "provider": submission.provider.name,
        "state": submission.state,
        "created_at": submission.created_at,
        "created_by": own_name(submission.created_by),
        "submitted_at": submission.submitted_at,
        "steps": [
            {"step": each.step, "version": each.version, "saved_at": each.saved_at}
            | {"saved_by": own_name(each.saved_by), "content": each.content}
            for each in submission.steps.select_related("saved_by").order_by("pk")
        ],
        "versions": [
            {"number": each.number, "submitted_at": each.submitted_at, "sha256": each.sha256}
            | {"submitted_by": own_name(each.submitted_by), "content": each.content}
            | {"files": each.files, "findings": each.findings}
            for each in submission.versions.select_related("submitted_by").order_by("number")
        ],
        "events": [
            {"at": each.at, "kind": each.kind, "words": each.words, "reasons": reasons_of(each)}
            | {"by": staff_name() if each.is_staffs else own_name(each.actor)}
            | {key: each.data[key] for key in _TOLD if key in each.data}
            for each in submission.events.select_related("actor").order_by("seq")
        ],
        "messages": [
            {"sent_at": each.sent_at, "from": each.author, "text": each.body}
            | {"read_at": each.read_at}
            for each in messages_of(submission)
        ],
        "responses": _responses(submission),
    }


def _responses(submission: Submission) -> list[dict[str, Any]]:
    rounds = ReviewRound.objects.filter(case=submission.case_id, case__isnull=False)
    return [
        {"round": number, "asked": asked, "answer": answer, "answered_at": answered_at}
        for number, asked, answer, answered_at in rounds.filter(response_items__isnull=False)
        .order_by("number", "response_items__order", "response_items__pk")
        .values_list(
            "number",
            "response_items__asked",
            "response_items__answer",
            "response_items__answered_at",
        )
    ]


def _conditions(submission: Submission) -> list[dict[str, Any]]:
    return [
        {
            "uid": each.uid,
            "wanted": each.wanted,
            "due_on": each.due_on,
            "state": each.state.value,
            "met_at": each.met_at,
            "handed_in": [
                {"uid": part.uid, "at": part.at, "by": part.by, "note": part.note}
                | {"file": part.file_name}
                for part in each.evidence
            ],
        }
        for each in conditions_of(submission)
    ]


def _file_facts(row: Any) -> dict[str, Any]:
    return {
        "uid": row.uid,
        "lasting_uid": row.lasting_uid,
        "version": row.version,
        "name": row.name,
        "title": row.title,
        "role": row.role,
        "visibility": row.visibility,
        "sha256": row.stored_file.sha256,
        "size": row.stored_file.size,
        "uploaded_at": row.uploaded_at,
        "uploaded_by": own_name(row.uploaded_by),
        "ended_at": row.ended_at,
    }


def _downloads(submission: Submission, stored: Iterable[int]) -> list[dict[str, Any]]:
    """Return who was handed the files: own people by name, others by their part and the day only.

    Contents are stored once for everybody, so a row counts only where it names this submission or
    its case. How many reviewers there are, or have read, is not to be counted from it.
    """
    about = {submission.number or "", submission.uid.hex, str(submission.uid)} - {""}
    if submission.case is not None:
        about.add(submission.case.number)
    rows = FileDownload.objects.filter(stored_file__in=list(stored), about__in=about)
    told: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows.select_related("user").order_by("at", "pk"):
        is_own = row.opened_as == OpenedAs.PROVIDER.value
        at = row.at if is_own else timezone.localdate(row.at)
        by = own_name(row.user) if is_own else ""
        told[row.name, row.opened_as, by, at] = {
            "name": row.name,
            "as": row.opened_as,
            "by": by,
            "at": at,
        }
    return list(told.values())


def _person(user: Any) -> dict[str, Any]:
    members = memberships_of(user).select_related("provider__organisation")
    own = FileDownload.objects.filter(user=user, opened_as=OpenedAs.PROVIDER.value)
    return {
        "schema": SCHEMA,
        "exported_at": timezone.now(),
        "name": user.get_full_name(),
        "email": user.email,
        "mail": preference_of(user).frequency,
        "providers": [
            {"name": each.provider.name, "role": each.role, "since": each.added_at}
            for each in members
        ],
        "downloads": list(own.order_by("at", "pk").values("name", "about", "at")),
    }


def _json(content: Any) -> str:
    def plain(value: Any) -> str:
        return value.isoformat() if isinstance(value, datetime) else str(value)

    return json.dumps(content, indent=2, ensure_ascii=False, default=plain) + "\n"
