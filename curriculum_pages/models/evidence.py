"""Evidence: studies, once each whatever curricula they concern, and sourced claims about them.

Claims that conflict are both kept and flagged; an editor says which holds, and why.
"""

import uuid

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from wagtail.search import index

from curriculum_pages.enums import ClaimFlag, Direction, Independence
from resource_library.enums import Vocabulary
from resource_library.models import Source, Term, term_limit

INDEPENDENCE_CHOICES = [
    (Independence.INDEPENDENT.value, _("Independent of the provider")),
    (Independence.PARTIAL.value, _("Partly independent")),
    (Independence.PROVIDER.value, _("By the provider")),
    (Independence.UNKNOWN.value, _("Not known")),
]
DIRECTION_CHOICES = [
    (Direction.FAVOURABLE.value, _("Favourable")),
    (Direction.NULL.value, _("No significant effect")),
    (Direction.UNFAVOURABLE.value, _("Unfavourable")),
    (Direction.MIXED.value, _("Mixed")),
]
FLAG_CHOICES = [
    (ClaimFlag.NONE.value, _("None")),
    (ClaimFlag.CONFLICTING.value, _("Sources conflict")),
    (ClaimFlag.IMPLAUSIBLE.value, _("Implausible")),
    (ClaimFlag.UNCERTAIN.value, _("May be inflated or uncertain")),
]


class EvidenceStudy(index.Indexed, models.Model):
    """One evaluation, whatever number of curricula or reports it concerns."""

    uid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    title = models.CharField(_("title"), max_length=250)
    citation = models.TextField(_("citation"))
    source = models.ForeignKey(
        Source,
        verbose_name=_("source"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="studies",
    )
    design = models.ForeignKey(
        Term,
        verbose_name=_("design"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        limit_choices_to=term_limit(Vocabulary.STUDY_DESIGN),
        related_name="+",
    )
    site = models.CharField(_("site"), max_length=200, blank=True)
    sample_size = models.PositiveIntegerField(_("n"), null=True, blank=True)
    began_on = models.DateField(_("from"), null=True, blank=True)
    ended_on = models.DateField(_("to"), null=True, blank=True)
    year = models.PositiveSmallIntegerField(_("year of publication"), null=True, blank=True)
    funder = models.CharField(_("funder"), max_length=200, blank=True)
    independence = models.CharField(
        _("independence"),
        max_length=20,
        choices=INDEPENDENCE_CHOICES,
        default=Independence.UNKNOWN.value,
    )
    limitations = models.TextField(_("limitations"), blank=True)

    search_fields = [
        index.SearchField("title"),
        index.SearchField("citation"),
        index.AutocompleteField("title"),
    ]

    class Meta:
        verbose_name = _("evidence study")
        verbose_name_plural = _("evidence studies")
        ordering = ["-year", "title"]

    def __str__(self) -> str:
        return self.title


class Claim(index.Indexed, models.Model):
    """One sourced figure or finding about exactly one study, curriculum or jurisdiction."""

    uid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    study = models.ForeignKey(
        EvidenceStudy,
        verbose_name=_("study"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="claims",
    )
    curriculum = models.ForeignKey(
        "clearinghouse_curricula.CurriculumPage",
        verbose_name=_("curriculum"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="claims",
    )
    jurisdiction = models.ForeignKey(
        "clearinghouse_curricula.Jurisdiction",
        verbose_name=_("jurisdiction"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="claims",
    )
    outcome = models.CharField(
        _("outcome"), max_length=200, help_text=_("What was measured, e.g. “uses of force”.")
    )
    statement = models.TextField(_("finding in words"))
    impact_area = models.ForeignKey(
        Term,
        verbose_name=_("impact area"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        limit_choices_to=term_limit(Vocabulary.IMPACT_AREA),
        related_name="+",
    )
    direction = models.CharField(
        _("direction"), max_length=20, choices=DIRECTION_CHOICES, blank=True
    )
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=4, null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=60, blank=True)
    interval_low = models.DecimalField(
        _("interval from"), max_digits=14, decimal_places=4, null=True, blank=True
    )
    interval_high = models.DecimalField(
        _("interval to"), max_digits=14, decimal_places=4, null=True, blank=True
    )
    source = models.ForeignKey(
        Source, verbose_name=_("source"), on_delete=models.PROTECT, related_name="claims"
    )
    locator = models.CharField(
        _("place in the source"), max_length=200, help_text=_("Page, section or heading.")
    )
    flag = models.CharField(_("flag"), max_length=20, choices=FLAG_CHOICES, blank=True)
    resolution = models.TextField(
        _("how an editor resolved it"),
        blank=True,
        help_text=_("Which reading holds, and why; readers see it."),
    )

    search_fields = [
        index.SearchField("statement"),
        index.SearchField("outcome"),
        index.AutocompleteField("outcome"),
    ]

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")
        ordering = ["study", "outcome", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(study__isnull=False, curriculum__isnull=True, jurisdiction__isnull=True)
                    | Q(study__isnull=True, curriculum__isnull=False, jurisdiction__isnull=True)
                    | Q(study__isnull=True, curriculum__isnull=True, jurisdiction__isnull=False)
                ),
                name="curricula_claim_about_one_subject",
                violation_error_message=_(
                    "A claim is about exactly one study, curriculum or jurisdiction."
                ),
            )
        ]

    def __str__(self) -> str:
        return Truncator(self.statement).chars(80)

    def clean(self) -> None:
        """Refuse an interval that ends before it begins, or a flag that says nothing of its own."""
        super().clean()
        if (
            self.interval_low is not None
            and self.interval_high is not None
            and self.interval_high < self.interval_low
        ):
            raise ValidationError({"interval_high": _("The interval ends before it begins.")})
