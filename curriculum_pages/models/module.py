"""Modules: the units of a curriculum. Hours count to one main topic and one main method."""

import uuid

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.api import APIField
from wagtail.fields import StreamField
from wagtail.models import Orderable

from curriculum_pages.blocks import ListStreamBlock
from curriculum_pages.panels import module_panels
from resource_library.enums import Vocabulary
from resource_library.models import CoreTopicArea, Term, term_limit


class Module(Orderable, ClusterableModel):
    """One unit of a curriculum; `uid` stays the same over all revisions."""

    page = ParentalKey(
        "clearinghouse_curricula.CurriculumPage", on_delete=models.CASCADE, related_name="modules"
    )
    uid = models.UUIDField(default=uuid.uuid4, editable=False)
    title = models.CharField(_("title"), max_length=200)
    contact_minutes = models.PositiveIntegerField(
        _("contact minutes"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Time with an instructor or at the exercise. Leave empty where not known."),
    )
    core_topic = models.ForeignKey(
        CoreTopicArea,
        verbose_name=_("main core topic area"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("The topic that the module's hours count for."),
    )
    method = models.ForeignKey(
        Term,
        verbose_name=_("main method"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        limit_choices_to=term_limit(Vocabulary.METHOD),
        related_name="+",
        help_text=_("The method that the module's hours count for."),
    )
    further_methods = ParentalManyToManyField(
        Term,
        verbose_name=_("further methods"),
        blank=True,
        limit_choices_to=term_limit(Vocabulary.METHOD),
        related_name="+",
    )
    objectives = StreamField(ListStreamBlock(), verbose_name=_("objectives"), blank=True)
    materials = StreamField(ListStreamBlock(), verbose_name=_("materials"), blank=True)
    assessments = StreamField(ListStreamBlock(), verbose_name=_("assessment"), blank=True)

    panels = module_panels
    api_fields = [
        APIField(name)
        for name in (
            "uid title contact_minutes core_topic method further_methods objectives materials "
            "assessments"
        ).split()
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("module")
        verbose_name_plural = _("modules")

    def __str__(self) -> str:
        return self.title
