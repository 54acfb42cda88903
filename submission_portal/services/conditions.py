"""Handing in what is to show that a condition of an approval is met."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import File
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from curriculum_pages.services import claim_content
from review_workflow.models import Condition
from review_workflow.parsing import clean_text
from review_workflow.services import Message, queue_messages
from review_workflow.services.wording import absolute, in_the_sites_language
from submission_portal.models import ConditionUpload, Submission
from submission_portal.permissions import access_to_submission
from submission_portal.selectors.obligations import conditions_in_force

from .files import name_of, take_in
from .locking import lock_submission, require

MAX_NOTE = 10_000


def hand_in_evidence(
    *,
    submission_id: int,
    condition_uid: UUID,
    note: str,
    actor: Any,
    upload: "File[bytes] | None" = None,
) -> ConditionUpload:
    """Keep a note, with or without a file, tell whoever verifies the condition, and return it.

    Raises PermissionDenied for whoever does not write for the provider and where the condition is
    none of this submission's or closed, ValidationError without a note and for a file that cannot
    be taken.
    """
    text = _checked_note(note)
    # Reading, scanning and storing take their time: before the lock, but for nobody else.
    submission = Submission.objects.select_related("case").get(pk=submission_id)
    require(access_to_submission(actor, submission).writes, _not_yours())
    _open_condition(submission, condition_uid)
    name, content = _taken_in(upload)
    with transaction.atomic():
        submission, access = lock_submission(submission_id, actor)
        require(access.writes, _not_yours())
        condition = _open_condition(submission, condition_uid)
        kept = ConditionUpload.objects.create(
            condition=condition,
            note=text,
            name=name,
            stored_file=claim_content(content) if content is not None else None,
            uploaded_by=actor,
        )
        _tell_verifiers(condition, kept)
    return kept


def _not_yours() -> str:
    return _("Only an owner or editor hands in evidence; nothing was kept.")


def _checked_note(note: str) -> str:
    text = clean_text(note).strip()
    if not text:
        raise ValidationError({"note": _("Say how the condition is met.")})
    if len(text) > MAX_NOTE:
        raise ValidationError({"note": _("Shorten this text to %d characters.") % MAX_NOTE})
    return text


def _open_condition(submission: Submission, uid: UUID) -> Condition:
    found = conditions_in_force(submission).filter(uid=uid, met_at=None).first()
    if found is None:
        raise PermissionDenied(_("This condition is not open; nothing was kept."))
    return found


def _taken_in(upload: "File[bytes] | None") -> tuple[str, Any]:
    """Return name and stored content of an upload; nothing where there is none."""
    if upload is None:
        return "", None
    name = name_of(upload)
    return name, take_in(upload, name, field="file")


def _tell_verifiers(condition: Condition, kept: ConditionUpload) -> None:
    """Queue a mail to the verifier and the chair; the wall of the case is theirs, too."""
    round_ = condition.decision.round
    people = {user.pk: user for user in (condition.verifier, round_.chair) if user is not None}
    address = absolute(reverse("portal_evidence", args=[condition.uid]))
    with in_the_sites_language():
        subject = _("Case %(number)s: evidence for a condition") % {"number": round_.case.number}
        body = _("The provider has handed in evidence for a condition of the approval.")
    queue_messages(
        Message(
            key=f"condition-evidence:{kept.uid}:{user.pk}",
            recipient=user,
            case=round_.case,
            subject=subject,
            body=f"{body}\n\n{address}",
        )
        for user in people.values()
    )
