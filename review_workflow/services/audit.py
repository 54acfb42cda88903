"""Writing the record: every change of a case's state appends one entry to its chain."""

from typing import Any

from django.utils import timezone

from review_workflow.models import AuditEntry, Case


def record(
    *, case: Case, kind: str, actor: Any = None, after: AuditEntry | None = None, **payload: Any
) -> AuditEntry:
    """Append an entry to the record of `case`, whose row the caller has locked.

    `payload` is plain JSON; people stand in it by primary key, never by name or address. `after`
    is the entry before, where the caller has just written it: it is not looked for then.
    """
    last = (
        {"seq": after.seq, "hash": after.hash}
        if after
        else AuditEntry.objects.filter(case=case).order_by("-seq").values("seq", "hash").first()
    )
    entry = AuditEntry(
        case=case,
        seq=last["seq"] + 1 if last else 1,
        kind=kind,
        payload=payload,
        actor=actor,
        recorded_at=timezone.now(),
        prev_hash=last["hash"] if last else "",
    )
    entry.hash = entry.computed_hash()
    entry.save()
    return entry
