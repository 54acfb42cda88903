"""Who may do what with reviews and approvals, conflicts of interest included.

A conflict is a wall: `visible_cases` and `access_to` are the only two doors, and every page, list,
search, count, mail, export and API asks one of them. Publishing is decided by `models.gate`.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from .enums import (
    CAN_REVIEW,
    HAS_FILED,
    RUNNING_ROUNDS,
    AssignmentState,
    ConflictResolution,
    RoundState,
)
from .models import (
    Affiliation,
    Assignment,
    BreakGlassAccess,
    Case,
    CaseParty,
    ConflictDeclaration,
    KnownConflict,
    ReviewRound,
)

VIEW = "clearinghouse_review.view_approval"
RECORD = "clearinghouse_review.record_outside_approval"
APPROVAL_PERMISSIONS = (VIEW, RECORD)
"""What groups can be given; there is nothing to add, change or delete approvals."""
OVERSEE = "clearinghouse_review.oversee_cases"
BREAK_GLASS = "clearinghouse_review.break_glass"

LOOK_BACK_YEARS = 3
"""How long an ended affiliation counts for the wall; candidates are asked about longer ago."""
_UNSETTLED = (ConflictResolution.PENDING.value, ConflictResolution.RECUSE.value)
_NO_VIEW = (
    AssignmentState.DECLINED.value,
    AssignmentState.RELEASED.value,
    AssignmentState.RECUSED.value,
)


def can_record_approval(user: Any) -> bool:
    """Return whether `user` may record an approval that was given outside this platform."""
    return bool(user.is_active and user.has_perm(RECORD))


def can_read_approvals(user: Any) -> bool:
    """Return whether `user` may read the register, reasons and documents included."""
    return bool(user.is_active and any(user.has_perm(name) for name in APPROVAL_PERMISSIONS))


def can_oversee(user: Any) -> bool:
    """Return whether `user` may see the cases that no conflict hides from them."""
    return bool(user.is_active and user.has_perm(OVERSEE))


def conflict_condition(user: Any, *, today: date | None = None) -> Q:
    """Return the condition on cases that a conflict hides from `user`, break-glass apart.

    A party of the case is an organisation to which the user is tied (an affiliation that lasts or
    ended within the look-back, or a known conflict), the operator's own case meets the operator's
    staff, or the user declared a conflict there that is not cleared or managed.
    """
    year = (today or timezone.localdate()).year
    party = CaseParty.objects.filter(case=OuterRef("pk"))
    tied = Affiliation.objects.filter(
        profile__user=user.pk, organisation=OuterRef("organisation")
    ).annotate(last=Coalesce(F("until_year"), Value(year)))
    known = KnownConflict.objects.filter(reviewer=user.pk, organisation=OuterRef("organisation"))
    declared = ConflictDeclaration.objects.filter(
        assignment__round__case=OuterRef("pk"),
        assignment__reviewer=user.pk,
        resolution__in=_UNSETTLED,
    ).exclude(kind="none")
    condition = (
        Q(Exists(party.filter(Exists(tied.filter(last__gte=year - LOOK_BACK_YEARS)))))
        | Q(Exists(party.filter(Exists(known))))
        | Q(Exists(declared))
    )
    if user.is_staff:
        condition |= Q(is_operators=True)
    return condition


def visible_cases(user: Any) -> "QuerySet[Case]":
    """Return the cases whose existence `user` may learn of: the wall for lists and counts.

    Their chair, whoever holds a seat, and overseers see a case; nobody through a conflict, except
    by a break-glass access that still runs.
    """
    if not user.is_active or not user.is_authenticated:
        return Case.objects.none()
    seat = Assignment.objects.filter(round__case=OuterRef("pk"), reviewer=user.pk).exclude(
        state__in=_NO_VIEW
    )
    chaired = ReviewRound.objects.filter(case=OuterRef("pk"), chair=user.pk)
    concerned = Q(Exists(seat)) | Q(Exists(chaired))
    glass = BreakGlassAccess.objects.filter(
        case=OuterRef("pk"), user=user.pk, until__gt=timezone.now()
    )
    if can_oversee(user):
        concerned = Q()
    return Case.objects.filter(concerned & ~conflict_condition(user) | Q(Exists(glass)))


@dataclass(frozen=True, slots=True)
class CaseAccess:
    """What one user may do with one round. Everything is False where `can_see` is."""

    can_see: bool = False
    is_chair: bool = False
    is_overseer: bool = False
    by_break_glass: bool = False
    assignment: Assignment | None = None
    is_running: bool = False

    @property
    def can_answer(self) -> bool:
        """Whether the invitation, or the declaration of conflicts, waits for this user."""
        return (
            self.can_see
            and self.is_running
            and self.assignment is not None
            and self.assignment.state
            in {AssignmentState.INVITED.value, AssignmentState.ACCEPTED.value}
        )

    @property
    def can_open_files(self) -> bool:
        """Whether the frozen revision and its files open: conflicts are settled."""
        if not self.can_see:
            return False
        return self.manages or (
            self.assignment is not None
            and self.assignment.state in {state.value for state in CAN_REVIEW | HAS_FILED}
        )

    @property
    def can_review(self) -> bool:
        """Whether this user can write and file a review now."""
        return (
            self.can_see
            and self.is_running
            and self.assignment is not None
            and self.assignment.state in {state.value for state in CAN_REVIEW}
        )

    @property
    def has_filed(self) -> bool:
        """Whether this user's own review is filed."""
        return (
            self.can_see
            and self.assignment is not None
            and self.assignment.state in {state.value for state in HAS_FILED}
        )

    @property
    def can_amend(self) -> bool:
        """Whether this user's filed review can still be amended."""
        return self.has_filed and self.is_running

    @property
    def manages(self) -> bool:
        """Whether this user sees the whole case: its chair, an overseer, a broken glass."""
        return self.can_see and (self.is_chair or self.is_overseer or self.by_break_glass)

    @property
    def sees_reviews(self) -> bool:
        """Whether others' reviews are open: to whoever manages, and after filing one's own."""
        return self.manages or self.has_filed

    @property
    def sees_confidential(self) -> bool:
        """Whether comments meant for the chair are open; a reviewer sees only their own."""
        return self.manages

    @property
    def can_discuss(self) -> bool:
        """Whether this user may post in the discussion."""
        return self.is_running and (self.has_filed or (self.can_see and self.is_chair))

    @property
    def can_decide(self) -> bool:
        """Whether this user may assign, resolve conflicts and decide: the chair alone."""
        return self.can_see and self.is_chair and self.is_running


def access_to(user: Any, round_: ReviewRound) -> CaseAccess:
    """Return what `user` may do with the round; the one function that decides visibility."""
    case = visible_cases(user).filter(pk=round_.case_id)
    glass = BreakGlassAccess.objects.filter(
        case=OuterRef("pk"), user=user.pk, until__gt=timezone.now()
    )
    seen = case.annotate(glass=Exists(glass)).values_list("glass", flat=True).first()
    if seen is None:
        return CaseAccess()
    assignment = (
        Assignment.objects.filter(round=round_, reviewer=user.pk)
        .exclude(state__in=_NO_VIEW)
        .first()
    )
    return CaseAccess(
        can_see=True,
        is_chair=round_.chair_id == user.pk,
        is_overseer=can_oversee(user) and assignment is None,
        by_break_glass=bool(seen),
        assignment=assignment,
        is_running=round_.state in {state.value for state in RUNNING_ROUNDS},
    )


def running_round_of(page: Any) -> ReviewRound | None:
    """Return the round that holds the page's workflow, or None."""
    return (
        ReviewRound.objects.filter(
            case__page=page.pk,
            task_state__isnull=False,
            state__in=[state.value for state in RUNNING_ROUNDS],
        )
        .select_related("case")
        .first()
    )


def actions_for(user: Any, page: Any) -> list[tuple[str, Any, bool]]:
    """Return the workflow actions of `user` on `page`, as Wagtail's tasks give them.

    Not empty for whoever may read the frozen revision: Wagtail's preview asks for them.
    """
    round_ = running_round_of(page)
    if round_ is None:
        return []
    access = access_to(user, round_)
    actions: list[tuple[str, Any, bool]] = []
    if access.can_review:
        actions.append(("review", _("Review"), True))
    if access.can_amend:
        actions.append(("amend", _("Read or amend your review"), True))
    if access.can_decide:
        actions.append(("decide", _("Open the case"), True))
    elif access.manages:
        actions.append(("read", _("Open the case"), True))
    return actions


def task_states_waiting_for(user: Any, task: Any) -> Any:
    """Return the states of `task` that wait for `user`: a review to write, a round to decide."""
    from wagtail.models import TaskState  # noqa: PLC0415 - Wagtail's models load after this module

    if not user.is_active:
        return TaskState.objects.none()
    rounds = ReviewRound.objects.filter(
        case__in=visible_cases(user), state=RoundState.REVIEWING.value
    ).filter(
        Q(chair=user.pk)
        | Q(
            assignments__reviewer=user.pk,
            assignments__state__in=[state.value for state in CAN_REVIEW | HAS_FILED],
        )
    )
    # No join and no distinct on the task states themselves: Wagtail ORs such querysets together.
    return TaskState.objects.filter(
        task=task.task_ptr, status=TaskState.STATUS_IN_PROGRESS, pk__in=rounds.values("task_state")
    )
