"""National standards: editions of domains of criteria, each level of a rating described.

An edition in force or superseded never changes; `services.standards` makes and replaces editions.
"""

import uuid
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from review_workflow.enums import CriterionKind, EditionState

from .fixed import FixedRow
from .labels import CRITERION_KINDS, EDITION_STATES, choices


class StandardsEdition(FixedRow):
    """One version of the standards as a whole."""

    uid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    label = models.CharField(
        _("label"), max_length=60, unique=True, help_text=_("Such as 2026.1; never used twice.")
    )
    title = models.CharField(_("title"), max_length=200)
    introduction = models.TextField(_("introduction"), blank=True)
    source_citation = models.TextField(_("sources"), help_text=_("What the criteria rest on."))
    state = models.CharField(
        _("state"),
        max_length=20,
        choices=choices(EDITION_STATES),
        default=EditionState.DRAFT.value,
        editable=False,
    )
    effective_on = models.DateField(_("effective on"), null=True, blank=True)
    copied_from = models.ForeignKey(
        "self",
        verbose_name=_("copied from"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("edition of the standards")
        verbose_name_plural = _("editions of the standards")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["state"],
                condition=Q(state=EditionState.IN_FORCE.value),
                name="review_one_edition_in_force",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.label})"

    @property
    def is_draft(self) -> bool:
        """Whether it can still be edited."""
        return self.state == EditionState.DRAFT

    def is_fixed(self) -> bool:
        """Return whether the stored edition is in force or superseded."""
        return _is_fixed(pk=self.pk)

    def save(self, *args: Any, update_fields: Any = None, **kwargs: Any) -> None:
        """Save; raises FixedRowError unless it is a draft, or goes from in force to superseded.

        That one step is saved with `update_fields=["state"]`.
        """
        if self.state == EditionState.SUPERSEDED and update_fields == ["state"]:
            models.Model.save(self, *args, update_fields=update_fields, **kwargs)
        else:
            super().save(*args, update_fields=update_fields, **kwargs)


class Domain(FixedRow):
    """A group of criteria of one edition."""

    edition = models.ForeignKey(StandardsEdition, on_delete=models.CASCADE, related_name="domains")
    code = models.CharField(_("code"), max_length=10)
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("domain")
        verbose_name_plural = _("domains")
        ordering = ["edition", "order", "code"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "code"], name="review_domain_code"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def is_fixed(self) -> bool:
        """Return whether its edition, the stored one or that of the object, is no draft."""
        return _is_fixed(pk=self.edition_id) or _is_fixed(domains=self.pk)


class Criterion(FixedRow):
    """One requirement; `lineage` stays the same over all editions, `uid` is this edition's own.

    `applies_when` maps a fact of the page (`review_facts()`) to the values under which the
    criterion applies; an empty mapping applies always.
    """

    uid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    lineage = models.UUIDField(default=uuid.uuid4, editable=False, db_index=True)
    domain = models.ForeignKey(Domain, on_delete=models.CASCADE, related_name="criteria")
    code = models.CharField(_("code"), max_length=10)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"))
    rationale = models.TextField(_("rationale"), blank=True)
    evidence_expected = models.TextField(_("evidence expected"), blank=True)
    kind = models.CharField(
        _("kind"),
        max_length=20,
        choices=choices(CRITERION_KINDS),
        default=CriterionKind.WEIGHTED.value,
    )
    weight = models.PositiveSmallIntegerField(
        _("weight"), default=1, validators=[MinValueValidator(1)]
    )
    applies_when = models.JSONField(_("applies when"), default=dict, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ["domain", "order", "code"]
        constraints = [
            models.UniqueConstraint(fields=["domain", "code"], name="review_criterion_code"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def is_fixed(self) -> bool:
        """Return whether its edition, the stored one or that of the object, is no draft."""
        return _is_fixed(domains=self.domain_id) or _is_fixed(domains__criteria=self.pk)

    @property
    def is_essential(self) -> bool:
        """Whether it can veto an approval."""
        return self.kind == CriterionKind.ESSENTIAL


class RatingLevel(FixedRow):
    """One step of a criterion's scale, with what a reviewer sees when it is reached."""

    criterion = models.ForeignKey(Criterion, on_delete=models.CASCADE, related_name="levels")
    value = models.PositiveSmallIntegerField(_("points"))
    label = models.CharField(_("label"), max_length=60)
    descriptor = models.TextField(_("what a reviewer sees"))
    is_met = models.BooleanField(
        _("counts as met"), default=False, help_text=_("For the veto of essential criteria.")
    )

    class Meta:
        verbose_name = _("rating level")
        verbose_name_plural = _("rating levels")
        ordering = ["criterion", "value"]
        constraints = [
            models.UniqueConstraint(fields=["criterion", "value"], name="review_level_value"),
        ]

    def __str__(self) -> str:
        return f"{self.value} {self.label}"

    def is_fixed(self) -> bool:
        """Return whether its edition, the stored one or that of the object, is no draft."""
        return _is_fixed(domains__criteria=self.criterion_id) or _is_fixed(
            domains__criteria__levels=self.pk
        )


def _is_fixed(**key: Any) -> bool:
    if None in key.values():
        return False
    return StandardsEdition.objects.filter(**key).exclude(state=EditionState.DRAFT.value).exists()
