"""The chair's decision: one transaction from the verdict to the approval and Wagtail's workflow."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import TaskState

from review_workflow.enums import (
    APPROVING,
    ApprovalBasis,
    CaseState,
    Outcome,
    RoundState,
)
from review_workflow.models import (
    Approval,
    Assignment,
    Condition,
    Decision,
    ResponseItem,
    ReviewRound,
)
from review_workflow.permissions import access_to, conflicted_users
from review_workflow.policy import Verdict
from review_workflow.selectors.matrix import criteria_of
from review_workflow.selectors.verdicts import verdict_of
from review_workflow.signals import decision_made

from .approvals import Term, grant_approval
from .audit import record
from .letters import letter_fault, queue_letter
from .locking import lock_running_round
from .publication import read_once

POINTS_NEEDED = frozenset({Outcome.APPROVE_WITH_CONDITIONS, Outcome.REVISE_AND_RESUBMIT})
"""Outcomes that say what is still wanted; the others take no conditions."""


@dataclass(frozen=True, slots=True)
class ConditionSpec:
    """A condition of an approval, or a point that the provider has to answer."""

    criterion_id: int | None
    evidence_wanted: str
    due_on: dt.date
    verifier: Any


@transaction.atomic
def decide(
    *,
    round_id: int,
    outcome: Outcome,
    actor: Any,
    revision_id: int,
    letter: str,
    override_reason: str = "",
    conditions: Sequence[ConditionSpec] = (),
    expires_on: dt.date | None = None,
) -> Decision:
    """Decide a round as its chair; return the decision.

    An approval is granted for the revision that was reviewed, which is published whatever was
    drafted since. Wagtail's workflow ends with it, waits for changes after revise and resubmit,
    and is cancelled by any other outcome. A reason is needed, and kept, where the outcome is not
    the rule's. The letter is frozen and queued. Raises PermissionDenied for whoever does not chair
    the round or where it has ended, ValidationError naming the fields at fault; nothing is written
    then.
    """
    round_ = lock_running_round(round_id)
    if not access_to(actor, round_).can_decide:
        raise PermissionDenied(_("Only the chair of this round decides; nothing was changed."))
    task_state = _task_state(round_)
    verdict = verdict_of(round_)
    departs = outcome != verdict.outcome
    _check_outcome(outcome, verdict, override_reason.strip() if departs else "-", expires_on)
    _check_basis(round_, revision_id, letter)
    _check_conditions(round_, outcome, conditions)
    decision = Decision.objects.create(
        round=round_,
        outcome=outcome.value,
        rule_outcome=verdict.outcome.value if verdict.outcome else "",
        sentence=verdict.sentence,
        tally=verdict.tally,
        override_reason=override_reason.strip() if departs else "",
        decided_by=actor,
        letter=letter,
        letter_sha256=hashlib.sha256(letter.encode()).hexdigest(),
    )
    _keep_points(decision, outcome, conditions)
    _close(round_, outcome, decision.decided_at)
    record(
        case=round_.case,
        kind="decided",
        actor=actor,
        round=round_.number,
        decision=str(decision.uid),
        outcome=decision.outcome,
        rule_outcome=decision.rule_outcome,
        is_override=departs,
        letter_sha256=decision.letter_sha256,
    )
    with read_once(round_.revision):
        if outcome in APPROVING:
            _approve(round_, decision, actor, expires_on or last_day(round_), bool(conditions))
        if task_state is not None:
            _end_task(task_state, outcome, round_.case.page)
    queue_letter(decision)
    decision_made.send(sender=Decision, decision=decision)
    return decision


def last_day(round_: ReviewRound) -> dt.date:
    """Return the last day of an approval that is given today, by the rule of the round."""
    today = timezone.localdate()
    year = today.year + int(round_.rule_snapshot["approval_years"])
    try:
        anniversary = today.replace(year=year)
    except ValueError:  # the 29th of February
        anniversary = today.replace(year=year, day=28)
    return anniversary - dt.timedelta(days=1)


def _task_state(round_: ReviewRound) -> TaskState | None:
    """Return Wagtail's task state of the round, None where it runs without a workflow.

    Raises PermissionDenied where Wagtail no longer waits for it: somebody cancelled.
    """
    state = round_.task_state
    if state is None:
        return None
    workflow = state.workflow_state
    if (
        state.status != state.STATUS_IN_PROGRESS
        or workflow.status != workflow.STATUS_IN_PROGRESS
        or workflow.current_task_state_id != state.pk
    ):
        raise PermissionDenied(_("The workflow was ended in the meantime; nothing was changed."))
    state.revision = round_.revision
    workflow.current_task_state = state
    round_.task_state = state
    return state


def _check_outcome(
    outcome: Outcome, verdict: Verdict, reason: str, expires_on: dt.date | None
) -> None:
    faults: dict[str, str] = {}
    if outcome is Outcome.WITHDRAWN:
        faults["outcome"] = _("A case is withdrawn by whoever submitted it, not decided so.")
    elif outcome in APPROVING and not verdict.tally["counted"]:
        faults["outcome"] = _("Nothing can be approved before a review is filed that counts.")
    if not reason:
        faults["override_reason"] = _("Say why the decision departs from the rule.")
    if expires_on is not None and outcome not in APPROVING:
        faults["expires_on"] = _("Only an approval has a last day.")
    elif expires_on is not None and expires_on < timezone.localdate():
        faults["expires_on"] = _("This day has passed.")
    if faults:
        raise ValidationError(faults)


def _check_basis(round_: ReviewRound, revision_id: int, letter: str) -> None:
    faults: dict[str, str] = {}
    if revision_id != round_.revision_id:
        faults["revision"] = _("You looked at another version than the one under review.")
    if not letter.strip():
        faults["letter"] = _("Write the letter that says what was decided.")
    elif fault := letter_fault(round_, letter):
        faults["letter"] = fault
    if faults:
        raise ValidationError(faults)


def _check_conditions(
    round_: ReviewRound, outcome: Outcome, conditions: Sequence[ConditionSpec]
) -> None:
    faults: list[str] = []
    if outcome in POINTS_NEEDED and not conditions:
        faults.append(_("Say what is still wanted, in at least one point."))
    if outcome not in POINTS_NEEDED and conditions:
        faults.append(_("This outcome takes no conditions."))
    criteria = criteria_of(round_)
    today = timezone.localdate()
    for place, condition in enumerate(conditions, 1):
        if condition.criterion_id is not None and condition.criterion_id not in criteria:
            faults.append(_("Condition %(place)d is on no criterion of this round."))
        elif not condition.evidence_wanted.strip():
            faults.append(_("Condition %(place)d does not say which evidence is wanted."))
        elif condition.due_on < today:
            faults.append(_("Condition %(place)d is due on a day that has passed."))
        else:
            continue
        faults[-1] %= {"place": place}
    if conditions and not _can_verify(round_, {each.verifier.pk for each in conditions}):
        faults.append(_("Conditions are verified by the chair or by a reviewer of this round."))
    if faults:
        raise ValidationError({"conditions": faults})


def _can_verify(round_: ReviewRound, users: set[int]) -> bool:
    """Return whether all of them may see the case: its chair, or who holds a seat and may."""
    from_panel = users - {round_.chair_id}
    seated = (
        Assignment.objects.filter(
            round=round_, reviewer__in=from_panel, reviewer__is_active=True, filed_at__isnull=False
        )
        .exclude(reviewer__in=conflicted_users(round_.case))
        .count()
    )
    return seated == len(from_panel)


def _keep_points(decision: Decision, outcome: Outcome, conditions: Sequence[ConditionSpec]) -> None:
    """Keep what is wanted: as conditions of an approval, as points to answer of a revision."""
    if outcome in APPROVING:
        Condition.objects.bulk_create(
            Condition(
                decision=decision,
                order=order,
                criterion_id=each.criterion_id,
                evidence_wanted=each.evidence_wanted.strip(),
                due_on=each.due_on,
                verifier=each.verifier,
            )
            for order, each in enumerate(conditions)
        )
    else:
        ResponseItem.objects.bulk_create(
            ResponseItem(
                round=decision.round,
                order=order,
                criterion_id=each.criterion_id,
                asked=each.evidence_wanted.strip(),
            )
            for order, each in enumerate(conditions)
        )


def _close(round_: ReviewRound, outcome: Outcome, now: dt.datetime) -> None:
    round_.state, round_.closed_at = RoundState.DECIDED.value, now
    round_.save(update_fields=["state", "closed_at"])
    case = round_.case
    if outcome is Outcome.REVISE_AND_RESUBMIT:
        case.state = CaseState.AWAITING_RESPONSE.value
    else:
        case.state, case.closed_at = CaseState.DECIDED.value, now
    case.save(update_fields=["state", "closed_at"])


def _approve(
    round_: ReviewRound,
    decision: Decision,
    actor: Any,
    expires_on: dt.date,
    provisional: bool,  # noqa: FBT001 - whether conditions are open
) -> Approval:
    """Grant the approval of the reviewed revision and publish exactly that one.

    Where `CLEARINGHOUSE_SAMPLE_APPROVALS` is set, as in the demonstration, it is a sample.

    Wagtail's history names nobody: whoever may read it may not know the panel. The approval's own
    history does.
    """
    is_sample = bool(getattr(settings, "CLEARINGHOUSE_SAMPLE_APPROVALS", False))
    return grant_approval(
        page=round_.case.page,
        basis=ApprovalBasis.SAMPLE if is_sample else ApprovalBasis.PANEL,
        number=f"{'SAMPLE' if is_sample else 'CH'}-{round_.case.number}",
        public_wording=_("A sample of the demonstration; no decision of any authority.")
        if is_sample
        else "",
        term=Term(timezone.localdate(), expires_on),
        reason=_("Decided in case %(number)s, round %(round)d. %(sentence)s")
        % {
            "number": round_.case.number,
            "round": round_.number,
            "sentence": decision.sentence,
        },
        actor=actor,
        revision=round_.revision,
        provisional=provisional,
        is_named=False,
        decision=decision,
        edition_id=round_.edition_id,
    )


def _end_task(task_state: TaskState, outcome: Outcome, page: Any) -> None:
    """Lead Wagtail's workflow to its end, without a name and without words of the panel."""
    workflow = task_state.workflow_state
    if page.latest_revision_id == task_state.revision_id:
        page.latest_revision = task_state.revision
    workflow.content_object = page
    if outcome in APPROVING:
        # No update: after a later draft Wagtail would start the task again instead of ending.
        task_state.approve(update=False)
        workflow.finish()
    elif outcome is Outcome.REVISE_AND_RESUBMIT:
        task_state.reject()
    else:
        task_state.reject(update=False)
        workflow.cancel()
