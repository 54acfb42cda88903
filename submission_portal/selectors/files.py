"""Files of submissions, each for whoever may open it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from curriculum_pages.enums import OpenedAs
from curriculum_pages.models import FileDownload
from review_workflow.models import Case
from review_workflow.permissions import visible_cases
from submission_portal.models import Submission, SubmissionFile, SubmissionVersion
from submission_portal.permissions import own_submissions, screened

_DRAWN = "application/pdf"


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A file that somebody may open, and as what they do."""

    row: SubmissionFile
    opened_as: OpenedAs

    @property
    def about(self) -> str:
        """What a log says that the file belongs to."""
        submission = self.row.submission
        return submission.number or submission.uid.hex


def visible_files(user: Any) -> "QuerySet[SubmissionFile]":
    """Return the files that `user` may open, ended ones among them.

    Members of the provider open all of a submission, staff what was part of a submitted version.
    """
    of_members = Q(submission__in=own_submissions(user).values("pk"))
    of_staff = Q(submission__in=screened(user).values("pk")) & _was_submitted()
    return SubmissionFile.objects.filter(of_members | of_staff)


def _was_submitted() -> Q:
    version = SubmissionVersion.objects.filter(
        submission=OuterRef("submission"), submitted_at__gte=OuterRef("uploaded_at")
    )
    return Q(Exists(version.filter(submitted_at__lt=OuterRef("ended_at")))) | Q(
        Exists(version), ended_at=None
    )


def open_file(user: Any, uid: UUID) -> OpenFile | None:
    """Return the file with this id where `user` may open it, else None."""
    row = (
        visible_files(user)
        .filter(uid=uid)
        .select_related("submission__provider", "stored_file")
        .first()
    )
    if row is None:
        return None
    is_member = own_submissions(user).filter(pk=row.submission_id).exists()
    return OpenFile(row, OpenedAs.PROVIDER if is_member else OpenedAs.STAFF)


def files_of(user: Any, submission: Submission) -> list[SubmissionFile]:
    """Return the current files of a submission that `user` may open, in their order."""
    rows = visible_files(user).filter(submission=submission, ended_at=None)
    return list(rows.select_related("stored_file", "uploaded_by").order_by("uploaded_at", "pk"))


def earlier_files_of(user: Any, submission: Submission) -> dict[UUID, list[SubmissionFile]]:
    """Return by lasting id the uploads that a newer one took the place of, newest first."""
    current = SubmissionFile.objects.filter(
        submission=submission, ended_at=None, lasting_uid=OuterRef("lasting_uid")
    )
    rows = (
        visible_files(user)
        .filter(Exists(current), submission=submission, ended_at__isnull=False)
        .select_related("stored_file")
        .order_by(F("version").desc())
    )
    found: dict[UUID, list[SubmissionFile]] = {}
    for row in rows:
        found.setdefault(row.lasting_uid, []).append(row)
    return found


def is_drawn(row: SubmissionFile) -> bool:
    """Return whether files of this kind get a thumbnail."""
    return row.stored_file.content_type == _DRAWN


def downloads_visible_to(user: Any) -> "QuerySet[FileDownload]":
    """Return the downloads that `user` may learn of.

    Behind a conflict neither a case nor a submission is heard of; what a provider opened of a draft
    is its own business.
    """
    screens = screened(user).values("number")
    hidden_cases = Case.objects.exclude(pk__in=visible_cases(user).values("pk")).values("number")
    hidden = Submission.objects.filter(number__isnull=False).exclude(number__in=screens)
    return (
        FileDownload.objects.exclude(Q(opened_as=OpenedAs.PROVIDER.value) & ~Q(about__in=screens))
        .exclude(about__in=hidden_cases)
        .exclude(about__in=hidden.values("number"))
    )
