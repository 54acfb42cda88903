"""Files of a submission: each upload is kept; a newer one takes the place of an older one."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from curriculum_pages.enums import FileRole, Visibility
from curriculum_pages.models import FILE_ROLE_CHOICES, VISIBILITY_CHOICES, StoredFile

from .submission import Submission


class SubmissionFile(models.Model):
    """One upload of one file. Its content is never changed and its row never deleted.

    `lasting_uid` is the same for all uploads that took each other's place: it becomes the `uid` of
    the curriculum's file. What is current has no `ended_at`.
    """

    uid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    lasting_uid = models.UUIDField(default=uuid.uuid4, editable=False)
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="files")
    stored_file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("file name"), max_length=200)
    title = models.CharField(_("title"), max_length=200)
    role = models.CharField(
        _("use"), max_length=30, choices=FILE_ROLE_CHOICES, default=FileRole.OTHER.value
    )
    visibility = models.CharField(
        _("who may open it"),
        max_length=20,
        choices=VISIBILITY_CHOICES,
        default=Visibility.REVIEWERS.value,
    )
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    uploaded_at = models.DateTimeField(_("uploaded at"), default=timezone.now)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When it was removed or another took its place.")
    )

    class Meta:
        verbose_name = _("file of a submission")
        verbose_name_plural = _("files of submissions")
        ordering = ["submission", "uploaded_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "lasting_uid", "version"], name="submissions_file_version"
            )
        ]

    def __str__(self) -> str:
        return self.title
