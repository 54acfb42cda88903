"""The chair's decisions, their letters, and the conditions that an approval depends on."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from review_workflow.storage import private_storage

from .case import ReviewRound
from .labels import OUTCOMES, choices
from .standards import Criterion


class Decision(models.Model):
    """What a chair decided on a round, beside what the rule said. Its words never change.

    Only `is_superseded` is ever set later; triggers refuse every other change.
    """

    uid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    round = models.ForeignKey(ReviewRound, on_delete=models.PROTECT, related_name="decisions")
    outcome = models.CharField(_("outcome"), max_length=30, choices=choices(OUTCOMES))
    rule_outcome = models.CharField(
        _("outcome of the rule"),
        max_length=30,
        choices=choices(OUTCOMES),
        blank=True,
        help_text=_("Empty where the rule has none: below quorum, or a tie."),
    )
    sentence = models.TextField(_("the rule's explanation"))
    tally = models.JSONField(_("figures of the rule"), default=dict)
    override_reason = models.TextField(_("why it departs from the rule"), blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided at"), default=timezone.now)
    supersedes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
    )
    is_superseded = models.BooleanField(default=False)
    letter = models.TextField(_("letter"))
    letter_sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["round", "decided_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["round"],
                condition=Q(is_superseded=False),
                name="review_one_standing_decision_per_round",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round} · {self.get_outcome_display()}"

    @property
    def is_override(self) -> bool:
        """Whether the chair departed from what the rule said."""
        return bool(self.override_reason)


class Condition(models.Model):
    """Something an approval with conditions still waits for."""

    uid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="conditions")
    order = models.PositiveSmallIntegerField(default=0)
    criterion = models.ForeignKey(
        Criterion,
        verbose_name=_("criterion"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    evidence_wanted = models.TextField(_("evidence wanted"))
    due_on = models.DateField(_("due on"))
    verifier = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("verifier"),
        on_delete=models.PROTECT,
        related_name="conditions_to_verify",
    )
    met_at = models.DateTimeField(_("met at"), null=True, blank=True)
    met_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    evidence_note = models.TextField(_("evidence found"), blank=True)
    evidence_file = models.FileField(
        _("document"), storage=private_storage, upload_to="conditions/%Y/", blank=True
    )

    class Meta:
        verbose_name = _("condition")
        verbose_name_plural = _("conditions")
        ordering = ["decision", "order"]

    def __str__(self) -> str:
        return f"{self.decision} · {self.order}"
