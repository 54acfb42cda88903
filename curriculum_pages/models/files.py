"""Files of curricula: immutable content under its hash, and a curriculum's use of it.

Never Wagtail documents: those have a public address, a chooser and an API.
"""

import uuid
from collections.abc import Iterable
from functools import partial
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.models import Orderable

from curriculum_pages.enums import FileRole, OpenedAs, Visibility
from curriculum_pages.panels import file_panels
from resource_library.enums import TextState
from resource_library.models import ReadText
from review_workflow.storage import ReviewFile, private_storage

VISIBILITY_CHOICES = [
    (Visibility.PUBLIC.value, _("Public")),
    (Visibility.REVIEWERS.value, _("Reviewers")),
    (Visibility.STAFF.value, _("Staff")),
]
FILE_ROLE_CHOICES = [
    (FileRole.CURRICULUM.value, _("Curriculum")),
    (FileRole.INSTRUCTOR_GUIDE.value, _("Instructor guide")),
    (FileRole.PARTICIPANT_MATERIAL.value, _("Participant material")),
    (FileRole.ASSESSMENT.value, _("Assessment")),
    (FileRole.EVIDENCE.value, _("Evidence")),
    (FileRole.OTHER.value, _("Other")),
]

OPENED_AS_CHOICES = [
    (OpenedAs.PROVIDER.value, _("Member of the provider")),
    (OpenedAs.REVIEWER.value, _("Reviewer")),
    (OpenedAs.STAFF.value, _("Staff")),
]


class StoredFile(models.Model):
    """The content of a file, stored once under its SHA-256 and never changed."""

    sha256 = models.CharField(max_length=64, unique=True, editable=False)
    file = models.FileField(_("file"), storage=private_storage, upload_to="files/", max_length=200)
    size = models.PositiveBigIntegerField(_("size in bytes"), editable=False)
    content_type = models.CharField(_("type"), max_length=100, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("stored file")
        verbose_name_plural = _("stored files")

    def __str__(self) -> str:
        return self.sha256[:12]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the file; raises RuntimeError for one that is already stored."""
        if not self._state.adding:
            message = "Stored files are immutable."
            raise RuntimeError(message)
        super().save(*args, **kwargs)


class FileText(ReadText):
    """What stands in a stored file, for whoever may open the file; never in the public's search.

    The search reads public files for itself: no error there can show what is not public.
    """

    stored_file = models.OneToOneField(
        StoredFile, on_delete=models.CASCADE, primary_key=True, related_name="read_text"
    )

    class Meta:
        verbose_name = _("text of a file")
        verbose_name_plural = _("texts of files")
        indexes = [
            models.Index(
                fields=["changed_at"],
                condition=models.Q(state=TextState.WAITING.value),
                name="curricula_text_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.stored_file_id} {self.state}"


def as_review_file(row: Any) -> ReviewFile:
    """Return a row that gives a stored file its name, title and use, as pages list files.

    `row` is a `CurriculumFile` or what else uses a `StoredFile` by the same fields.
    """
    stored = row.stored_file
    return ReviewFile(
        uid=str(row.uid),
        title=row.title,
        name=row.name,
        use=row.get_role_display(),
        size=stored.size,
        content_type=stored.content_type,
        open=partial(stored.file.open, "rb"),
        sha256=stored.sha256,
    )


def texts_of(digests: Iterable[str]) -> dict[str, FileText]:
    """Return what was read in the contents with these SHA-256s, by them; one query."""
    rows = FileText.objects.filter(stored_file__sha256__in=list(digests))
    return {row.stored_file.sha256: row for row in rows.select_related("stored_file")}


class CurriculumFile(Orderable):
    """A file in its part of one curriculum: its name, its use and who may open it."""

    page = ParentalKey(
        "clearinghouse_curricula.CurriculumPage", on_delete=models.CASCADE, related_name="files"
    )
    uid = models.UUIDField(default=uuid.uuid4, editable=False)
    title = models.CharField(_("title"), max_length=200)
    role = models.CharField(
        _("use"), max_length=30, choices=FILE_ROLE_CHOICES, default=FileRole.OTHER.value
    )
    visibility = models.CharField(
        _("who may open it"),
        max_length=20,
        choices=VISIBILITY_CHOICES,
        default=Visibility.STAFF.value,
    )
    name = models.CharField(_("file name"), max_length=200, editable=False)
    stored_file = models.ForeignKey(
        StoredFile,
        verbose_name=_("file"),
        on_delete=models.PROTECT,
        related_name="uses",
        editable=False,
    )

    panels = file_panels

    class Meta(Orderable.Meta):
        verbose_name = _("file")
        verbose_name_plural = _("files")

    def __str__(self) -> str:
        return self.title


class FileDownload(models.Model):
    """That somebody was handed the content of a file that is not public, when and as what."""

    stored_file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="downloads")
    name = models.CharField(_("file name"), max_length=200)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    opened_as = models.CharField(_("as"), max_length=20, choices=OPENED_AS_CHOICES)
    about = models.CharField(
        _("in"), max_length=100, blank=True, help_text=_("The case, submission or curriculum.")
    )
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("download")
        verbose_name_plural = _("downloads")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["stored_file", "at"], name="curricula_download")]

    def __str__(self) -> str:
        return f"{self.name} · {self.user_id} · {self.at:%Y-%m-%d}"
