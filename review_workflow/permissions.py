"""Who may do what with reviews and approvals, conflicts of interest included.

A conflict is a wall: `visible_cases` and `access_to` are the only two doors, and every page, list,
search, count, mail, export and API asks one of them. Publishing is decided by `models.gate`.

What raises the wall is written twice, as it is asked from two sides: `conflict_condition` picks the
cases that are hidden from one user, `tied_to` the users from whom one case is hidden. A tie that is
only likely (the same e-mail domain, say) raises no wall; `selectors.candidates` proposes it.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from .enums import (
    CAN_REVIEW,
    HAS_FILED,
    RUNNING_ROUNDS,
    AssignmentState,
    ConflictKind,
    ConflictResolution,
    SelfAssessmentShown,
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
"""How long an ended affiliation counts where no round says it; else the rule's years do."""
UNSETTLED = (ConflictResolution.PENDING.value, ConflictResolution.RECUSE.value)
"""Resolutions under which a declared conflict hides the case."""
_NO_TIE = ConflictKind.NONE.value
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


def can_break_glass(user: Any) -> bool:
    """Return whether `user` may open a case through a conflict, with a reason and for a time."""
    return bool(user.is_active and user.has_perm(BREAK_GLASS))


def conflict_condition(user: Any, *, today: date | None = None) -> Q:
    """Return the condition on cases that a conflict hides from `user`, break-glass apart.

    A party of the case is an organisation to which the user is tied (an affiliation that lasts or
    ended within the rule's look-back, or a known conflict), the operator's own case meets the
    operator's staff, or the user declared a conflict there that is not cleared or managed.
    """
    year = (today or timezone.localdate()).year
    party = CaseParty.objects.filter(case=OuterRef("pk")).annotate(
        look_back=_look_back(OuterRef("case"))
    )
    affiliated = _lasting(
        Affiliation.objects.filter(
            profile__user=user.pk, organisation=OuterRef("organisation")
        ).annotate(look_back=OuterRef("look_back")),
        year,
    )
    known = KnownConflict.objects.filter(
        reviewer=user.pk, organisation=OuterRef("organisation")
    ).exclude(kind=_NO_TIE)
    declared = _undecided(
        ConflictDeclaration.objects.filter(
            assignment__round__case=OuterRef("pk"), assignment__reviewer=user.pk
        )
    )
    condition = (
        Q(Exists(party.filter(Exists(affiliated))))
        | Q(Exists(party.filter(Exists(known))))
        | Q(Exists(declared))
    )
    if user.is_staff:
        condition |= Q(is_operators=True)
    return condition


def tied_to_organisation(user: Any, organisation: str, *, today: date | None = None) -> Q:
    """Return the condition on rows whose `organisation` (a path) `user` is tied to.

    The wall for what stands before any case: an affiliation that lasts or ended within the usual
    look-back, or a known conflict.
    """
    year = (today or timezone.localdate()).year
    affiliated = Affiliation.objects.filter(
        Q(until_year__isnull=True) | Q(until_year__gte=year - LOOK_BACK_YEARS),
        profile__user=user.pk,
        organisation=OuterRef(organisation),
    ).exclude(kind=_NO_TIE)
    known = KnownConflict.objects.filter(
        reviewer=user.pk, organisation=OuterRef(organisation)
    ).exclude(kind=_NO_TIE)
    return Q(Exists(affiliated)) | Q(Exists(known))


def tied_to(case: Case, *, today: date | None = None) -> Q:
    """Return the condition on users from whom a conflict hides `case`; the same wall, seen back."""
    year = (today or timezone.localdate()).year
    parties = CaseParty.objects.filter(case=case.pk).values("organisation")
    affiliated = _lasting(
        Affiliation.objects.filter(profile__user=OuterRef("pk"), organisation__in=parties).annotate(
            look_back=_look_back(Value(case.pk))
        ),
        year,
    )
    known = KnownConflict.objects.filter(reviewer=OuterRef("pk"), organisation__in=parties).exclude(
        kind=_NO_TIE
    )
    declared = _undecided(
        ConflictDeclaration.objects.filter(
            assignment__round__case=case.pk, assignment__reviewer=OuterRef("pk")
        )
    )
    condition = Q(Exists(affiliated)) | Q(Exists(known)) | Q(Exists(declared))
    if case.is_operators:
        condition |= Q(is_staff=True)
    return condition


def _look_back(case: Any) -> Any:
    """Return the longest look-back among the rules of the case's rounds."""
    rules = ReviewRound.objects.filter(case=case).order_by("-rule__look_back_years")
    return Coalesce(
        Subquery(rules.values("rule__look_back_years")[:1]),
        Value(LOOK_BACK_YEARS),
        output_field=IntegerField(),
    )


def _lasting(affiliations: "QuerySet[Any]", year: int) -> "QuerySet[Any]":
    return affiliations.exclude(kind=_NO_TIE).filter(
        Q(until_year__isnull=True) | Q(until_year__gte=Value(year) - F("look_back"))
    )


def _undecided(declarations: "QuerySet[Any]") -> "QuerySet[Any]":
    return declarations.filter(resolution__in=UNSETTLED).exclude(kind=_NO_TIE)


def conflicted_users(case: Case) -> "QuerySet[Any]":
    """Return the keys of the users from whom a conflict hides `case`, as one statement."""
    users: Any = get_user_model()._default_manager
    return users.filter(tied_to(case)).values("pk")


def overseers_of(case: Case) -> "QuerySet[Any]":
    """Return the active users who oversee cases and from whom no conflict hides this one."""
    return ModelBackend().with_perm(OVERSEE).exclude(tied_to(case))


def _concerned(user: Any) -> Q:
    """Return the condition on cases in which `user` has a part: the chair, a seat, oversight."""
    if can_oversee(user):
        return Q()
    seat = Assignment.objects.filter(round__case=OuterRef("pk"), reviewer=user.pk).exclude(
        state__in=_NO_VIEW
    )
    chaired = ReviewRound.objects.filter(case=OuterRef("pk"), chair=user.pk)
    return Q(Exists(seat)) | Q(Exists(chaired))


def _glass_of(user: Any) -> Exists:
    return Exists(
        BreakGlassAccess.objects.filter(case=OuterRef("pk"), user=user.pk, until__gt=timezone.now())
    )


def visible_cases(user: Any) -> "QuerySet[Case]":
    """Return the cases whose existence `user` may learn of: the wall for lists and counts.

    Their chair, whoever holds a seat, and overseers see a case; nobody through a conflict, except
    by a break-glass access that still runs.
    """
    if not user.is_active or not user.is_authenticated:
        return Case.objects.none()
    return Case.objects.filter(_concerned(user) & ~conflict_condition(user) | Q(_glass_of(user)))


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
        """Whether the frozen revision and its files open: conflicts are settled.

        To reviewers while their round runs: what they were given for a review ends with it.
        """
        if not self.can_see:
            return False
        return self.manages or (
            self.is_running
            and self.assignment is not None
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
    """Return what `user` may do with the round; the one function that decides visibility.

    Who sees it only through a broken glass reads, and does nothing: no seat, no chair.
    """
    if not user.is_active or not user.is_authenticated:
        return CaseAccess()
    rights = ExpressionWrapper(
        _concerned(user) & ~conflict_condition(user), output_field=BooleanField()
    )
    by_right = (
        visible_cases(user)
        .filter(pk=round_.case_id)
        .annotate(by_right=rights)
        .values_list("by_right", flat=True)
        .first()
    )
    if by_right is None:
        return CaseAccess()
    is_running = round_.state in {state.value for state in RUNNING_ROUNDS}
    if not by_right:
        return CaseAccess(can_see=True, by_break_glass=True, is_running=is_running)
    assignment = (
        Assignment.objects.filter(round=round_, reviewer=user.pk)
        .exclude(state__in=_NO_VIEW)
        .first()
    )
    return CaseAccess(
        can_see=True,
        is_chair=round_.chair_id == user.pk,
        is_overseer=can_oversee(user) and assignment is None,
        assignment=assignment,
        is_running=is_running,
    )


def sees_self_assessment(access: CaseAccess, round_: ReviewRound) -> bool:
    """Return whether the provider's own view is open in the round, as its frozen rule says.

    Whoever holds a seat reads it when the rule lets reviewers, even as the chair; whoever manages
    the case without one reads it always. To reviewers it closes with the files. `access` is
    what `access_to` answered for this round.
    """
    if not access.can_open_files:
        return False
    if access.assignment is None:
        return access.manages
    # A round that was opened before there was this choice goes by the default.
    default = SelfAssessmentShown.AFTER_OWN_REVIEW.value
    shown = round_.rule_snapshot.get("self_assessment_shown", default)
    if shown == SelfAssessmentShown.NEVER:
        return False
    return access.has_filed or shown == SelfAssessmentShown.FROM_THE_START


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
