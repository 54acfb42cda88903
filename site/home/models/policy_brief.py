"""The policy brief: what training can be expected to change, and what it needs."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.api import APIField
from wagtail.fields import RichTextField
from wagtail.models import Orderable
from wagtail.search import index

from home.blocks import LIST_FEATURES
from home.enums import Judgement
from home.panels import policy_brief_form
from resource_library.enums import Vocabulary
from resource_library.models import Source

from .base import IntroducedPage, TermItem, term_field

JUDGEMENT_CHOICES = [
    (Judgement.SUPPORTED.value, _("Supported by studies")),
    (Judgement.LIKELY.value, _("Likely")),
    (Judgement.CONDITIONAL.value, _("Under conditions")),
    (Judgement.UNCERTAIN.value, _("Hard to predict")),
]


class PolicyBriefPage(IntroducedPage):
    """Expected impact areas with a judgement each, what training needs around it, sources."""

    supports_introduction = RichTextField(
        _("introduction to the supports"), blank=True, features=LIST_FEATURES
    )

    search_fields = [
        *IntroducedPage.search_fields,
        index.SearchField("supports_introduction"),
        index.RelatedFields(
            "impact_areas", [index.SearchField("title"), index.SearchField("text")]
        ),
        index.RelatedFields("supports", [index.SearchField("title"), index.SearchField("text")]),
    ]
    edit_handler = policy_brief_form
    api_fields: ClassVar = [
        *IntroducedPage.api_fields,
        APIField("impact_areas"),
        APIField("supports_introduction"),
        APIField("supports"),
        APIField("sources"),
    ]
    max_count_per_parent = 1  # type: ignore[assignment]  # Wagtail declares only None
    template = "home/policy_brief_page.html"

    class Meta:
        verbose_name = _("policy brief")
        verbose_name_plural = _("policy briefs")

    @property
    def contents(self) -> list[dict[str, str]]:
        """Title and anchor of the parts that the brief has, for the table of contents."""
        parts = (
            (self.impact_areas.exists(), gettext("Expected impact areas"), "impact-areas"),
            (self.supports.exists(), gettext("What training needs around it"), "supports"),
            (self.sources.exists(), gettext("Sources"), "sources"),
        )
        return [{"title": title, "anchor": anchor} for present, title, anchor in parts if present]


class ImpactArea(TermItem):
    """One area of expected impact, judged."""

    page = ParentalKey(PolicyBriefPage, on_delete=models.CASCADE, related_name="impact_areas")
    term = term_field(Vocabulary.IMPACT_AREA)
    judgement = models.CharField(_("judgement"), max_length=20, choices=JUDGEMENT_CHOICES)
    condition = models.CharField(
        _("in one sentence"),
        max_length=200,
        blank=True,
        help_text=_("What the judgement says and depends on; stands in the overview table."),
    )

    api_fields: ClassVar = [*TermItem.api_fields, APIField("judgement"), APIField("condition")]

    class Meta(TermItem.Meta):
        verbose_name = _("impact area")
        verbose_name_plural = _("impact areas")


class ImplementationSupport(TermItem):
    """Something an agency does so that training takes hold."""

    page = ParentalKey(PolicyBriefPage, on_delete=models.CASCADE, related_name="supports")
    term = term_field(Vocabulary.IMPLEMENTATION_SUPPORT)

    class Meta(TermItem.Meta):
        verbose_name = _("implementation support")
        verbose_name_plural = _("implementation supports")


class BriefSource(Orderable):
    """A source of the brief."""

    page = ParentalKey(PolicyBriefPage, on_delete=models.CASCADE, related_name="sources")
    source = models.ForeignKey(
        Source, verbose_name=_("source"), on_delete=models.PROTECT, related_name="+"
    )
    note = models.CharField(
        _("note"), max_length=200, blank=True, help_text=_("What the brief takes from it.")
    )

    api_fields: ClassVar = [APIField("citation"), APIField("url"), APIField("note")]

    class Meta(Orderable.Meta):
        verbose_name = _("source")
        verbose_name_plural = _("sources")

    def __str__(self) -> str:
        return str(self.source)

    @property
    def citation(self) -> str:
        """The source's full reference."""
        return self.source.citation

    @property
    def url(self) -> str:
        """Where the source can be read, or nothing."""
        return self.source.url
