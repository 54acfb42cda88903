"""The controlled vocabulary: the tree of core topic areas and the flat lists of terms.

Rows are deactivated, never deleted: whatever was tagged with them keeps its tag.
"""

import uuid
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import TranslatableMixin
from wagtail.search import index

from resource_library.enums import Vocabulary

VOCABULARY_LABELS: Mapping[Vocabulary, Any] = {
    Vocabulary.AUDIENCE: _("Audience"),
    Vocabulary.KEY_ELEMENT: _("Key element"),
    Vocabulary.CRISIS_CAUSE: _("Crisis cause"),
    Vocabulary.TACTIC: _("De-escalation tactic"),
    Vocabulary.STAGE: _("Training stage"),
    Vocabulary.MODALITY: _("Delivery modality"),
    Vocabulary.METHOD: _("Method"),
    Vocabulary.PROGRAMME_KIND: _("Programme kind"),
    Vocabulary.IMPACT_AREA: _("Impact area"),
    Vocabulary.IMPLEMENTATION_SUPPORT: _("Implementation support"),
    Vocabulary.STUDY_DESIGN: _("Study design"),
    Vocabulary.RESOURCE_TYPE: _("Resource type"),
    Vocabulary.LANGUAGE: _("Language"),
    Vocabulary.LICENCE: _("Licence"),
}


def term_limit(vocabulary: Vocabulary) -> dict[str, Any]:
    """Return the `limit_choices_to` of a relation to the terms of one vocabulary.

    Deactivated terms stay valid: a page that carries one must still save and publish. Forms offer
    only active ones.
    """
    return {"vocabulary": vocabulary.value}


class CoreTopicArea(TranslatableMixin, index.Indexed, models.Model):
    """One subject of training, in a tree; the main facet of catalog and library."""

    uid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    slug = models.SlugField(
        _("slug"),
        max_length=100,
        help_text=_("The name in addresses and in the API. Clients keep it: do not change it."),
    )
    label = models.CharField(_("label"), max_length=120)
    description = models.TextField(_("description"), blank=True)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("part of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    sort_order = models.PositiveSmallIntegerField(_("order"), default=0)
    active = models.BooleanField(
        _("active"),
        default=True,
        help_text=_("Untick instead of deleting: what carries this topic keeps it."),
    )

    search_fields = [index.SearchField("label"), index.AutocompleteField("label")]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("core topic area")
        verbose_name_plural = _("core topic areas")
        ordering = ["sort_order", "label"]
        constraints = [
            models.UniqueConstraint(
                fields=["locale", "slug"],
                name="library_topic_slug_per_locale",
                violation_error_message=_("Another core topic area has this slug."),
            )
        ]

    def __str__(self) -> str:
        return self.label

    def ancestors(self) -> list["CoreTopicArea"]:
        """Return the topics above this one, nearest first; stops where a loop would begin."""
        found: list[CoreTopicArea] = []
        topic = self.parent
        while topic is not None and topic not in found:
            found.append(topic)
            topic = topic.parent
        return found

    def clean(self) -> None:
        """Refuse a parent that is the topic itself or one below it."""
        super().clean()
        if self.pk and (self.parent_id == self.pk or self in self.ancestors()):
            raise ValidationError(
                {"parent": _("A topic cannot be part of itself or of a topic below it.")}
            )


class Term(index.Indexed, models.Model):
    """One value of a flat list that staff may extend, such as an audience or a method."""

    uid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    vocabulary = models.CharField(
        _("list"), max_length=40, choices=[(v.value, VOCABULARY_LABELS[v]) for v in Vocabulary]
    )
    slug = models.SlugField(
        _("slug"),
        max_length=100,
        help_text=_("The name in addresses and in the API. Clients keep it: do not change it."),
    )
    label = models.CharField(_("label"), max_length=160)
    sort_order = models.PositiveSmallIntegerField(_("order"), default=0)
    active = models.BooleanField(
        _("active"),
        default=True,
        help_text=_("Untick instead of deleting: what carries this term keeps it."),
    )

    search_fields = [
        index.SearchField("label"),
        index.AutocompleteField("label"),
        index.FilterField("vocabulary"),
        index.FilterField("active"),
    ]

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        ordering = ["vocabulary", "sort_order", "label"]
        constraints = [
            models.UniqueConstraint(
                fields=["vocabulary", "slug"],
                name="library_term_slug_per_list",
                violation_error_message=_("This list already has a term with this slug."),
            )
        ]

    def __str__(self) -> str:
        return self.label
