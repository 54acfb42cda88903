"""The rule of a panel: how many, who, how they decide, and their clocks. Immutable once used."""

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from review_workflow.enums import BlindMode, DecisionRule, SelfAssessmentShown

from .fixed import FixedRow
from .labels import BLIND_MODES, DECISION_RULES, SELF_ASSESSMENT_SHOWN, choices


def default_reminder_days() -> list[int]:
    """Return the days before a due date on which reviewers are reminded; negative: after it."""
    return [7, 2, 0, -3]


class ReviewRule(FixedRow):
    """How a panel is composed and decides. A used rule is replaced by its next version.

    `composition` maps a role class to the least number of seats that it holds.
    """

    uid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    name = models.CharField(_("name"), max_length=120)
    version = models.PositiveSmallIntegerField(_("version"), default=1, editable=False)
    previous = models.ForeignKey(
        "self", null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    seats = models.PositiveSmallIntegerField(
        _("seats"), default=3, validators=[MinValueValidator(1), MaxValueValidator(50)]
    )
    quorum = models.PositiveSmallIntegerField(
        _("quorum"),
        default=3,
        validators=[MinValueValidator(1)],
        help_text=_("Filed reviews, abstentions apart, below which there is no outcome."),
    )
    composition = models.JSONField(_("composition"), default=dict, blank=True)
    distinct_organisations = models.BooleanField(
        _("no two reviewers from one organisation"), default=True
    )
    decision_rule = models.CharField(
        _("decision rule"),
        max_length=30,
        choices=choices(DECISION_RULES),
        default=DecisionRule.WEIGHTED_THRESHOLD.value,
    )
    threshold_percent = models.PositiveSmallIntegerField(
        _("threshold (%)"),
        default=85,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("Share of the possible points that the weighted threshold asks for."),
    )
    essential_veto = models.BooleanField(
        _("essential criteria must be met"),
        default=True,
        help_text=_("Each essential criterion must be met in the eyes of a majority."),
    )
    blind_mode = models.CharField(
        _("names of reviewers"),
        max_length=30,
        choices=choices(BLIND_MODES),
        default=BlindMode.ANONYMOUS_TO_PROVIDER.value,
    )
    self_assessment_shown = models.CharField(
        _("reviewers see the provider's self-assessment"),
        max_length=30,
        choices=choices(SELF_ASSESSMENT_SHOWN),
        default=SelfAssessmentShown.AFTER_OWN_REVIEW.value,
        help_text=_("It never counts. The chair and whoever oversees cases may always read it."),
    )
    response_days = models.PositiveSmallIntegerField(
        _("days to answer an invitation"), default=7, validators=[MinValueValidator(1)]
    )
    review_days = models.PositiveSmallIntegerField(
        _("days to review"), default=30, validators=[MinValueValidator(1)]
    )
    reminder_days = models.JSONField(_("reminders"), default=default_reminder_days)
    look_back_years = models.PositiveSmallIntegerField(
        _("look-back for conflicts (years)"),
        default=3,
        help_text=_("Affiliations and instruction that ended longer ago raise no conflict."),
    )
    approval_years = models.PositiveSmallIntegerField(
        _("an approval lasts (years)"), default=5, validators=[MinValueValidator(1)]
    )
    used_at = models.DateTimeField(_("first used"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("review rule")
        verbose_name_plural = _("review rules")
        ordering = ["name", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["name", "version"], name="review_rule_version"),
            models.CheckConstraint(
                condition=models.Q(quorum__lte=models.F("seats")),
                name="review_rule_quorum_fits_seats",
                violation_error_message=_("The quorum cannot be larger than the panel."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"

    def is_fixed(self) -> bool:
        """Return whether a round was opened by the stored rule."""
        return self.pk is not None and (
            ReviewRule.objects.filter(pk=self.pk, used_at__isnull=False).exists()
        )
