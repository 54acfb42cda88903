"""Sources: what a claim or a requirement cites."""

import uuid

import swapper
from django.db import models
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from wagtail.search import index


class Source(index.Indexed, models.Model):
    """A citable document; it may also be a page of this site."""

    uid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    short_name = models.CharField(
        _("short name"), max_length=80, help_text=_("How tables refer to it, e.g. “Engel 2020”.")
    )
    citation = models.TextField(
        _("citation"), help_text=_("The full reference, as readers see it.")
    )
    url = models.URLField(_("link"), blank=True, max_length=500)
    page = models.ForeignKey(
        swapper.get_model_name("wagtailcore", "Page"),
        verbose_name=_("page of this site"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    search_fields = [
        index.SearchField("citation"),
        index.AutocompleteField("short_name"),
        index.AutocompleteField("citation"),
    ]

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["short_name"]
        constraints = [models.UniqueConstraint(fields=["short_name"], name="library_source_name")]

    def __str__(self) -> str:
        return Truncator(self.short_name or self.citation).chars(80)
