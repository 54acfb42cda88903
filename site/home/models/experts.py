"""The experts behind the platform; never a way to reach them in person."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.api import APIField
from wagtail.fields import RichTextField
from wagtail.models import Orderable
from wagtail.search import index

from home.blocks import LINE_FEATURES
from home.panels import experts_form

from .base import SitePage


class ExpertsPage(SitePage):
    """People with what they know and where they work."""

    search_fields = [
        *SitePage.search_fields,
        index.RelatedFields("experts", [index.SearchField("name"), index.SearchField("biography")]),
    ]
    edit_handler = experts_form
    api_fields: ClassVar = [*SitePage.api_fields, APIField("experts")]
    max_count_per_parent = 1  # type: ignore[assignment]  # Wagtail declares only None
    template = "home/experts_page.html"

    class Meta:
        verbose_name = _("experts page")
        verbose_name_plural = _("experts pages")


class Expert(Orderable):
    """One person."""

    page = ParentalKey(ExpertsPage, on_delete=models.CASCADE, related_name="experts")
    name = models.CharField(_("name"), max_length=120)
    credentials = models.CharField(
        _("credentials"), max_length=60, blank=True, help_text=_("Degrees after the name: PhD.")
    )
    role = models.CharField(_("role"), max_length=160, blank=True)
    organisation = models.CharField(_("organisation"), max_length=160, blank=True)
    biography = RichTextField(
        _("biography"),
        blank=True,
        features=LINE_FEATURES,
        help_text=_("Public. Leave out e-mail addresses and telephone numbers."),
    )

    api_fields: ClassVar = [
        APIField(name) for name in ("name", "credentials", "role", "organisation", "biography")
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("expert")
        verbose_name_plural = _("experts")

    def __str__(self) -> str:
        return self.name
