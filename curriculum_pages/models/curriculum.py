"""Curricula: one page per programme, whose versions are its revisions; public when approved."""

import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from taggit.models import TaggedItemBase
from wagtail.api import APIField
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Orderable, Page
from wagtail.search import index

from curriculum_pages.blocks import ListStreamBlock, ScenarioStreamBlock
from curriculum_pages.completeness import Facts
from curriculum_pages.enums import Visibility
from curriculum_pages.hours import ModuleTime, Totals, totals
from curriculum_pages.panels import curriculum_edit_handler, evidence_panels, index_panels
from resource_library.enums import Vocabulary
from resource_library.models import CoreTopicArea, LastingIdMixin, Organisation, ReadText
from review_workflow.models import GatedIndexMixin, RequiresApproval
from review_workflow.reviewing import PageFinding
from review_workflow.storage import ReviewFile

from .completeness import findings_of
from .evidence import EvidenceStudy
from .facts import facts_of
from .fields import term, terms, yes_no
from .files import as_review_file, texts_of
from .provider import Provider
from .snapshot import snapshot_of


class CurriculumIndexPage(GatedIndexMixin, Page):
    """The catalog: its page answers with the search of the approved curricula below it."""

    introduction = RichTextField(_("introduction"), blank=True, features=["bold", "italic", "link"])

    content_panels = Page.content_panels + index_panels
    search_fields = [*Page.search_fields, index.SearchField("introduction")]
    api_fields: ClassVar = [APIField("introduction")]
    subpage_types: ClassVar = ["clearinghouse_curricula.CurriculumPage"]
    template = "curriculum_pages/curriculum_index_page.html"

    class Meta:
        verbose_name = _("catalog of curricula")
        verbose_name_plural = _("catalogs of curricula")


class CurriculumTag(TaggedItemBase):
    """A free tag on a curriculum."""

    content_object = ParentalKey(
        "clearinghouse_curricula.CurriculumPage",
        on_delete=models.CASCADE,
        related_name="tagged_items",
    )


class CurriculumPage(LastingIdMixin, RequiresApproval, Page):
    """One training programme with its structured description; a version is a revision."""

    uid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)

    # Identity
    acronym = models.CharField(_("acronym"), max_length=30, blank=True)
    version_label = models.CharField(_("version"), max_length=60, blank=True)
    version_on = models.DateField(_("date of the version"), null=True, blank=True)
    provider = models.ForeignKey(
        Provider,
        verbose_name=_("provider"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="curricula",
    )
    authors = models.CharField(_("authors"), max_length=500, blank=True)
    origin = models.TextField(
        _("origin"),
        blank=True,
        help_text=_("Where the programme comes from and what it builds on."),
    )
    programme_kind = term(Vocabulary.PROGRAMME_KIND, _("programme kind"))
    language = term(Vocabulary.LANGUAGE, _("language"))
    licence = term(Vocabulary.LICENCE, _("licence"))
    cost = models.CharField(
        _("cost"), max_length=200, blank=True, help_text=_("In words: to whom, per what.")
    )

    # Scope
    summary = models.TextField(
        _("summary"),
        max_length=600,
        help_text=_("Two or three sentences; shown in lists and found before the rest."),
    )
    description = RichTextField(
        _("description"), blank=True, features=["h2", "h3", "bold", "italic", "link", "ol", "ul"]
    )
    objectives = StreamField(ListStreamBlock(), verbose_name=_("measurable objectives"), blank=True)
    core_topics = ParentalManyToManyField(
        CoreTopicArea, verbose_name=_("core topic areas"), blank=True, related_name="curricula"
    )
    key_elements = terms(Vocabulary.KEY_ELEMENT, _("key elements"))
    crisis_causes = terms(Vocabulary.CRISIS_CAUSE, _("crisis causes"))
    tactics = terms(Vocabulary.TACTIC, _("de-escalation tactics"))
    less_lethal = yes_no(
        _("less-lethal force in scope"),
        _("Whether the programme counts less-lethal force as part of de-escalation."),
    )
    audiences = terms(Vocabulary.AUDIENCE, _("audience"))
    prerequisites = models.TextField(_("prerequisites"), blank=True)
    agency_size = models.CharField(_("agency size"), max_length=200, blank=True)
    tailoring_notes = models.TextField(_("tailoring to local needs"), blank=True)

    # Delivery (modules are rows of their own)
    stages = terms(Vocabulary.STAGE, _("training stages"))
    modality = term(Vocabulary.MODALITY, _("delivery modality"))
    claimed_hours = models.DecimalField(
        _("hours as claimed"),
        max_digits=6,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.25"))],
        help_text=_("As the provider states it; checked against the modules."),
    )
    class_size = models.CharField(_("class size"), max_length=100, blank=True)
    instructor_ratio = models.CharField(_("instructor ratio"), max_length=100, blank=True)
    instructor_qualifications = models.TextField(_("instructor qualifications"), blank=True)
    train_the_trainer = yes_no(_("train-the-trainer offered"))
    refresher_months = models.PositiveSmallIntegerField(
        _("refresher every (months)"), null=True, blank=True
    )
    partner_involvement = models.TextField(_("involvement of mental-health partners"), blank=True)

    # Assessment
    scenario_exercises = StreamField(
        ScenarioStreamBlock(), verbose_name=_("scenario exercises"), blank=True
    )
    pre_test = yes_no(_("pre-test"))
    post_test = yes_no(_("post-test"))
    pass_mark = models.PositiveSmallIntegerField(
        _("pass mark (%)"), null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    follow_up_method = models.TextField(_("follow-up assessment on the job"), blank=True)
    follow_up_months = models.PositiveSmallIntegerField(
        _("follow-up after (months)"), null=True, blank=True
    )

    # Implementation
    implementation_supports = terms(Vocabulary.IMPLEMENTATION_SUPPORT, _("implementation supports"))
    accessibility_statement = models.TextField(_("accessibility statement"), blank=True)
    tags = ClusterTaggableManager(through=CurriculumTag, blank=True, verbose_name=_("tags"))
    imported_digest = models.CharField(max_length=64, blank=True, editable=False)

    search_fields = [
        *Page.search_fields,
        index.SearchField("acronym"),
        index.SearchField("summary"),
        index.SearchField("description"),
        index.FilterField("provider"),
    ]
    edit_handler = curriculum_edit_handler
    api_fields: ClassVar = [
        APIField(name)
        for name in (
            "uid acronym version_label version_on provider authors origin programme_kind language "
            "licence cost summary description objectives core_topics key_elements crisis_causes "
            "tactics less_lethal audiences prerequisites agency_size tailoring_notes modules "
            "stages modality claimed_hours class_size instructor_ratio instructor_qualifications "
            "train_the_trainer refresher_months partner_involvement scenario_exercises pre_test "
            "post_test pass_mark follow_up_method follow_up_months implementation_supports "
            "accessibility_statement tags"
        ).split()
    ]
    exclude_fields_in_copy = ["uid", "imported_digest"]
    parent_page_types: ClassVar = ["clearinghouse_curricula.CurriculumIndexPage"]
    subpage_types: ClassVar[list[str]] = []
    template = "curriculum_pages/curriculum_page.html"

    class Meta:
        verbose_name = _("curriculum")
        verbose_name_plural = _("curricula")

    def time(self) -> Totals:
        """Return the totals of the modules, checked against the claimed hours."""
        return totals(
            (
                ModuleTime(
                    module.contact_minutes or 0,
                    module.method.slug if module.method else None,
                    module.core_topic.slug if module.core_topic else None,
                )
                for module in self.modules.all()
            ),
            self.claimed_hours,
        )

    def review_units(self) -> list[tuple[str, str]]:
        """Return the modules a reviewer may cite."""
        return [(str(module.uid), module.title) for module in self.modules.all()]

    def review_parties(self) -> list[Organisation]:
        """Return the provider's organisation, if there is a provider."""
        return [self.provider.organisation] if self.provider else []

    def speaks_for_party(self, user: Any) -> bool:
        """Return whether `user` may speak for the provider."""
        return self.provider is not None and self.provider.may_speak(user)

    def review_facts(self) -> dict[str, Any]:
        """Return the facts that decide which criteria apply and whose expertise fits."""
        return {
            "modality": self.modality.slug if self.modality else None,
            "stages": [term.slug for term in self.stages.all()],
            "core_topics": [topic.slug for topic in self.core_topics.all()],
        }

    def review_files(self) -> list[ReviewFile]:
        """Return the files that reviewers may open: the public ones and those meant for them."""
        return [
            as_review_file(row)
            for row in self.files.all()
            if row.visibility in {Visibility.PUBLIC.value, Visibility.REVIEWERS.value}
        ]

    def review_texts(self) -> Mapping[str, ReadText]:
        """Return what was read in the files that reviewers may open, by their SHA-256."""
        return texts_of([file.sha256 for file in self.review_files()])

    def completeness_facts(self) -> Facts:
        """Return what counts for completeness, of what this object holds."""
        return facts_of(self)

    def review_findings(self) -> list[PageFinding]:
        """Return what this version lacks, by the edition of the standards in force."""
        return list(findings_of(self))

    def approval_snapshot(self) -> dict[str, Any]:
        """Return the whole content that an approval freezes."""
        return snapshot_of(self)


class CurriculumEvidence(Orderable):
    """A study that concerns a curriculum."""

    page = ParentalKey(CurriculumPage, on_delete=models.CASCADE, related_name="evidence")
    study = models.ForeignKey(
        EvidenceStudy, verbose_name=_("study"), on_delete=models.PROTECT, related_name="curricula"
    )

    panels = evidence_panels
    api_fields: ClassVar = [APIField("study")]

    class Meta(Orderable.Meta):
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
