"""A case: one question about one page put to panels, in rounds, each on one frozen revision."""

import uuid

import swapper
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from resource_library.models import Organisation
from review_workflow.enums import OPEN_CASES, CaseKind, CaseState, RoundState

from .labels import CASE_KINDS, CASE_STATES, ROUND_STATES, choices


class CaseNumberSeries(models.Model):
    """The last number given in a year; its row is locked while the next one is taken."""

    year = models.PositiveSmallIntegerField(unique=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}-{self.last:04}"


class Case(models.Model):
    """One question put to a panel. Its row is the lock of everything that hangs on it."""

    uid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    number = models.CharField(_("number"), max_length=20, unique=True, editable=False)
    page = models.ForeignKey(
        swapper.get_model_name("wagtailcore", "Page"),
        verbose_name=_("page"),
        on_delete=models.PROTECT,
        related_name="review_cases",
    )
    kind = models.CharField(
        _("kind"), max_length=20, choices=choices(CASE_KINDS), default=CaseKind.INITIAL.value
    )
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    state = models.CharField(
        _("state"), max_length=20, choices=choices(CASE_STATES), default=CaseState.IN_REVIEW.value
    )
    opened_at = models.DateTimeField(_("opened at"), default=timezone.now)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("opened by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    is_operators = models.BooleanField(
        _("of the operator"),
        default=False,
        help_text=_("A party operates this platform: staff stay out, the chair is from outside."),
    )

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["page", "kind"],
                condition=Q(state__in=sorted(state.value for state in OPEN_CASES)),
                name="review_one_open_case_per_page_and_kind",
            ),
        ]
        indexes = [models.Index(fields=["state", "opened_at"], name="review_case_state")]
        permissions = [
            ("oversee_cases", _("Can see every review case without a conflict")),
            ("break_glass", _("Can open a case through a conflict, with a reason")),
        ]

    def __str__(self) -> str:
        return self.number


class CaseParty(models.Model):
    """An organisation that counts for conflicts in a case, kept as it was when the case opened."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="parties")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        constraints = [
            models.UniqueConstraint(fields=["case", "organisation"], name="review_case_party"),
        ]

    def __str__(self) -> str:
        return f"{self.case} · {self.organisation}"


class ReviewRound(models.Model):
    """One panel's work on one revision, under the rule and edition as they were when it opened.

    `rule_snapshot` and `edition_snapshot` are what `policy` and every page of the round read; the
    foreign keys say only where they came from. `facts` is the page's `review_facts()`, `units` its
    `review_units()`, both of the frozen revision.
    """

    uid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField(_("number"))
    revision = models.ForeignKey(
        "wagtailcore.Revision",
        verbose_name=_("revision"),
        on_delete=models.PROTECT,
        related_name="review_rounds",
    )
    rule = models.ForeignKey(
        "clearinghouse_review.ReviewRule", on_delete=models.PROTECT, related_name="rounds"
    )
    edition = models.ForeignKey(
        "clearinghouse_review.StandardsEdition", on_delete=models.PROTECT, related_name="rounds"
    )
    rule_snapshot = models.JSONField(editable=False)
    edition_snapshot = models.JSONField(editable=False)
    facts = models.JSONField(default=dict, editable=False)
    units = models.JSONField(default=list, editable=False)
    chair = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("chair"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="chaired_rounds",
    )
    state = models.CharField(
        _("state"),
        max_length=20,
        choices=choices(ROUND_STATES),
        default=RoundState.ASSEMBLING.value,
    )
    created_at = models.DateTimeField(_("created at"), default=timezone.now)
    opened_at = models.DateTimeField(_("opened at"), null=True, blank=True)
    due_at = models.DateTimeField(_("due at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    task_state = models.ForeignKey(
        "wagtailcore.TaskState",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="review_rounds",
    )

    class Meta:
        verbose_name = _("review round")
        verbose_name_plural = _("review rounds")
        ordering = ["case", "number"]
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="review_round_number"),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(state__in=[RoundState.ASSEMBLING.value, RoundState.REVIEWING.value]),
                name="review_one_running_round_per_case",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} · {self.number}"


class ResponseItem(models.Model):
    """The provider's answer to one point of a round that asked to revise."""

    round = models.ForeignKey(ReviewRound, on_delete=models.PROTECT, related_name="response_items")
    order = models.PositiveSmallIntegerField(default=0)
    criterion = models.ForeignKey(
        "clearinghouse_review.Criterion",
        verbose_name=_("criterion"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    asked = models.TextField(_("what was asked"))
    answer = models.TextField(_("answer"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("response item")
        verbose_name_plural = _("response items")
        ordering = ["round", "order"]

    def __str__(self) -> str:
        return f"{self.round} · {self.order}"


class BreakGlassAccess(models.Model):
    """Access through the wall of a conflict, for a stated reason and a limited time."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="break_glass")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="break_glass"
    )
    reason = models.TextField(_("reason"))
    opened_at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(_("until"))

    class Meta:
        verbose_name = _("access through a conflict")
        verbose_name_plural = _("accesses through conflicts")
        ordering = ["-opened_at"]

    def __str__(self) -> str:
        return f"{self.case} · {self.user_id}"
