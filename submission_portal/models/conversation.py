"""Messages between a provider and the platform's staff about one submission."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .submission import Submission


class SubmissionMessage(models.Model):
    """One message; the provider never sees which member of staff wrote it."""

    uid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="messages")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    is_staffs = models.BooleanField(_("from staff"), default=False)
    body = models.TextField(_("text"))
    sent_at = models.DateTimeField(_("sent at"), default=timezone.now)
    read_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When the other side opened it first.")
    )

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["submission", "sent_at", "pk"]

    def __str__(self) -> str:
        return f"{self.submission_id} · {self.sent_at:%Y-%m-%d}"
