"""Filling the seats of a panel: the chair opens it and invites, reviewers answer, seats fall free.

Every write locks the round first; see `locking`. What is checked is said in `composition` and
`selectors.candidates`.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from review_workflow.composition import Lack, Member, PanelRule, can_join, lack_of
from review_workflow.enums import AssignmentState, RoleClass, RoundState
from review_workflow.models import Assignment, ReviewRound
from review_workflow.models.labels import ROLE_CLASSES
from review_workflow.seating import SeatEvent, can_happen
from review_workflow.selectors.candidates import Candidate, candidates_for, members_of

from .audit import record
from .locking import lock_running_round
from .steps import (
    invite,
    lock_seat,
    require_chair,
    require_own,
    take_step,
    tell_chair,
    tell_seatless,
)

DECLARE_DAYS = 3
"""How long whoever accepts on the last day has for the declaration of conflicts."""


@transaction.atomic
def open_panel(*, round_id: int, reviewers: Sequence[int], actor: Any) -> ReviewRound:
    """Invite `reviewers` (keys of users) and open the round for reviewing; return it.

    Whoever was invited when the round opened counts with them. Raises ValidationError on
    `reviewers` that says everything that is wrong with the panel; PermissionDenied for whoever
    does not chair the round. Nothing is written then.
    """
    round_ = lock_running_round(round_id)
    require_chair(actor, round_)
    if round_.state != RoundState.ASSEMBLING:
        raise PermissionDenied(_("This panel is open already; invite reviewers one by one."))
    chosen, faults = _choose(round_, reviewers)
    members = [*members_of(round_), *(candidate.member for candidate in chosen)]
    lack = lack_of(PanelRule.of(round_.rule_snapshot), members)
    faults += sentences_of(lack, _names(round_, chosen))
    if faults:
        raise ValidationError({"reviewers": faults})
    invite(round_, chosen, actor=actor, why="panel")
    rule, now = round_.rule_snapshot, timezone.now()
    round_.state, round_.opened_at = RoundState.REVIEWING.value, now
    round_.due_at = now + dt.timedelta(days=rule["response_days"] + rule["review_days"])
    round_.save(update_fields=["state", "opened_at", "due_at"])
    record(case=round_.case, kind="panel_opened", actor=actor, round=round_.number)
    return round_


@transaction.atomic
def invite_reviewer(*, round_id: int, reviewer: int, actor: Any) -> Assignment:
    """Invite one reviewer (key of a user) to a free seat of an open panel; return the seat.

    Raises ValidationError on `reviewer` where nobody can be seated or this one may not be,
    PermissionDenied for whoever does not chair the round.
    """
    round_ = lock_running_round(round_id)
    require_chair(actor, round_)
    if round_.state != RoundState.REVIEWING:
        raise PermissionDenied(_("Open the panel first."))
    chosen, faults = _choose(round_, [reviewer])
    if not faults:
        faults = fit_faults(round_, members_of(round_), chosen[0])
    if faults:
        raise ValidationError({"reviewer": faults})
    (assignment,) = invite(round_, chosen, actor=actor, why="single")
    return assignment


@transaction.atomic
def accept_invitation(*, assignment_id: int, actor: Any) -> Assignment:
    """Accept; the declaration of conflicts comes next. Accepting twice changes nothing more.

    Raises PermissionDenied for whoever does not hold the seat or where it is no longer offered.
    """
    _round, assignment = lock_seat(assignment_id)
    require_own(actor, assignment)
    if assignment.state == AssignmentState.ACCEPTED:
        return assignment
    now = timezone.now()
    return take_step(
        assignment,
        SeatEvent.ACCEPTED,
        actor=actor,
        responded_at=now,
        respond_by=max(assignment.respond_by, now + dt.timedelta(days=DECLARE_DAYS)),
    )


@transaction.atomic
def decline_invitation(
    *, assignment_id: int, reason: str, suggestion: str = "", actor: Any
) -> Assignment:
    """Decline with a reason, and perhaps name somebody instead; the seat is offered again.

    Raises ValidationError on `reason` or `suggestion`, PermissionDenied for whoever does not hold
    the seat or has gone on to review.
    """
    faults = {}
    if not reason.strip():
        faults["reason"] = _("Say in a few words why you decline.")
    if len(suggestion) > _longest("suggestion"):
        faults["suggestion"] = _("Shorten the suggestion.")
    if faults:
        raise ValidationError(faults)
    round_, assignment = lock_seat(assignment_id)
    require_own(actor, assignment)
    take_step(
        assignment,
        SeatEvent.DECLINED,
        actor=actor,
        responded_at=timezone.now(),
        closed_reason=reason.strip(),
        suggestion=suggestion.strip(),
    )
    words = {"number": round_.case.number, "seat": assignment.seat}
    tell_chair(
        round_,
        key=f"declined:{assignment.uid}:{assignment.invited_at:%Y%m%d%H%M%S}",
        subject=_("Case %(number)s: reviewer %(seat)s declined") % words,
        body=_("Reviewer %(seat)s of case %(number)s declined. The seat is offered again.") % words,
    )
    return assignment


@transaction.atomic
def release_seat(*, assignment_id: int, reason: str, actor: Any) -> Assignment:
    """Take the seat back from whoever has not filed; it is offered to somebody else.

    Raises ValidationError on `reason`, PermissionDenied for whoever does not chair the round, or
    where a review is filed.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the seat is released.")})
    round_, assignment = lock_seat(assignment_id)
    require_chair(actor, round_)
    take_step(assignment, SeatEvent.RELEASED, actor=actor, closed_reason=reason.strip())
    tell_seatless(assignment, event=SeatEvent.RELEASED)
    return assignment


def fit_faults(round_: ReviewRound, members: Sequence[Member], candidate: Candidate) -> list[str]:
    """Return why the panel cannot take `candidate`, in sentences; empty where it can."""
    rule = PanelRule.of(round_.rule_snapshot)
    if can_join(rule, members, candidate.member):
        return []
    lack = lack_of(rule, [*members, candidate.member])
    faults = sentences_of(
        Lack(surplus=lack.surplus, shared=lack.shared), _names(round_, [candidate])
    )
    return faults or [
        _("With %(name)s there would be no seat left for: %(roles)s.")
        % {"name": candidate.user, "roles": _roles(lack)}
    ]


def sentences_of(lack: Lack, names: dict[int, str]) -> list[str]:
    """Return what a panel lacks, in sentences; `names` holds members and organisations by key."""
    found = []
    if lack.seats:
        found.append(
            ngettext("%(count)d seat is empty.", "%(count)d seats are empty.", lack.seats)
            % {"count": lack.seats}
        )
    if lack.surplus:
        found.append(
            ngettext(
                "There is %(count)d reviewer more than seats.",
                "There are %(count)d reviewers more than seats.",
                lack.surplus,
            )
            % {"count": lack.surplus}
        )
    if lack.roles:
        found.append(_("The rule also asks for: %(roles)s.") % {"roles": _roles(lack)})
    found += [
        _("%(one)s and %(other)s belong to one organisation.")
        % {"one": names.get(one, one), "other": names.get(other, other)}
        for one, other, _organisation in lack.shared
    ]
    return found


def _roles(lack: Lack) -> str:
    return ", ".join(
        f"{count} × {ROLE_CLASSES[RoleClass(role)]}" for role, count in sorted(lack.roles.items())
    )


def _choose(round_: ReviewRound, reviewers: Sequence[int]) -> tuple[list[Candidate], list[str]]:
    """Return the chosen among the candidates, and what speaks against them one by one."""
    wanted = list(dict.fromkeys(reviewers))
    found = {each.user.pk: each for each in candidates_for(round_, users=wanted)}
    chosen = [found[key] for key in wanted if key in found]
    faults = []
    if len(chosen) < len(wanted):
        faults.append(_("Somebody chosen is no active, trained reviewer."))
    for candidate in chosen:
        if candidate.blocking:
            reasons = "; ".join(conflict.reason for conflict in candidate.blocking)
            words = {"name": candidate.user, "reasons": reasons}
            faults.append(_("%(name)s has a conflict of interest: %(reasons)s.") % words)
        state = candidate.seat_state
        if state and not can_happen(state, SeatEvent.INVITED_AGAIN):
            faults.append(_("%(name)s is on this panel already.") % {"name": candidate.user})
    return chosen, faults


def _names(round_: ReviewRound, chosen: Sequence[Candidate]) -> dict[int, str]:
    seated = round_.assignments.select_related("reviewer")
    return {assignment.reviewer_id: str(assignment.reviewer) for assignment in seated} | {
        candidate.user.pk: str(candidate.user) for candidate in chosen
    }


def _longest(field: str) -> int:
    column: Any = Assignment._meta.get_field(field)
    return int(column.max_length)
