"""Jurisdictions, what training they require, and the page that lists it."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.api import APIField
from wagtail.fields import RichTextField
from wagtail.models import Page
from wagtail.search import index

from curriculum_pages.enums import JurisdictionKind, RequirementBasis, RequirementStatus
from curriculum_pages.panels import requirements_panels
from resource_library.enums import Vocabulary
from resource_library.models import Source, Term, term_limit

JURISDICTION_KINDS = [
    (JurisdictionKind.NATION.value, _("Nation")),
    (JurisdictionKind.STATE.value, _("State")),
    (JurisdictionKind.LOCAL.value, _("City or county")),
]
BASIS_CHOICES = [
    (RequirementBasis.STATUTE.value, _("Statute")),
    (RequirementBasis.BOARD_RULE.value, _("Board rule")),
    (RequirementBasis.AGENCY_POLICY.value, _("Agency policy")),
    (RequirementBasis.NOT_STATED.value, _("Not stated")),
    (RequirementBasis.NONE.value, _("None")),
]
STATUS_CHOICES = [
    (RequirementStatus.IN_FORCE.value, _("In force")),
    (RequirementStatus.PROPOSED.value, _("Proposed")),
    (RequirementStatus.FAILED.value, _("Failed")),
]


class Jurisdiction(index.Indexed, models.Model):
    """A nation, state or locality that can require training."""

    uid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("slug"), max_length=100, unique=True)
    code = models.CharField(
        _("code"), max_length=10, blank=True, help_text=_("Two letters for a state.")
    )
    kind = models.CharField(
        _("level"),
        max_length=10,
        choices=JURISDICTION_KINDS,
        default=JurisdictionKind.STATE.value,
    )
    parent = models.ForeignKey(
        "self",
        verbose_name=_("within"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    note = models.TextField(_("note"), blank=True)

    search_fields = [index.SearchField("name"), index.AutocompleteField("name")]

    class Meta:
        verbose_name = _("jurisdiction")
        verbose_name_plural = _("jurisdictions")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class TrainingRequirement(index.Indexed, models.Model):
    """What a jurisdiction requires, on what basis, since when and by which source."""

    uid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    jurisdiction = models.ForeignKey(
        Jurisdiction,
        verbose_name=_("jurisdiction"),
        on_delete=models.PROTECT,
        related_name="requirements",
    )
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("requirement"))
    basis = models.CharField(_("basis"), max_length=20, choices=BASIS_CHOICES)
    requirement_status = models.CharField(_("status"), max_length=20, choices=STATUS_CHOICES)
    minimum_minutes = models.PositiveIntegerField(_("at least (minutes)"), null=True, blank=True)
    minimum_minutes_part = models.PositiveIntegerField(
        _("of which on subjects that include de-escalation (minutes)"), null=True, blank=True
    )
    period_months = models.PositiveSmallIntegerField(
        _("every (months)"), null=True, blank=True, help_text=_("Empty: once, or not stated.")
    )
    from_on = models.DateField(_("in force from"), null=True, blank=True)
    from_year = models.PositiveSmallIntegerField(
        _("since (year)"), null=True, blank=True, help_text=_("Where only the year is known.")
    )
    stages = models.ManyToManyField(
        Term,
        verbose_name=_("training stages"),
        blank=True,
        limit_choices_to=term_limit(Vocabulary.STAGE),
        related_name="+",
    )
    audiences = models.ManyToManyField(
        Term,
        verbose_name=_("audiences"),
        blank=True,
        limit_choices_to=term_limit(Vocabulary.AUDIENCE),
        related_name="+",
    )
    source = models.ForeignKey(
        Source, verbose_name=_("source"), on_delete=models.PROTECT, related_name="requirements"
    )
    locator = models.CharField(_("place in the source"), max_length=200, blank=True)
    last_checked_on = models.DateField(_("last checked on"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)

    search_fields = [
        index.SearchField("title"),
        index.SearchField("text"),
        index.AutocompleteField("title"),
    ]

    class Meta:
        verbose_name = _("training requirement")
        verbose_name_plural = _("training requirements")
        ordering = ["jurisdiction__name", "title"]

    def __str__(self) -> str:
        return f"{self.jurisdiction}: {self.title}"

    @property
    def binds(self) -> bool:
        """Whether it is in force; a failed or proposed bill requires nothing."""
        return self.requirement_status == RequirementStatus.IN_FORCE


class RequirementsPage(Page):
    """The table of what jurisdictions require, with what failed kept apart."""

    introduction = RichTextField(_("introduction"), blank=True)

    content_panels = Page.content_panels + requirements_panels
    search_fields = [*Page.search_fields, index.SearchField("introduction")]
    api_fields: ClassVar = [APIField("introduction")]
    subpage_types: ClassVar[list[str]] = []
    max_count = 1  # type: ignore[assignment] # declared as None
    template = "curriculum_pages/requirements_page.html"

    class Meta:
        verbose_name = _("training requirements")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add `requirements` (in force), `not_in_force` (proposed, failed) in order of place."""
        rows = TrainingRequirement.objects.select_related(
            "jurisdiction__parent", "source"
        ).prefetch_related("stages", "audiences")
        in_force = [row for row in rows if row.binds]
        return super().get_context(request, *args, **kwargs) | {
            "requirements": in_force,
            "not_in_force": [row for row in rows if not row.binds],
        }
