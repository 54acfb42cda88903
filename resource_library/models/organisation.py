"""Organisations: publishers, providers and affiliations meet in this one table."""

import uuid
from typing import Any

from django.db import models
from django.db.models.functions import Lower
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail.search import index

from resource_library.enums import OrganisationKind, Sector

SECTOR_CHOICES = [(Sector.PUBLIC.value, _("Public")), (Sector.PRIVATE.value, _("Private"))]
KIND_CHOICES = [
    (OrganisationKind.LAW_ENFORCEMENT_AGENCY.value, _("Law-enforcement agency")),
    (OrganisationKind.TRAINING_ACADEMY.value, _("Training academy")),
    (OrganisationKind.UNIVERSITY.value, _("University")),
    (OrganisationKind.NON_PROFIT.value, _("Non-profit")),
    (OrganisationKind.COMPANY.value, _("Company")),
    (OrganisationKind.PROFESSIONAL_ASSOCIATION.value, _("Professional association")),
    (OrganisationKind.GOVERNMENT.value, _("Government")),
]


class Organisation(index.Indexed, models.Model):
    """A body that publishes, provides or employs; one row whatever its part."""

    uid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(
        _("slug"),
        max_length=100,
        unique=True,
        blank=True,
        help_text=_("The name in addresses and in the API; made from the name when left empty."),
    )
    acronym = models.CharField(_("acronym"), max_length=30, blank=True)
    kind = models.CharField(_("type"), max_length=40, choices=KIND_CHOICES, blank=True)
    sector = models.CharField(_("sector"), max_length=10, choices=SECTOR_CHOICES, blank=True)
    url = models.URLField(_("website"), blank=True)
    is_operator = models.BooleanField(
        _("operates this platform"),
        default=False,
        help_text=_("Its own curricula need an independent chair and a public disclosure."),
    )

    search_fields = [
        index.SearchField("name"),
        index.AutocompleteField("name"),
        index.AutocompleteField("acronym"),
    ]

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = [Lower("name")]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="library_organisation_name_any_case",
                violation_error_message=_("There is already an organisation with this name."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, with a slug made from the name where there is none."""
        self.slug = self.slug or self._free_slug()
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """Give the organisation a slug before uniqueness is checked."""
        super().clean()
        self.slug = self.slug or self._free_slug()

    def _free_slug(self) -> str:
        stem = slugify(self.name)[:90] or "organisation"
        taken = set(
            Organisation.objects.filter(slug__startswith=stem)
            .exclude(pk=self.pk)
            .values_list("slug", flat=True)
        )
        slug, number = stem, 2
        while slug in taken:
            slug, number = f"{stem}-{number}", number + 1
        return slug
