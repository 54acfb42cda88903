"""The approval (certificate) and its append-only, hash-chained history.

Dates and standing are derived from the events by `lifecycle`; the columns that repeat them are a
cache for queries and are written by `services` only.
"""

import hashlib
import json
import uuid
from datetime import date
from typing import Any, Self

import swapper
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from review_workflow.enums import IN_FORCE, ApprovalBasis, ApprovalEventKind, ApprovalStatus
from review_workflow.lifecycle import Event, Life
from review_workflow.storage import private_storage

from .append_only import AppendOnly, AppendOnlyError

BASIS_CHOICES = [
    (ApprovalBasis.PANEL.value, _("Review panel")),
    (ApprovalBasis.IMPORTED.value, _("Imported")),
    (ApprovalBasis.RECORDED.value, _("Outside approval, recorded")),
    (ApprovalBasis.SAMPLE.value, _("Sample")),
]
STATUS_LABELS = {
    ApprovalStatus.PROVISIONAL: _("Provisional"),
    ApprovalStatus.ACTIVE: _("Active"),
    ApprovalStatus.UNDER_REVIEW: _("Under review"),
    ApprovalStatus.SUSPENDED: _("Suspended"),
    ApprovalStatus.EXPIRED: _("Expired"),
    ApprovalStatus.WITHDRAWN: _("Withdrawn"),
    ApprovalStatus.SUPERSEDED: _("Superseded"),
}
EVENT_LABELS = {
    ApprovalEventKind.GRANTED: _("Granted"),
    ApprovalEventKind.CONDITIONS_MET: _("Conditions met"),
    ApprovalEventKind.REVIEW_OPENED: _("Review opened"),
    ApprovalEventKind.REVIEW_CLOSED: _("Review closed"),
    ApprovalEventKind.SUSPENDED: _("Suspended"),
    ApprovalEventKind.REINSTATED: _("Reinstated"),
    ApprovalEventKind.RENEWED: _("Renewed"),
    ApprovalEventKind.CORRECTED: _("Dates corrected"),
    ApprovalEventKind.WITHDRAWN: _("Withdrawn"),
    ApprovalEventKind.SUPERSEDED: _("Superseded"),
}


class ApprovalQuerySet(models.QuerySet["Approval"]):
    """Reads of approvals by what counts on a day."""

    def in_force(self, on: date | None = None) -> Self:
        """Return the approvals that count on `on` (today where it is not given)."""
        day = on or timezone.localdate()
        return self.filter(
            is_current=True,
            standing__in=[status.value for status in IN_FORCE],
            approved_on__lte=day,
            expires_on__gte=day,
        )


class Approval(models.Model):
    """The certificate of one page: number, basis, first and last day, frozen content."""

    uid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    number = models.CharField(_("number"), max_length=60, unique=True)
    page = models.ForeignKey(
        swapper.get_model_name("wagtailcore", "Page"),
        verbose_name=_("page"),
        on_delete=models.PROTECT,
        related_name="approvals",
    )
    revision = models.ForeignKey(
        "wagtailcore.Revision",
        verbose_name=_("revision"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    decision = models.ForeignKey(
        "clearinghouse_review.Decision",
        verbose_name=_("decision"),
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="approvals",
    )
    edition = models.ForeignKey(
        "clearinghouse_review.StandardsEdition",
        verbose_name=_("edition of the standards"),
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    basis = models.CharField(_("basis"), max_length=20, choices=BASIS_CHOICES)
    snapshot = models.JSONField(_("approved content"), editable=False)
    snapshot_schema = models.PositiveSmallIntegerField(editable=False)
    snapshot_sha256 = models.CharField(max_length=64, editable=False)
    standing = models.CharField(
        _("standing"),
        max_length=20,
        choices=[(status.value, label) for status, label in STATUS_LABELS.items()],
        editable=False,
        help_text=_("Apart from the calendar: an approval past its last day has expired."),
    )
    approved_on = models.DateField(_("approved on"), editable=False)
    expires_on = models.DateField(_("last day"), editable=False)
    is_current = models.BooleanField(
        default=True, editable=False, help_text=_("The one approval of its page that can count.")
    )
    created_at = models.DateTimeField(_("recorded at"), auto_now_add=True)

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        ordering = ["-approved_on", "number"]
        permissions = [("record_outside_approval", _("Can record an outside approval"))]
        indexes = [models.Index(fields=["standing", "expires_on"], name="review_approval_in_force")]
        constraints = [
            models.UniqueConstraint(
                fields=["page"],
                condition=Q(is_current=True),
                name="review_one_current_approval_per_page",
            ),
            models.CheckConstraint(
                condition=Q(expires_on__gte=models.F("approved_on")),
                name="review_approval_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Refuse: approvals are withdrawn or superseded, never deleted."""
        message = "Approvals are never deleted; append an event instead."
        raise AppendOnlyError(message)

    @property
    def life(self) -> Life:
        """The cached dates and standing, as the pure rules take them."""
        return Life(ApprovalStatus(self.standing), self.approved_on, self.expires_on)

    def status_on(self, day: date) -> ApprovalStatus:
        """Return the status on `day`."""
        return self.life.status_on(day)

    @property
    def status_today(self) -> ApprovalStatus:
        """The status on the local day."""
        return self.status_on(timezone.localdate())

    def get_status_display(self) -> str:
        """Return today's status in words."""
        return str(STATUS_LABELS[self.status_today])

    @property
    def is_sample(self) -> bool:
        """Whether it belongs to the demonstration and stands for no real decision."""
        return self.basis == ApprovalBasis.SAMPLE


def canonical_json(value: Any) -> str:
    """Return `value` as JSON with one spelling, for hashes."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


class ApprovalEvent(AppendOnly):
    """One entry in an approval's history; each hash covers the entry and the hash before it."""

    uid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    approval = models.ForeignKey(Approval, on_delete=models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField(_("number in the history"))
    kind = models.CharField(
        _("event"),
        max_length=20,
        choices=[(kind.value, label) for kind, label in EVENT_LABELS.items()],
    )
    effective_on = models.DateField(_("effective on"))
    until = models.DateField(_("last day"), null=True, blank=True)
    provisional = models.BooleanField(_("conditions open"), default=False)
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    reason = models.TextField(_("reason"), help_text=_("For staff; not published."))
    public_wording = models.TextField(_("public wording"), blank=True)
    document = models.FileField(
        _("document"), storage=private_storage, upload_to="approvals/%Y/", blank=True
    )
    document_sha256 = models.CharField(max_length=64, blank=True)
    prev_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("approval event")
        verbose_name_plural = _("approval events")
        ordering = ["approval", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["approval", "seq"], name="review_event_seq"),
        ]

    def __str__(self) -> str:
        return f"{self.approval} · {self.get_kind_display()}"

    def computed_hash(self) -> str:
        """Return the SHA-256 of this entry together with the hash before it."""
        content = {
            "approval": str(self.approval.uid),
            "seq": self.seq,
            "kind": self.kind,
            "effective_on": self.effective_on.isoformat(),
            "until": self.until.isoformat() if self.until else None,
            "provisional": self.provisional,
            "recorded_at": self.recorded_at.astimezone(timezone.get_default_timezone()).isoformat(),
            "actor": self.actor_id,
            "reason": self.reason,
            "public_wording": self.public_wording,
            "document_sha256": self.document_sha256,
        }
        return hashlib.sha256((self.prev_hash + canonical_json(content)).encode()).hexdigest()

    def as_event(self) -> Event:
        """Return the entry as the pure rules take it."""
        return Event(ApprovalEventKind(self.kind), self.effective_on, self.until, self.provisional)
