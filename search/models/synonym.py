"""Synonyms: equivalent terms that editors keep, expanded when a query is read."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

SEPARATOR = "="


class Synonym(models.Model):
    """A line of terms that mean the same, such as “CIT = crisis intervention team”."""

    terms = models.CharField(
        _("terms"),
        max_length=500,
        help_text=_(
            "Words or phrases that mean the same, with = between them: "
            "“CIT = crisis intervention team”. A search for one finds them all."
        ),
    )

    class Meta:
        verbose_name = _("synonym")
        verbose_name_plural = _("synonyms")
        ordering = ["terms"]

    def __str__(self) -> str:
        return self.terms

    @property
    def term_list(self) -> tuple[str, ...]:
        """The terms, without surrounding space."""
        return tuple(term for part in self.terms.split(SEPARATOR) if (term := part.strip()))

    def clean(self) -> None:
        """Refuse a line that equates nothing."""
        super().clean()
        if len(self.term_list) < 2:  # noqa: PLR2004 - a pair is the least that can be equal
            raise ValidationError({"terms": _("Give two terms or more with = between them.")})
