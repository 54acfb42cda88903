"""The page of a case as its viewer may read it: seats, ratings, discussion, record, decisions.

`access_to` says what opens; nothing that is closed to the viewer is read at all. The number of
statements does not depend on how many reviewers, posts or entries there are.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from review_workflow.enums import CAN_REVIEW, RUNNING_ROUNDS, AssignmentState, ConflictKind
from review_workflow.models import (
    Assignment,
    AuditEntry,
    Case,
    Condition,
    ConflictDeclaration,
    Decision,
    ResponseItem,
    ReviewRound,
)
from review_workflow.models.labels import CONFLICT_RESOLUTIONS, OUTCOMES
from review_workflow.permissions import CaseAccess, access_to, visible_cases
from review_workflow.seating import SeatEvent

from .discussion import ReadPost, discussion_for
from .matrix import Matrix, criteria_of, ratings_matrix
from .reviews import reviews_for, seat_name
from .self_assessment import own_views_for

AUDIT_WORDS = {
    "case_opened": gettext_lazy("The case was opened"),
    "round_opened": gettext_lazy("A round was opened"),
    "chair_named": gettext_lazy("A chair was named"),
    "panel_opened": gettext_lazy("The panel was put together"),
    "reviewers_invited": gettext_lazy("Reviewers were invited"),
    f"seat_{SeatEvent.INVITED_AGAIN}": gettext_lazy("A reviewer was invited again"),
    f"seat_{SeatEvent.ACCEPTED}": gettext_lazy("An invitation was accepted"),
    f"seat_{SeatEvent.DECLINED}": gettext_lazy("An invitation was declined"),
    f"seat_{SeatEvent.NO_CONFLICT}": gettext_lazy("A reviewer declared no conflict"),
    f"seat_{SeatEvent.CONFLICT_DECLARED}": gettext_lazy("A reviewer declared a conflict"),
    f"seat_{SeatEvent.CONFLICT_SETTLED}": gettext_lazy("A declared conflict was settled"),
    f"seat_{SeatEvent.RECUSED}": gettext_lazy("A reviewer was recused"),
    f"seat_{SeatEvent.FELL_OVERDUE}": gettext_lazy("A review fell overdue"),
    f"seat_{SeatEvent.EXPIRED}": gettext_lazy("An invitation ran out"),
    f"seat_{SeatEvent.RELEASED}": gettext_lazy("A seat was released"),
    "conflict_resolved": gettext_lazy("The chair resolved a declared conflict"),
    "glass_broken": gettext_lazy("The case was opened through a conflict of interest"),
    "review_filed": gettext_lazy("A review was filed"),
    "review_amended": gettext_lazy("A review was amended"),
    "discussion_posted": gettext_lazy("Somebody posted in the discussion"),
    "decided": gettext_lazy("The chair decided"),
    "condition_met": gettext_lazy("A condition was met"),
    "conditions_met": gettext_lazy("All conditions were met"),
    "response_given": gettext_lazy("The provider responded"),
    "withdrawn": gettext_lazy("The case was withdrawn"),
    "message_dropped": gettext_lazy("A message was not sent: its reader may not see the case"),
    "message_retried": gettext_lazy("A message is to be sent again"),
    "dossier_exported": gettext_lazy("The dossier was exported"),
}
"""What an entry of the record is called; one of another kind is called by its own name."""


@dataclass(frozen=True, slots=True)
class SeatLine:
    """One seat: who holds it, in what state, and its clock. `person` is None where closed."""

    assignment: Assignment
    name: str
    person: Any | None
    reason: str
    clock: str
    due_at: dt.datetime | None
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One entry of the record in words."""

    entry: AuditEntry
    words: str
    details: Sequence[str]


@dataclass(frozen=True, slots=True)
class Thread:
    """What is said on one criterion, or on the whole where there is no key."""

    criterion_id: int | None
    title: str
    posts: Sequence[ReadPost]


@dataclass(frozen=True, slots=True)
class CasePage:
    """Everything the page shows; empty where it is closed to the viewer."""

    case: Case
    rounds: Sequence[ReviewRound]
    round: ReviewRound
    access: CaseAccess
    seats: Sequence[SeatLine]
    matrix: Matrix
    threads: Sequence[Thread]
    conflicts: Sequence[ConflictDeclaration]
    decisions: Sequence[Decision]
    response: Sequence[ResponseItem]
    history: Sequence[HistoryLine]

    @property
    def is_latest(self) -> bool:
        """Whether the round shown is the case's last."""
        return self.round.number == self.rounds[-1].number

    @property
    def pending_conflicts(self) -> list[ConflictDeclaration]:
        """Declarations that wait for the chair."""
        return [each for each in self.conflicts if each.resolved_at is None]


def case_for(user: Any, uid: UUID) -> Case | None:
    """Return the case if `user` may learn of it, else None."""
    return visible_cases(user).select_related("page", "opened_by").filter(uid=uid).first()


def round_of(case: Case, number: int | None = None) -> ReviewRound | None:
    """Return the round with that number, else the last one, with its case and frozen revision."""
    rounds = case.rounds.select_related("chair", "revision", "task_state").order_by("-number")
    round_ = (rounds if number is None else rounds.filter(number=number)).first()
    if round_ is not None:
        round_.case = case
    return round_


def case_page(user: Any, case: Case, number: int | None = None) -> CasePage | None:
    """Return the page on one round of a case that `case_for` returned; None without that round."""
    round_ = round_of(case, number)
    if round_ is None:
        return None
    access = access_to(user, round_)
    if not access.can_see:
        return None
    return CasePage(
        case=case,
        rounds=list(
            case.rounds.defer("edition_snapshot", "facts", "units", "rule_snapshot").order_by(
                "number"
            )
        ),
        round=round_,
        access=access,
        seats=_seats(round_, access),
        matrix=ratings_matrix(round_, reviews_for(access, round_), own_views_for(access, round_)),
        threads=_threads(round_, access),
        conflicts=_conflicts(round_) if access.manages else [],
        decisions=_decisions(case, round_, access, user),
        response=_response(round_, access),
        history=_history(case) if access.manages else [],
    )


def _seats(round_: ReviewRound, access: CaseAccess) -> list[SeatLine]:
    seats = Assignment.objects.filter(round=round_).order_by("seat", "pk")
    if access.manages:
        seats = seats.select_related("reviewer")
    elif not access.sees_reviews:
        seats = seats.filter(pk=access.assignment.pk) if access.assignment else seats.none()
    return [_seat(seat, round_, access) for seat in seats]


def _seat(seat: Assignment, round_: ReviewRound, access: CaseAccess) -> SeatLine:
    clock, due_at = "", None
    running = round_.state in {state.value for state in RUNNING_ROUNDS}
    if running and seat.state == AssignmentState.INVITED:
        clock, due_at = _("Answer by"), seat.respond_by
    elif running and seat.state == AssignmentState.ACCEPTED:
        clock, due_at = _("Declare conflicts by"), seat.respond_by
    elif running and seat.state in {state.value for state in CAN_REVIEW}:
        clock, due_at = _("Review by"), seat.review_by
    return SeatLine(
        assignment=seat,
        name=seat_name(seat),
        person=seat.reviewer if access.manages else None,
        reason=seat.closed_reason if access.manages else "",
        clock=clock,
        due_at=due_at,
        is_overdue=due_at is not None and due_at < timezone.now(),
    )


def _threads(round_: ReviewRound, access: CaseAccess) -> list[Thread]:
    threads: Mapping[int | None, list[ReadPost]] = discussion_for(access, round_)
    names: dict[int | None, str] = {None: _("The curriculum as a whole")}
    for key, criterion in criteria_of(round_).items():
        names[key] = f"{criterion['code']} {criterion['title']}"
    return [Thread(key, name, threads[key]) for key, name in names.items() if key in threads]


def _conflicts(round_: ReviewRound) -> list[ConflictDeclaration]:
    return list(
        ConflictDeclaration.objects.filter(assignment__round=round_)
        .exclude(kind=ConflictKind.NONE.value)
        .select_related("assignment__reviewer", "resolved_by")
        .order_by("assignment__seat", "declared_at", "pk")
    )


def _decisions(case: Case, round_: ReviewRound, access: CaseAccess, user: Any) -> list[Decision]:
    """Return the decisions of the case, the newest first: to whoever reads reviews of the round.

    A reviewer reads those of the round they filed in and before.
    """
    decisions = (
        Decision.objects.filter(round__case=case)
        .select_related("round", "decided_by")
        .prefetch_related(
            Prefetch(
                "conditions",
                Condition.objects.select_related("criterion", "verifier", "met_by").order_by(
                    "order", "pk"
                ),
            ),
            "approvals",
        )
        .order_by("-round__number", "-decided_at", "-pk")
    )
    if access.manages:
        return list(decisions)
    if access.sees_reviews:
        return list(decisions.filter(round__number__lte=round_.number))
    return list(decisions.filter(conditions__verifier=user.pk, round=round_).distinct())


def _response(round_: ReviewRound, access: CaseAccess) -> list[ResponseItem]:
    if not access.sees_reviews:
        return []
    return list(round_.response_items.select_related("criterion").order_by("order", "pk"))


def _history(case: Case) -> list[HistoryLine]:
    entries = case.audit_entries.select_related("actor").order_by("-seq")
    return [
        HistoryLine(
            entry,
            str(AUDIT_WORDS.get(entry.kind, entry.kind.replace("_", " ").capitalize())),
            _details(entry.payload),
        )
        for entry in entries
    ]


def _details(payload: Mapping[str, Any]) -> list[str]:
    """Return what of an entry's content reads as words; keys of rows and hashes do not."""
    told = []
    if isinstance(payload.get("round"), int):
        told.append(_("Round %(number)d") % {"number": payload["round"]})
    invited = payload.get("seats")
    seats = sorted(map(str, invited)) if isinstance(invited, dict) else [payload.get("seat")]
    told += [_("Reviewer %(seat)s") % {"seat": seat} for seat in seats if seat]
    for labels in (OUTCOMES, CONFLICT_RESOLUTIONS):
        name = "outcome" if labels is OUTCOMES else "resolution"
        words = {member.value: label for member, label in labels.items()}
        if payload.get(name) in words:
            told.append(str(words[payload[name]]))
    if payload.get("redacted"):
        told.append(_("redacted"))
    reason = payload.get("reason")
    return [*told, reason] if isinstance(reason, str) and reason else told
