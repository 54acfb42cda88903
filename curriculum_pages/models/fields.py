"""Kinds of fields that a curriculum has many of."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField

from curriculum_pages.enums import YesNoUnknown
from resource_library.enums import Vocabulary
from resource_library.models import Term, term_limit

YES_NO_CHOICES = [
    (YesNoUnknown.YES.value, _("Yes")),
    (YesNoUnknown.NO.value, _("No")),
    (YesNoUnknown.UNKNOWN.value, _("Not stated")),
]


def yes_no(label: Any, help_text: Any = "") -> "models.CharField[str, str]":
    """Return a field for what is stated, denied or not told."""
    return models.CharField(
        label,
        max_length=10,
        choices=YES_NO_CHOICES,
        default=YesNoUnknown.UNKNOWN.value,
        help_text=help_text,
    )


def terms(vocabulary: Vocabulary, label: Any) -> Any:
    """Return a field for several terms of one list."""
    return ParentalManyToManyField(
        Term,
        verbose_name=label,
        blank=True,
        limit_choices_to=term_limit(vocabulary),
        related_name=f"curricula_by_{vocabulary.value}",
    )


def term(vocabulary: Vocabulary, label: Any) -> Any:
    """Return a field for one term of a list."""
    return models.ForeignKey(
        Term,
        verbose_name=label,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        limit_choices_to=term_limit(vocabulary),
        related_name="+",
    )
