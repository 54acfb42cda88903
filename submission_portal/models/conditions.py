"""What a provider hands in to meet a condition of its approval."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from curriculum_pages.models import StoredFile
from review_workflow.models import Condition


class ConditionUpload(models.Model):
    """A note, with or without a file, that is to show that a condition is met."""

    uid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    condition = models.ForeignKey(
        Condition, on_delete=models.PROTECT, related_name="provider_uploads"
    )
    note = models.TextField(_("how the condition is met"))
    stored_file = models.ForeignKey(
        StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(_("file name"), max_length=200, blank=True)
    uploaded_at = models.DateTimeField(_("handed in at"), default=timezone.now)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("evidence for a condition")
        verbose_name_plural = _("evidence for conditions")
        ordering = ["condition", "uploaded_at", "pk"]

    def __str__(self) -> str:
        return f"{self.condition_id} · {self.uploaded_at:%Y-%m-%d}"
