"""Reasons that staff give when they return a submission or find it out of scope."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from submission_portal.enums import ReasonKind

from .labels import REASON_KINDS, choices


class ScreeningReason(models.Model):
    """A reason with its code and the words that the letter to the provider has for it."""

    code = models.SlugField(_("code"), max_length=50, unique=True)
    kind = models.CharField(
        _("given for"),
        max_length=20,
        choices=choices(REASON_KINDS),
        default=ReasonKind.RETURN.value,
    )
    label = models.CharField(_("reason"), max_length=200)
    letter = models.TextField(
        _("words of the letter"), help_text=_("What is missing and what would be right.")
    )
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("screening reason")
        verbose_name_plural = _("screening reasons")
        ordering = ["kind", "label"]

    def __str__(self) -> str:
        return self.label
