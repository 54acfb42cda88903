"""Reviewers, what ties them to organisations, and their seats on panels."""

import uuid

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from resource_library.models import CoreTopicArea, Organisation
from review_workflow.enums import AssignmentState, ConflictKind, ConflictResolution

from .case import ReviewRound
from .labels import ASSIGNMENT_STATES, CONFLICT_KINDS, CONFLICT_RESOLUTIONS, ROLE_CLASSES, choices


class ReviewerProfile(ClusterableModel):
    """A subject-matter expert who can be given seats."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.PROTECT,
        related_name="reviewer_profile",
    )
    role_class = models.CharField(_("role"), max_length=40, choices=choices(ROLE_CLASSES))
    expertise = models.ManyToManyField(
        CoreTopicArea, verbose_name=_("expertise"), blank=True, related_name="+"
    )
    trained_on = models.DateField(
        _("trained as a reviewer on"),
        null=True,
        blank=True,
        help_text=_("Nobody reviews before this training."),
    )
    capacity = models.PositiveSmallIntegerField(
        _("capacity"),
        default=3,
        validators=[MinValueValidator(1)],
        help_text=_("Open reviews that this reviewer takes at a time."),
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("reviewer")
        verbose_name_plural = _("reviewers")
        ordering = ["user__last_name", "user__first_name", "pk"]

    def __str__(self) -> str:
        return str(self.user)


class Affiliation(models.Model):
    """What ties a reviewer to an organisation, from which year to which."""

    profile = ParentalKey(ReviewerProfile, on_delete=models.CASCADE, related_name="affiliations")
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("organisation"), on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(
        _("tie"),
        max_length=20,
        choices=choices(CONFLICT_KINDS),
        default=ConflictKind.EMPLOYEE.value,
    )
    position = models.CharField(_("position"), max_length=200, blank=True)
    from_year = models.PositiveSmallIntegerField(_("from (year)"))
    until_year = models.PositiveSmallIntegerField(
        _("until (year)"), null=True, blank=True, help_text=_("Empty: to this day.")
    )

    class Meta:
        verbose_name = _("affiliation")
        verbose_name_plural = _("affiliations")
        ordering = ["-from_year"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until_year__isnull=True)
                | models.Q(until_year__gte=models.F("from_year")),
                name="review_affiliation_years",
                violation_error_message=_("The last year lies before the first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} ({self.from_year})"


class KnownConflict(models.Model):
    """A conflict of a reviewer with an organisation that the platform was told of or found."""

    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="known_conflicts"
    )
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(
        _("kind"), max_length=20, choices=choices(CONFLICT_KINDS), default=ConflictKind.OTHER.value
    )
    source = models.CharField(_("how it is known"), max_length=300)
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("known conflict")
        verbose_name_plural = _("known conflicts")
        constraints = [
            models.UniqueConstraint(
                fields=["reviewer", "organisation"], name="review_known_conflict"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reviewer_id} · {self.organisation}"


class Assignment(models.Model):
    """One reviewer's seat in one round, with the clock of the answer and that of the review."""

    uid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    round = models.ForeignKey(ReviewRound, on_delete=models.PROTECT, related_name="assignments")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("reviewer"),
        on_delete=models.PROTECT,
        related_name="review_assignments",
    )
    role_class = models.CharField(_("role"), max_length=40, choices=choices(ROLE_CLASSES))
    seat = models.PositiveSmallIntegerField(
        _("seat"), help_text=_("Shown instead of a name: reviewer 1, 2, 3 …")
    )
    state = models.CharField(
        _("state"),
        max_length=20,
        choices=choices(ASSIGNMENT_STATES),
        default=AssignmentState.INVITED.value,
    )
    invited_at = models.DateTimeField(_("invited at"), default=timezone.now)
    respond_by = models.DateTimeField(_("answer by"))
    responded_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    review_by = models.DateTimeField(_("review by"), null=True, blank=True)
    filed_at = models.DateTimeField(_("filed at"), null=True, blank=True)
    closed_reason = models.TextField(
        _("reason"), blank=True, help_text=_("Why it was declined, released or recused.")
    )
    suggestion = models.CharField(_("suggests instead"), max_length=300, blank=True)
    re_offered_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When this seat was offered to somebody else.")
    )

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["round", "seat", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "reviewer"], name="review_one_seat_each"),
        ]
        indexes = [models.Index(fields=["reviewer", "state"], name="review_assignment_queue")]

    def __str__(self) -> str:
        return f"{self.round} · {self.seat}"


class ConflictDeclaration(models.Model):
    """What a reviewer declared before any file opened; kind `none` declares no conflict."""

    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, related_name="declarations"
    )
    kind = models.CharField(_("kind"), max_length=20, choices=choices(CONFLICT_KINDS))
    details = models.TextField(_("details"), blank=True)
    declared_at = models.DateTimeField(default=timezone.now)
    resolution = models.CharField(
        _("resolution"),
        max_length=20,
        choices=choices(CONFLICT_RESOLUTIONS),
        default=ConflictResolution.PENDING.value,
    )
    resolution_reason = models.TextField(_("reason"), blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("declaration of conflicts")
        verbose_name_plural = _("declarations of conflicts")
        ordering = ["assignment", "declared_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "kind"], name="review_declaration_once_per_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment} · {self.kind}"
