"""Opening cases and rounds: what Wagtail's "submit for moderation" turns into."""

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import TaskState, WorkflowState

from review_workflow.enums import (
    HAS_FILED,
    OPEN_CASES,
    CaseKind,
    CaseState,
    EditionState,
    RoundState,
)
from review_workflow.models import (
    Approval,
    Assignment,
    AuditEntry,
    Case,
    CaseNumberSeries,
    CaseParty,
    IncompletePage,
    MultiReviewerApprovalTask,
    RequiresApproval,
    ReviewRound,
    ReviewRule,
    StandardsEdition,
)
from review_workflow.permissions import conflicted_users, overseers_of

from .audit import record
from .messages import Message, queue_messages
from .numbers import next_number
from .snapshots import edition_snapshot, rule_snapshot


@transaction.atomic
def open_round(
    *, task: MultiReviewerApprovalTask, task_state: TaskState, actor: Any = None
) -> ReviewRound:
    """Open the next round of the page's case, or a case with its first round, and return it.

    Rule, criteria, facts and units are frozen here, from the revision that was submitted. Whoever
    filed a review in the round before is invited anew. The chair is told, or the overseers where
    nobody can chair. Raises PermissionDenied, which says why, where no review can begin, and
    IncompletePage, which is one, for a page that lacks something; called by
    `MultiReviewerApprovalTask.start`, so that Wagtail's workflow does not start either.
    """
    task = MultiReviewerApprovalTask.objects.select_related("rule", "edition").get(pk=task.pk)
    WorkflowState.objects.select_for_update().filter(pk=task_state.workflow_state_id).values(
        "pk"
    ).first()
    page = task_state.revision.as_object()
    if not isinstance(page, RequiresApproval) or page.alias_of_id:
        raise PermissionDenied(_("A panel reviews only pages that need an approval."))
    if lacks := page.blocking_findings():
        raise IncompletePage(page.title, lacks)
    edition = _edition(task)
    facts = page.review_facts()
    criteria = edition_snapshot(edition, facts)
    if not criteria["domains"]:
        raise PermissionDenied(
            _("No criterion of %(edition)s applies to this page.") % {"edition": edition}
        )
    case, before, opened = _case_of(page, actor)
    round_ = ReviewRound.objects.create(
        case=case,
        number=before.number + 1 if before else 1,
        revision=task_state.revision,
        rule=task.rule,
        edition=edition,
        rule_snapshot=rule_snapshot(task.rule),
        edition_snapshot=criteria,
        facts=facts,
        units=[list(unit) for unit in page.review_units()],
        task_state=task_state,
    )
    if task.rule.used_at is None:
        ReviewRule.objects.filter(pk=task.rule_id, used_at=None).update(used_at=timezone.now())
    seats = _invite_again(round_, before) if before else []
    # Only now: how far back ties count is the rule's, which the wall finds by the round.
    round_.chair = _chair(task, case, before)
    round_.save(update_fields=["chair", "state", "opened_at", "due_at"])
    record(
        case=case,
        kind="round_opened",
        actor=actor,
        after=opened,
        round=round_.number,
        revision=round_.revision_id,
        rule=str(task.rule.uid),
        edition=str(edition.uid),
        chair=round_.chair_id,
        invited=[seat.reviewer_id for seat in seats],
    )
    _tell(round_, seats)
    return round_


def _edition(task: MultiReviewerApprovalTask) -> StandardsEdition:
    edition = (
        task.edition or StandardsEdition.objects.filter(state=EditionState.IN_FORCE.value).first()
    )
    if edition is None or edition.state == EditionState.DRAFT:
        raise PermissionDenied(_("There is no edition of the standards in force to review by."))
    return edition


def _case_of(page: Any, actor: Any) -> tuple[Case, ReviewRound | None, AuditEntry | None]:
    """Return the locked case and the round before; without an open case a new one and its entry."""
    case = (
        Case.objects.select_for_update()
        .filter(
            page=page.pk,
            kind__in=[CaseKind.INITIAL.value, CaseKind.RENEWAL.value],
            state__in=[state.value for state in OPEN_CASES],
        )
        .first()
    )
    if case is not None and case.state != CaseState.AWAITING_RESPONSE:
        raise PermissionDenied(
            _("Case %(number)s on this page is still in review.") % {"number": case.number}
        )
    parties = page.review_parties()
    before, opened = None, None
    if case is None:
        approved = Approval.objects.filter(page=page.pk, is_current=True).exists()
        case = Case.objects.create(
            number=next_number(CaseNumberSeries),
            page_id=page.pk,
            kind=(CaseKind.RENEWAL if approved else CaseKind.INITIAL).value,
            opened_by=actor,
            is_operators=any(party.is_operator for party in parties),
        )
        opened = record(
            case=case, kind="case_opened", actor=actor, page=page.pk, case_kind=case.kind
        )
    else:
        before = ReviewRound.objects.filter(case=case).order_by("-number").first()
        if before is not None and before.response_items.filter(answer="").exists():
            raise PermissionDenied(
                _("Answer every point of the decision on case %(number)s before you submit again.")
                % {"number": case.number}
            )
        case.state = CaseState.IN_REVIEW.value
        case.is_operators |= any(party.is_operator for party in parties)
        case.save(update_fields=["state", "is_operators"])
    CaseParty.objects.bulk_create(
        (CaseParty(case=case, organisation=party) for party in parties), ignore_conflicts=True
    )
    return case, before, opened


def _chair(task: MultiReviewerApprovalTask, case: Case, before: ReviewRound | None) -> Any:
    """Return the chair of the round before, else the first of the task's without a conflict."""
    free = list(
        task.chairs.filter(is_active=True).exclude(pk__in=conflicted_users(case)).order_by("pk")
    )
    again = [user for user in free if before and user.pk == before.chair_id]
    return next(iter([*again, *free]), None)


def _invite_again(round_: ReviewRound, before: ReviewRound) -> list[Assignment]:
    """Invite whoever filed in the round before; the panel stands where that fills its seats."""
    now = timezone.now()
    rule = round_.rule_snapshot
    seats = Assignment.objects.bulk_create(
        Assignment(
            round=round_,
            reviewer=filed.reviewer,
            role_class=filed.role_class,
            seat=filed.seat,
            invited_at=now,
            respond_by=now + dt.timedelta(days=rule["response_days"]),
        )
        for filed in Assignment.objects.filter(
            round=before,
            state__in=[state.value for state in HAS_FILED],
            reviewer__is_active=True,
            reviewer__reviewer_profile__is_active=True,
        )
        .exclude(reviewer__in=conflicted_users(round_.case))
        .select_related("reviewer")
        .order_by("seat")
    )
    roles = [seat.role_class for seat in seats]
    if len(seats) >= rule["seats"] and all(
        roles.count(role) >= least for role, least in rule["composition"].items()
    ):
        round_.state = RoundState.REVIEWING.value
        round_.opened_at = now
        round_.due_at = now + dt.timedelta(days=rule["response_days"] + rule["review_days"])
    return seats


def _tell(round_: ReviewRound, seats: list[Assignment]) -> None:
    case = round_.case
    messages = [
        Message(
            key=f"invited:{seat.uid}",
            recipient=seat.reviewer,
            case=case,
            subject=_("Case %(number)s: a revised version to review") % {"number": case.number},
            body=_(
                "The provider has revised what you reviewed. Please accept or decline by %(day)s."
            )
            % {"day": timezone.localtime(seat.respond_by).date().isoformat()},
            can_wait=False,
        )
        for seat in seats
    ]
    if round_.chair is not None:
        messages.append(
            Message(
                key=f"round-opened:{round_.uid}",
                recipient=round_.chair,
                case=case,
                subject=_("Case %(number)s: round %(round)s is yours to chair")
                % {"number": case.number, "round": round_.number},
                body=_("A curriculum was submitted for review. Please put its panel together."),
            )
        )
    else:
        messages += [
            Message(
                key=f"no-chair:{round_.uid}:{overseer.pk}",
                recipient=overseer,
                case=case,
                subject=_("Case %(number)s has no chair") % {"number": case.number},
                body=_("Every chair of its task has a conflict of interest. Please name another."),
                can_wait=False,
            )
            for overseer in overseers_of(case)
        ]
    queue_messages(messages)
