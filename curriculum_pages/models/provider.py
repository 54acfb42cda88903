"""Providers: organisations in their part of bringing curricula."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.search import index

from resource_library.models import Organisation


class Provider(index.Indexed, models.Model):
    """An organisation that submits curricula; its sector and type are the organisation's."""

    uid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    organisation = models.OneToOneField(
        Organisation,
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="provider",
    )
    about = models.TextField(_("about"), blank=True)

    search_fields = [
        index.SearchField("name"),
        index.AutocompleteField("name"),
        index.RelatedFields("organisation", [index.SearchField("name")]),
    ]

    class Meta:
        verbose_name = _("provider")
        verbose_name_plural = _("providers")
        ordering = ["organisation__name"]

    def __str__(self) -> str:
        return self.organisation.name

    @property
    def name(self) -> str:
        """The organisation's name."""
        return self.organisation.name
