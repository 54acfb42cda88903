"""Writes of the review workflow. Every grant of an approval goes through `grant_approval`."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Revision

from review_workflow.enums import IN_FORCE, ApprovalBasis, ApprovalEventKind
from review_workflow.lifecycle import Event, ImpossibleEvent, life_of
from review_workflow.models import Approval, ApprovalEvent, Decision
from review_workflow.models.approval import canonical_json
from review_workflow.signals import approval_changed

from .publication import publish_revision, read_once

SNAPSHOT_SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Term:
    """From when to when an approval counts; both days included."""

    approved_on: date
    expires_on: date


@transaction.atomic
def grant_approval(
    *,
    page: Any,
    basis: ApprovalBasis,
    number: str,
    term: Term,
    reason: str,
    actor: Any = None,
    revision: Revision | None = None,
    public_wording: str = "",
    provisional: bool = False,
    document: "File[bytes] | None" = None,
    publish: bool = True,
    is_named: bool = True,
    content: Any = None,
    decision: Decision | None = None,
    edition_id: int | None = None,
) -> Approval:
    """Create the approval of `page` at `revision` (its latest where not given) and publish it.

    An approval of the page that still stands is superseded. With `publish=False` the caller
    publishes in the same transaction; with `is_named=False` Wagtail's history does not tell who
    published. `content` is the page as the revision holds it, where the
    caller has it at hand; else it is read from the revision. `decision` and `edition_id` say what
    the approval by a panel rests on. Sends `approval_changed`. Raises
    ValidationError naming the field at fault; nothing is written then.
    """
    revision = revision or page.get_latest_revision() or page.save_revision(user=actor)
    _check_grant(
        page=page,
        basis=basis,
        number=number,
        term=term,
        reason=reason,
        document=document,
        revision=revision,
    )
    _lock_page(page)
    _supersede_current(page, actor=actor, on=term.approved_on, number=number)
    with read_once(revision):
        snapshot = (content or revision.as_object()).approval_snapshot()
        granted = Event(ApprovalEventKind.GRANTED, term.approved_on, term.expires_on, provisional)
        approval = _create_approval(
            number=number,
            page_id=page.pk,
            revision=revision,
            basis=basis.value,
            decision=decision,
            edition_id=edition_id,
            snapshot=snapshot,
            snapshot_schema=SNAPSHOT_SCHEMA,
            snapshot_sha256=hashlib.sha256(canonical_json(snapshot).encode()).hexdigest(),
            approved_on=term.approved_on,
            expires_on=term.expires_on,
            standing=life_of([granted]).standing.value,
        )
        _append_event(
            approval,
            granted,
            history=[],
            reason=reason,
            actor=actor,
            public_wording=public_wording,
            document=document,
        )
        is_public = (
            publish
            and approval.status_today in IN_FORCE
            and publish_revision(revision, actor if is_named else None)
        )
        approval_changed.send(
            sender=Approval, page_id=approval.page_id, approval=approval, is_page_saved=is_public
        )
    return approval


@transaction.atomic
def record_approval_event(
    *,
    approval: Approval,
    event: Event,
    reason: str,
    actor: Any = None,
    public_wording: str = "",
    document: "File[bytes] | None" = None,
) -> ApprovalEvent:
    """Append `event` to the approval's history and bring its cached columns up to date.

    Sends `approval_changed`. Raises ValidationError where the event cannot follow the history.
    """
    approval = Approval.objects.select_for_update().get(pk=approval.pk)
    history = list(approval.events.order_by("seq"))
    try:
        life = life_of([*(entry.as_event() for entry in history), event])
    except ImpossibleEvent as error:
        raise ValidationError({"kind": str(error)}) from error
    entry = _append_event(
        approval,
        event,
        history=history,
        reason=reason,
        actor=actor,
        public_wording=public_wording,
        document=document,
    )
    approval.standing = life.standing.value
    approval.approved_on, approval.expires_on = life.approved_on, life.expires_on
    approval.save(update_fields=["standing", "approved_on", "expires_on"])
    if life.standing not in IN_FORCE:
        # A revision waiting for its hour must not go live without an approval.
        Revision.objects.filter(object_id=str(approval.page_id)).filter(
            pk=approval.revision_id
        ).update(approved_go_live_at=None)
    approval_changed.send(sender=Approval, page_id=approval.page_id, approval=approval)
    return entry


def _append_event(
    approval: Approval,
    event: Event,
    *,
    history: Sequence[ApprovalEvent],
    document: "File[bytes] | None",
    **fields: Any,
) -> ApprovalEvent:
    """Append `event` to the history of an approval whose row is locked, or was made just now."""
    entry = ApprovalEvent(
        approval=approval,
        seq=len(history) + 1,
        kind=event.kind.value,
        effective_on=event.effective_on,
        until=event.until,
        provisional=event.provisional,
        recorded_at=timezone.now(),
        prev_hash=history[-1].hash if history else "",
        **fields,
    )
    if document is not None:
        entry.document_sha256 = hashlib.sha256(document.read()).hexdigest()
        document.seek(0)
        entry.document.save(document.name or "document", document, save=False)
    entry.hash = entry.computed_hash()
    entry.save()
    return entry


@transaction.atomic
def correct_approval(
    *, approval: Approval, term: Term, reason: str, revision: Revision, actor: Any = None
) -> Approval:
    """Put right what an imported approval says: its dates and the content it covers.

    Appends a `corrected` event that keeps the hash of the content before, and publishes `revision`
    where the approval is in force today. Raises ValidationError naming the field at fault: only an
    import's own approval may be corrected this way, and only to dates that could be granted.
    """
    approval = Approval.objects.select_for_update().get(pk=approval.pk)
    faults = _term_faults(term)
    if approval.basis != ApprovalBasis.IMPORTED:
        faults["basis"] = _("Only an imported approval can be corrected by an import.")
    if str(revision.object_id) != str(approval.page_id):
        faults["revision"] = _("The revision belongs to another page.")
    if faults:
        raise ValidationError(faults)
    record_approval_event(
        approval=approval,
        event=Event(ApprovalEventKind.CORRECTED, term.approved_on, term.expires_on),
        reason=f"{reason} [{approval.snapshot_sha256}]",
        actor=actor,
    )
    approval.refresh_from_db()
    snapshot = revision.as_object().approval_snapshot()
    approval.revision, approval.snapshot = revision, snapshot
    approval.snapshot_sha256 = hashlib.sha256(canonical_json(snapshot).encode()).hexdigest()
    approval.save(update_fields=["revision", "snapshot", "snapshot_sha256"])
    if approval.status_today in IN_FORCE:
        publish_revision(revision, actor)
    return approval


def _term_faults(term: Term) -> dict[str, str]:
    faults: dict[str, str] = {}
    if term.approved_on > timezone.localdate():
        faults["approved_on"] = _("The day of approval lies in the future.")
    if term.expires_on < term.approved_on:
        faults["expires_on"] = _("The last day lies before the day of approval.")
    return faults


def _check_grant(
    *,
    page: Any,
    basis: ApprovalBasis,
    number: str,
    term: Term,
    reason: str,
    document: "File[bytes] | None",
    revision: Revision,
) -> None:
    faults = _term_faults(term)
    if not number.strip():
        faults["number"] = _("Give the approval a number.")
    elif Approval.objects.filter(number=number).exists():
        faults["number"] = _number_taken(number)
    if not reason.strip():
        faults["reason"] = _("Say why the approval is granted.")
    if basis is ApprovalBasis.RECORDED and document is None:
        faults["document"] = _("Attach the document that proves the outside approval.")
    if str(revision.object_id) != str(page.pk):
        faults["revision"] = _("The revision belongs to another page.")
    if faults:
        raise ValidationError(faults)


def _number_taken(number: str) -> str:
    return _("Another approval has the number %(number)s.") % {"number": number}


def _create_approval(*, number: str, **fields: Any) -> Approval:
    try:
        with transaction.atomic():
            return Approval.objects.create(number=number, **fields)
    except IntegrityError as error:
        # Another page was granted the number after this one looked whether it is free.
        if not Approval.objects.filter(number=number).exists():
            raise
        raise ValidationError({"number": _number_taken(number)}) from error


def _lock_page(page: Any) -> None:
    type(page)._base_manager.select_for_update().filter(pk=page.pk).values_list("pk").first()


def _supersede_current(page: Any, *, actor: Any, on: date, number: str) -> None:
    current = Approval.objects.select_for_update().filter(page_id=page.pk, is_current=True).first()
    if current is None:
        return
    if current.status_today in IN_FORCE:
        record_approval_event(
            approval=current,
            event=Event(ApprovalEventKind.SUPERSEDED, on),
            reason=_("A new approval, %(number)s, takes its place.") % {"number": number},
            actor=actor,
        )
    Approval.objects.filter(pk=current.pk).update(is_current=False)


def verify_history(approval: Approval) -> Mapping[int, str]:
    """Return what is wrong with the approval's chain, by number of the entry; empty when whole."""
    faults: dict[int, str] = {}
    previous = ""
    for position, entry in enumerate(approval.events.order_by("seq"), start=1):
        if entry.seq != position:
            faults[entry.seq] = f"expected entry {position}"
        elif entry.prev_hash != previous:
            faults[entry.seq] = "does not follow the entry before it"
        elif entry.hash != entry.computed_hash():
            faults[entry.seq] = "was changed after it was recorded"
        previous = entry.hash
    return faults
