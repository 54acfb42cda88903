"""One reviewer's review: ratings with evidence, comments, a recommendation; and the discussion."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from review_workflow.enums import RatingKind

from .case import ReviewRound
from .labels import RATING_KINDS, RECOMMENDATIONS, choices
from .seats import Assignment
from .standards import Criterion


class ReviewDraft(models.Model):
    """What a reviewer typed so far, exactly as the form holds it. `version` counts the savings."""

    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="draft")
    content = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("draft of a review")
        verbose_name_plural = _("drafts of reviews")

    def __str__(self) -> str:
        return str(self.assignment)


class Review(models.Model):
    """A filed review. A row exists from filing on; what is being written is a `ReviewDraft`."""

    uid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="review")
    recommendation = models.CharField(
        _("recommendation"), max_length=30, choices=choices(RECOMMENDATIONS)
    )
    conditions = models.TextField(
        _("conditions"), blank=True, help_text=_("What an approval should depend on.")
    )
    comment = models.TextField(_("comment to the provider"), blank=True)
    confidential = models.TextField(_("confidential comment to the chair"), blank=True)
    filed_at = models.DateTimeField(_("filed at"), default=timezone.now)
    amended_at = models.DateTimeField(_("amended at"), null=True, blank=True)
    amend_reason = models.TextField(_("why it was amended"), blank=True)
    earlier = models.JSONField(
        default=list, editable=False, help_text=_("What it said before each amendment.")
    )

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")

    def __str__(self) -> str:
        return str(self.assignment)


class Rating(models.Model):
    """The rating of one criterion, initial or final; without a level it does not apply."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="ratings")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=10, choices=choices(RATING_KINDS))
    level = models.PositiveSmallIntegerField(_("level"), null=True, blank=True)
    not_applicable = models.BooleanField(_("does not apply"), default=False)
    reason = models.TextField(
        _("reason"), blank=True, help_text=_("Why it does not apply, or why the rating changed.")
    )
    note = models.TextField(_("note"), blank=True)
    carried_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        ordering = ["review", "criterion"]
        constraints = [
            models.UniqueConstraint(
                fields=["review", "criterion", "kind"], name="review_one_rating_of_a_kind"
            ),
            models.CheckConstraint(
                condition=Q(not_applicable=True, level__isnull=True)
                | Q(not_applicable=False, level__isnull=False),
                name="review_rating_level_or_not_applicable",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.review} · {self.criterion_id} · {self.kind}"

    @property
    def is_final(self) -> bool:
        """Whether it was given after the discussion opened."""
        return self.kind == RatingKind.FINAL


class EvidenceLocator(models.Model):
    """Where in the curriculum a rating finds its evidence."""

    rating = models.ForeignKey(Rating, on_delete=models.PROTECT, related_name="locators")
    unit_uid = models.UUIDField(
        _("unit"), null=True, blank=True, help_text=_("One of the round's units, or the whole.")
    )
    place = models.CharField(_("place"), max_length=200, help_text=_("Page, slide or timecode."))

    class Meta:
        verbose_name = _("evidence locator")
        verbose_name_plural = _("evidence locators")
        ordering = ["rating", "pk"]

    def __str__(self) -> str:
        return self.place


class DiscussionPost(models.Model):
    """What somebody on the panel said after filing, on one criterion or on the whole."""

    uid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    round = models.ForeignKey(ReviewRound, on_delete=models.PROTECT, related_name="posts")
    criterion = models.ForeignKey(
        Criterion, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reply_to = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="replies"
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    body = models.TextField(_("text"))
    posted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["round", "posted_at", "pk"]

    def __str__(self) -> str:
        return f"{self.round} · {self.pk}"
