"""Submissions: what a provider writes, step by step, and what it has put forward.

A draft is what was typed, as it was typed: nothing is lost because it is not valid yet. What is
submitted is frozen in a version; a page and its revision are made from it when staff accept it.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from curriculum_pages.models import CurriculumPage, Provider
from review_workflow.models import AppendOnly, Case
from submission_portal.enums import EventKind, Step, SubmissionState

from .labels import EVENT_KINDS, STATES, STEPS, choices


class SubmissionNumberSeries(models.Model):
    """The last number of submissions given in a year."""

    year = models.PositiveSmallIntegerField(unique=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("number series of submissions")
        verbose_name_plural = _("number series of submissions")

    def __str__(self) -> str:
        return f"S-{self.year}-{self.last:04d}"


class Submission(models.Model):
    """One curriculum that a provider puts forward, from the first draft to the last answer."""

    uid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    number = models.CharField(
        _("number"),
        max_length=20,
        null=True,
        blank=True,
        unique=True,
        editable=False,
        help_text=_("Given when it is submitted for the first time."),
    )
    provider = models.ForeignKey(
        Provider,
        verbose_name=_("provider"),
        on_delete=models.PROTECT,
        related_name="submissions",
    )
    title = models.CharField(
        _("title"), max_length=255, blank=True, help_text=_("As typed in the first step.")
    )
    submitted_title = models.CharField(
        _("submitted title"),
        max_length=255,
        blank=True,
        editable=False,
        help_text=_("As in the version that was submitted last."),
    )
    state = models.CharField(
        _("state"), max_length=20, choices=choices(STATES), default=SubmissionState.DRAFT.value
    )
    page = models.ForeignKey(
        CurriculumPage,
        verbose_name=_("curriculum"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="submissions",
        help_text=_("Made when staff accept the submission; before that for a new version only."),
    )
    case = models.ForeignKey(
        Case,
        verbose_name=_("case"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="submissions",
    )
    created_at = models.DateTimeField(_("begun at"), default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("begun by"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    state_since = models.DateTimeField(_("in this state since"), default=timezone.now)
    submitted_at = models.DateTimeField(_("last submitted at"), null=True, blank=True)

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["page"],
                condition=Q(
                    state__in=[
                        SubmissionState.DRAFT.value,
                        SubmissionState.RETURNED.value,
                        SubmissionState.SCREENING.value,
                    ]
                ),
                name="submissions_one_open_per_page",
                violation_error_message=_("A new version of this curriculum is already begun."),
            ),
            models.UniqueConstraint(
                fields=["case"], condition=Q(case__isnull=False), name="submissions_one_per_case"
            ),
        ]
        indexes = [models.Index(fields=["state", "state_since"], name="submissions_state")]
        permissions = [("screen_submissions", _("Can screen submissions before any panel"))]

    def __str__(self) -> str:
        # Staff read this name: once it is submitted, it never shows what a draft says since.
        title = self.submitted_title if self.number else self.title
        return " ".join(filter(None, [self.number, title])) or str(self.uid)


class SubmissionStep(models.Model):
    """What was typed into one step; `version` counts its saves, so that nobody overwrites.

    `content` holds the fields of the step's forms as a browser sends them: a list of texts by name.
    """

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="steps")
    step = models.CharField(_("step"), max_length=20, choices=choices(STEPS))
    content = models.JSONField(_("content"), default=dict)
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(_("saved at"), default=timezone.now)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("step of a submission")
        verbose_name_plural = _("steps of submissions")
        constraints = [
            models.UniqueConstraint(fields=["submission", "step"], name="submissions_one_step_each")
        ]

    def __str__(self) -> str:
        return f"{self.submission_id} · {Step(self.step).value}"


class SubmissionVersion(AppendOnly, models.Model):
    """What was submitted, as it was: steps, files, findings and who attested it. Never changed."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    content = models.JSONField(_("content"), help_text=_("The content of each step by its name."))
    files = models.JSONField(
        _("files"), default=list, help_text=_("Lasting ids of the files, in their order.")
    )
    findings = models.JSONField(
        _("findings"), default=list, help_text=_("Warnings that were open when it was submitted.")
    )
    edition_uid = models.UUIDField(
        _("edition"), null=True, help_text=_("The standards that the self-assessment speaks of.")
    )
    sha256 = models.CharField(max_length=64, help_text=_("Of content and files."))
    submitted_at = models.DateTimeField(_("submitted at"), default=timezone.now)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("submitted version")
        verbose_name_plural = _("submitted versions")
        ordering = ["submission", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "number"], name="submissions_version_number"
            )
        ]

    def __str__(self) -> str:
        return f"{self.submission} · {self.number}"


class SubmissionEvent(AppendOnly, models.Model):
    """What happened, in the order that it happened: the timeline, for provider and staff."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    kind = models.CharField(_("event"), max_length=20, choices=choices(EVENT_KINDS))
    at = models.DateTimeField(_("at"), default=timezone.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    is_staffs = models.BooleanField(
        default=False, help_text=_("The actor acted for the platform; the provider sees no name.")
    )
    words = models.TextField(_("words"), blank=True, help_text=_("Read by the provider."))
    note = models.TextField(_("note"), blank=True, help_text=_("Read by staff only."))
    data = models.JSONField(default=dict, help_text=_("Codes of reasons, number of the version."))

    class Meta:
        verbose_name = _("event of a submission")
        verbose_name_plural = _("events of submissions")
        ordering = ["submission", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "seq"], name="submissions_event_order")
        ]

    def __str__(self) -> str:
        return f"{self.submission} · {self.seq} {EventKind(self.kind).value}"


class SubmittedRevision(models.Model):
    """Which revision of the page was made from a submitted version: what a panel reviews."""

    version = models.OneToOneField(
        SubmissionVersion, on_delete=models.PROTECT, related_name="submitted_revision"
    )
    revision = models.OneToOneField(
        "wagtailcore.Revision", on_delete=models.PROTECT, related_name="submitted_version"
    )

    class Meta:
        verbose_name = _("revision of a submitted version")
        verbose_name_plural = _("revisions of submitted versions")

    def __str__(self) -> str:
        return f"{self.version} · {self.revision_id}"
