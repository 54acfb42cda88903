"""Conflicts of interest: declared before files open, resolved by the chair; the broken glass."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from review_workflow.enums import AssignmentState, ConflictKind, ConflictResolution
from review_workflow.models import (
    Assignment,
    BreakGlassAccess,
    Case,
    ConflictDeclaration,
    ReviewRound,
)
from review_workflow.models.labels import CONFLICT_RESOLUTIONS
from review_workflow.permissions import can_break_glass, overseers_of, visible_cases
from review_workflow.seating import SeatEvent, can_happen
from review_workflow.selectors.conflicts import found_conflicts

from .audit import record
from .messages import Message, queue_messages
from .steps import lock_seat, require_chair, require_own, take_step, tell_chair, tell_seatless

BREAK_GLASS_HOURS = 4
"""How long an access through a conflict lasts."""


@transaction.atomic
def declare_conflicts(
    *, assignment_id: int, kinds: Collection[str], details: str = "", actor: Any
) -> Assignment:
    """Record what the reviewer declares: with no conflict the files open, else the chair is asked.

    `kinds` are values of `ConflictKind`; empty, or `none` alone, declares that there is none. The
    case is closed to whoever declared a conflict until the chair has settled it. Declaring none
    twice changes nothing more. Raises ValidationError on `kinds` or `details`, PermissionDenied for
    whoever does not hold the seat or has filed.
    """
    given = _kinds(kinds)
    round_, assignment = lock_seat(assignment_id)
    require_own(actor, assignment)
    if not given:
        return _declare_none(round_, assignment, details.strip(), actor)
    if not details.strip():
        raise ValidationError({"details": _("Describe the conflict, so that the chair can judge.")})
    declared = set(assignment.declarations.values_list("kind", flat=True))
    fresh = sorted({kind.value for kind in given} - declared)
    if not fresh:
        raise ValidationError({"kinds": _("The chair has judged these conflicts already.")})
    take_step(assignment, SeatEvent.CONFLICT_DECLARED, actor=actor)
    ConflictDeclaration.objects.bulk_create(
        ConflictDeclaration(assignment=assignment, kind=kind, details=details.strip())
        for kind in fresh
    )
    words = {"number": round_.case.number, "seat": assignment.seat}
    tell_chair(
        round_,
        key=f"conflict:{assignment.uid}:{'+'.join(fresh)}",
        subject=_("Case %(number)s: reviewer %(seat)s declared a conflict") % words,
        body=_(
            "Reviewer %(seat)s of case %(number)s declared a conflict of interest and waits for "
            "you: clear it, manage it, or recuse the reviewer."
        )
        % words,
    )
    return assignment


def _kinds(kinds: Collection[str]) -> set[ConflictKind]:
    try:
        given = {ConflictKind(kind) for kind in kinds}
    except ValueError as error:
        raise ValidationError({"kinds": _("There is no such kind of conflict.")}) from error
    if ConflictKind.NONE in given and len(given) > 1:
        raise ValidationError({"kinds": _("Choose either conflicts or “No conflict”, not both.")})
    return given - {ConflictKind.NONE}


def _declare_none(
    round_: ReviewRound, assignment: Assignment, details: str, actor: Any
) -> Assignment:
    if (
        assignment.state == AssignmentState.IN_PROGRESS
        and assignment.declarations.filter(kind=ConflictKind.NONE.value).exists()
    ):
        return assignment
    found = found_conflicts(round_, [assignment.reviewer]).get(assignment.reviewer_id, [])
    if found and not details:
        raise ValidationError(
            {"details": _("Say why what was found about you is no conflict of interest.")}
        )
    now = timezone.now()
    take_step(
        assignment,
        SeatEvent.NO_CONFLICT,
        actor=actor,
        review_by=now + dt.timedelta(days=round_.rule_snapshot["review_days"]),
    )
    ConflictDeclaration.objects.update_or_create(
        assignment=assignment,
        kind=ConflictKind.NONE.value,
        defaults={
            "details": details,
            "declared_at": now,
            "resolution": ConflictResolution.CLEAR.value,
        },
    )
    return assignment


@transaction.atomic
def resolve_conflict(
    *, declaration_id: int, resolution: str, reason: str, actor: Any
) -> ConflictDeclaration:
    """Record the chair's word on a declared conflict: clear, manage or recuse, with a reason.

    The files open when everything that the reviewer declared is cleared or managed; one recusal
    closes the seat, which is offered again. The same word twice changes nothing more. Raises
    ValidationError on `resolution` or `reason`, PermissionDenied for whoever does not chair the
    round, or where another word was given before.
    """
    word = _resolution(resolution)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why; the reason goes into the case's record.")})
    assignment_id = ConflictDeclaration.objects.values_list("assignment", flat=True).get(
        pk=declaration_id
    )
    round_, assignment = lock_seat(assignment_id)
    require_chair(actor, round_)
    declaration = ConflictDeclaration.objects.get(pk=declaration_id)
    if declaration.resolution == word:
        return declaration
    if declaration.resolution != ConflictResolution.PENDING:
        raise PermissionDenied(_("This conflict is settled already; nothing was changed."))
    settled = assignment.declarations.filter(resolution=ConflictResolution.PENDING.value)
    if word is not ConflictResolution.RECUSE:  # a recusal settles whatever else was declared
        settled = settled.filter(pk=declaration.pk)
    settled.update(
        resolution=word.value,
        resolution_reason=reason.strip(),
        resolved_by=actor,
        resolved_at=timezone.now(),
    )
    declaration.refresh_from_db()
    record(
        case=round_.case,
        kind="conflict_resolved",
        actor=actor,
        assignment=assignment.pk,
        reviewer=assignment.reviewer_id,
        conflict=declaration.kind,
        resolution=word.value,
    )
    _follow(round_, assignment, word, reason.strip(), actor)
    return declaration


def _resolution(resolution: str) -> ConflictResolution:
    try:
        word = ConflictResolution(resolution)
    except ValueError:
        word = ConflictResolution.PENDING
    if word is ConflictResolution.PENDING:
        raise ValidationError({"resolution": _("Choose to clear, to manage or to recuse.")})
    return word


def _follow(
    round_: ReviewRound, assignment: Assignment, word: ConflictResolution, reason: str, actor: Any
) -> None:
    """Lead the seat to where the chair's word leaves it."""
    if word is ConflictResolution.RECUSE:
        take_step(assignment, SeatEvent.RECUSED, actor=actor, closed_reason=reason)
        tell_seatless(assignment, event=SeatEvent.RECUSED)
        return
    if assignment.declarations.filter(resolution=ConflictResolution.PENDING.value).exists():
        return
    if not can_happen(assignment.state, SeatEvent.CONFLICT_SETTLED):
        return
    review_by = timezone.now() + dt.timedelta(days=round_.rule_snapshot["review_days"])
    take_step(assignment, SeatEvent.CONFLICT_SETTLED, actor=actor, review_by=review_by)
    words = {
        "number": round_.case.number,
        "word": CONFLICT_RESOLUTIONS[word],
        "day": timezone.localdate(review_by).isoformat(),
    }
    queue_messages(
        [
            Message(
                key=f"conflict-settled:{assignment.uid}:{timezone.now():%Y%m%d%H%M%S}",
                recipient=assignment.reviewer,
                case=round_.case,
                subject=_("Case %(number)s: you may review") % words,
                body=_(
                    "The chair judged what you declared in case %(number)s: %(word)s. The files "
                    "are open to you; please review by %(day)s."
                )
                % words,
            )
        ]
    )


@transaction.atomic
def break_glass(*, case_id: int, reason: str, actor: Any) -> BreakGlassAccess:
    """Open a case to `actor` through a conflict, to read for four hours; return the access.

    It is recorded, and the chair and the overseers are told. While an access runs, asking again
    returns it. Raises ValidationError on `reason`; PermissionDenied for whoever may not do this,
    or sees the case anyway.
    """
    if not can_break_glass(actor):
        raise PermissionDenied(_("You may not open cases through a conflict."))
    if not reason.strip():
        raise ValidationError({"reason": _("Say why; the chair and the overseers will read it.")})
    case = Case.objects.select_for_update().get(pk=case_id)
    now = timezone.now()
    running = BreakGlassAccess.objects.filter(case=case, user=actor, until__gt=now).first()
    if running is not None:
        return running
    if visible_cases(actor).filter(pk=case.pk).exists():
        raise PermissionDenied(_("This case is open to you without this."))
    access = BreakGlassAccess.objects.create(
        case=case,
        user=actor,
        reason=reason.strip(),
        opened_at=now,
        until=now + dt.timedelta(hours=BREAK_GLASS_HOURS),
    )
    record(
        case=case,
        kind="glass_broken",
        actor=actor,
        access=access.pk,
        until=access.until.isoformat(),
    )
    _tell_of_access(case, access)
    return access


def _tell_of_access(case: Case, access: BreakGlassAccess) -> None:
    latest = case.rounds.select_related("chair").order_by("-number").first()
    people = {person.pk: person for person in overseers_of(case)}
    if latest is not None and latest.chair is not None:
        people[latest.chair.pk] = latest.chair
    words = {
        "number": case.number,
        "who": access.user,
        "until": timezone.localtime(access.until).strftime("%Y-%m-%d %H:%M"),
        "reason": access.reason,
    }
    queue_messages(
        Message(
            key=f"break-glass:{access.pk}:{person.pk}",
            recipient=person,
            case=case,
            subject=_("Case %(number)s was opened through a conflict of interest") % words,
            body=_("%(who)s opened case %(number)s until %(until)s. The reason given: %(reason)s")
            % words,
            can_wait=False,
        )
        for person in people.values()
    )
