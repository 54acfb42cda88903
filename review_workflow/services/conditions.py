"""Conditions of an approval: met one by one; the last one ends that it is provisional."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from review_workflow.enums import APPROVING, ApprovalEventKind, ApprovalStatus
from review_workflow.lifecycle import Event
from review_workflow.models import Approval, Condition
from review_workflow.parsing import clean_text
from review_workflow.permissions import CaseAccess, access_to
from review_workflow.signals import condition_met

from .approvals import record_approval_event
from .audit import record
from .locking import lock_round

MAX_NOTE = 20_000
_PAUSED = frozenset({ApprovalStatus.UNDER_REVIEW, ApprovalStatus.SUSPENDED})


def can_meet(access: CaseAccess, condition: Condition, user: Any) -> bool:
    """Return whether `user` may say that the condition is met: its verifier or the chair.

    `access` is what `access_to` answered for the round that decided, so that the wall holds.
    """
    if not access.can_see or condition.met_at is not None:
        return False
    stands = not condition.decision.is_superseded
    approves = condition.decision.outcome in {outcome.value for outcome in APPROVING}
    return stands and approves and (access.is_chair or condition.verifier_id == user.pk)


def can_read_evidence(access: CaseAccess, condition: Condition, user: Any) -> bool:
    """Return whether `user` may open the document: who manages the case, and the verifier."""
    return access.can_see and (access.manages or condition.verifier_id == user.pk)


@transaction.atomic
def meet_condition(
    *, condition_id: int, note: str, actor: Any, file: "File[bytes] | None" = None
) -> Condition:
    """Record that a condition is met, with what was found; a second time changes nothing.

    With the last one the approval gets the event that ends its being provisional. Raises
    PermissionDenied for anybody but the verifier and the chair, ValidationError without a note.
    """
    round_id = Condition.objects.values_list("decision__round", flat=True).get(pk=condition_id)
    round_ = lock_round(round_id)
    condition = Condition.objects.select_related("decision").get(pk=condition_id)
    access = access_to(actor, round_)
    if condition.met_at is not None and condition.met_by_id == actor.pk and access.can_see:
        return condition
    if not can_meet(access, condition, actor):
        raise PermissionDenied(_("Only its verifier or the chair can close an open condition."))
    note = clean_text(note).strip()
    if not note:
        raise ValidationError({"note": _("Say what shows that the condition is met.")})
    if len(note) > MAX_NOTE:
        raise ValidationError({"note": _("Shorten this text to %d characters.") % MAX_NOTE})
    condition.met_at, condition.met_by, condition.evidence_note = timezone.now(), actor, note
    if file is not None:
        condition.evidence_file.save(file.name or "document", file, save=False)
    condition.save(update_fields=["met_at", "met_by", "evidence_note", "evidence_file"])
    record(case=round_.case, kind="condition_met", actor=actor, condition=str(condition.uid))
    if not condition.decision.conditions.filter(met_at=None).exists():
        _close_all(condition, actor)
        record(case=round_.case, kind="conditions_met", actor=actor, round=round_.number)
    condition_met.send(sender=Condition, condition=condition)
    return condition


def _close_all(condition: Condition, actor: Any) -> None:
    approval = Approval.objects.filter(decision=condition.decision_id, is_current=True).first()
    if approval is None:
        return
    if approval.standing in _PAUSED:
        raise ValidationError(
            {
                "note": _("The approval is %(status)s: close its last condition afterwards.")
                % {"status": approval.get_status_display().lower()}
            }
        )
    if approval.standing == ApprovalStatus.PROVISIONAL:
        record_approval_event(
            approval=approval,
            event=Event(ApprovalEventKind.CONDITIONS_MET, timezone.localdate()),
            reason=_("All conditions of the decision are met."),
            actor=actor,
        )
