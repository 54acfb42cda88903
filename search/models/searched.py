"""Which texts were searched, counted by day; nothing about who searched or when in the day."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from search.privacy import MAX_KEPT_LENGTH

from .record import KIND_CHOICES


class SearchedText(models.Model):
    """How often a folded text was searched on a day, and what the last search for it found.

    Only `search.terms` writes these rows. `kind` is empty for the search of both kinds; `found`
    is null while every search of the day was narrowed by choices.
    """

    day = models.DateField(_("day"))
    kind = models.CharField(_("kind"), max_length=20, choices=KIND_CHOICES, blank=True)
    text = models.CharField(_("text"), max_length=MAX_KEPT_LENGTH)
    searches = models.PositiveIntegerField(_("searches"), default=0)
    found = models.PositiveIntegerField(_("records found"), null=True)

    class Meta:
        verbose_name = _("searched text")
        verbose_name_plural = _("searched texts")
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["day", "kind", "text"], name="search_searched_text")
        ]

    def __str__(self) -> str:
        return self.text
