"""The record: one append-only chain of hashes per case, and a daily anchor over all of them."""

import hashlib
import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .append_only import AppendOnly
from .approval import canonical_json
from .case import Case


class AuditEntry(AppendOnly):
    """One change of a case's state. People stand in it by key only, so that names can be erased."""

    uid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="audit_entries")
    seq = models.PositiveIntegerField(_("number in the record"))
    kind = models.CharField(_("event"), max_length=60)
    payload = models.JSONField(default=dict)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(default=timezone.now)
    prev_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ["case", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["case", "seq"], name="review_audit_seq"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} · {self.seq} · {self.kind}"

    def computed_hash(self) -> str:
        """Return the SHA-256 of this entry together with the hash before it."""
        content: dict[str, Any] = {
            "case": self.case_id,
            "seq": self.seq,
            "kind": self.kind,
            "payload": self.payload,
            "actor": self.actor_id,
            "recorded_at": self.recorded_at.astimezone(timezone.get_default_timezone()).isoformat(),
        }
        return hashlib.sha256((self.prev_hash + canonical_json(content)).encode()).hexdigest()


class AuditAnchor(AppendOnly):
    """The heads of all chains on one day; each anchor covers the one before it."""

    day = models.DateField(unique=True)
    heads = models.JSONField(help_text=_("Case number to number and hash of its last entry."))
    prev_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("audit anchor")
        verbose_name_plural = _("audit anchors")
        ordering = ["day"]

    def __str__(self) -> str:
        return self.day.isoformat()
