"""The home page: what the site is, the way in, how approval works."""

from typing import Any, ClassVar

import swapper
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.api import APIField
from wagtail.models import Orderable, Page
from wagtail.search import index

from home.panels import home_form
from review_workflow.models import GatedAncestorMixin


class HomePage(GatedAncestorMixin, Page):
    """The root of a site; everything the public reads stands below it."""

    headline = models.CharField(
        _("headline"),
        max_length=120,
        blank=True,
        help_text=_("What the site is, in a few words; the title where left empty."),
    )
    summary = models.TextField(
        _("lead"), max_length=600, blank=True, help_text=_("Two or three sentences below it.")
    )
    process_heading = models.CharField(_("heading"), max_length=120, blank=True)
    process_page = models.ForeignKey(
        swapper.get_model_name("wagtailcore", "Page"),
        verbose_name=_("read more"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("The page that explains approval in full."),
    )

    search_fields = [
        *Page.search_fields,
        index.SearchField("headline"),
        index.SearchField("summary"),
    ]
    edit_handler = home_form
    api_fields: ClassVar = [
        APIField(name)
        for name in ("headline", "summary", "process_heading", "steps", "process_page")
    ]
    subpage_types: ClassVar = [
        "clearinghouse_home.InformationPage",
        "clearinghouse_home.KeyElementsPage",
        "clearinghouse_home.FaqPage",
        "clearinghouse_home.ExpertsPage",
        "clearinghouse_home.PolicyBriefPage",
        "clearinghouse_home.StandardsPage",
        "clearinghouse_curricula.CurriculumIndexPage",
        "clearinghouse_curricula.RequirementsPage",
        "clearinghouse_library.ResourceIndexPage",
    ]
    parent_page_types: ClassVar = [swapper.get_model_name("wagtailcore", "Page")]
    template = "home/home_page.html"

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the entries, topics and newest records that the page shows."""
        from home import selectors  # noqa: PLC0415 - thin method of a model

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["overview"] = selectors.overview(self, request)
        context["structured_data"] = selectors.website(self, request, context["overview"])
        return context


class HomeStep(Orderable):
    """One step of the way from submission to catalog."""

    page = ParentalKey(HomePage, on_delete=models.CASCADE, related_name="steps")
    title = models.CharField(_("title"), max_length=80)
    text = models.CharField(_("text"), max_length=300)

    api_fields: ClassVar = [APIField("title"), APIField("text")]

    class Meta(Orderable.Meta):
        verbose_name = _("step")
        verbose_name_plural = _("steps")

    def __str__(self) -> str:
        return self.title
