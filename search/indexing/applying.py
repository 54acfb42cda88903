"""Applies what was recorded: reads the truth anew and writes it; what fails is kept and retried."""

from collections.abc import Callable, Iterable, Sequence

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from search.generations import next_generation, site_changes_wait
from search.models import SearchRecord

from .changes import BATCH
from .copying import (
    MAX_ERROR_LENGTH,
    copy_after_commit,
    copy_waiting_after_commit,
    pause_after,
)
from .writing import Applied, write_records

Progress = Callable[[int, int], None]
"""Called with what is done and what there is to do."""


def apply_changes(record_ids: Iterable[int]) -> Applied:
    """Apply the pending changes of these records and count waiting site changes."""
    applied = Applied()
    ids = list(record_ids)
    for first in range(0, len(ids), BATCH):
        applied += _apply_batch(ids[first : first + BATCH])
    if site_changes_wait():
        with transaction.atomic():
            next_generation(())
    copy_after_commit(ids)
    return applied


def apply_due() -> Applied:
    """Apply and copy what waits, apart from what failed and rests: the due work of the search."""
    return apply_pending(overdue_only=True)


def try_again(record_ids: Sequence[int]) -> int:
    """Let records rest no longer: apply and copy them now; return how many there are."""
    SearchRecord.objects.filter(pk__in=record_ids).update(attempts=0, error="", retry_at=None)
    apply_changes(record_ids)
    return len(record_ids)


def apply_pending(
    limit: int | None = None, progress: Progress | None = None, *, overdue_only: bool = False
) -> Applied:
    """Apply what was recorded but not applied yet, the oldest first; failures stay for later.

    Then copy what waits for it: of both, at most `limit` records.
    """
    pending = SearchRecord.objects.pending().order_by("changed_at", "pk")
    waiting = (pending.due() if overdue_only else pending).values_list("pk", flat=True)
    ids = list(waiting if limit is None else waiting[:limit])
    applied = apply_changes(())
    for first in range(0, len(ids), BATCH):
        applied += _apply_batch(ids[first : first + BATCH])
        if progress:
            progress(min(first + BATCH, len(ids)), len(ids))
    copy_waiting_after_commit(limit, overdue_only=overdue_only)
    return applied


def _apply_batch(record_ids: Sequence[int]) -> Applied:
    """Apply a batch in one transaction; where it fails, record by record."""
    try:
        with transaction.atomic():
            return _apply(record_ids)
    except Exception as error:  # noqa: BLE001 - the error is kept with the record and retried
        if len(record_ids) == 1:
            return _failed(record_ids[0], error)
    applied = Applied()
    for record_id in record_ids:
        applied += _apply_batch([record_id])
    return applied


def _failed(record_id: int, error: Exception) -> Applied:
    text = f"{type(error).__name__}: {error}"[:MAX_ERROR_LENGTH].replace("\0", "")
    row = SearchRecord.objects.filter(pk=record_id)
    attempts = row.values_list("attempts", flat=True).first() or 0
    row.update(
        attempts=F("attempts") + 1, error=text, retry_at=timezone.now() + pause_after(attempts)
    )
    return Applied(failed=1)


def _apply(record_ids: Sequence[int]) -> Applied:
    locked = list(
        SearchRecord.objects.pending()
        .filter(pk__in=record_ids)
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("pk")
        .defer("payload", "body", "vocabulary", "facets")
    )
    if not locked:
        return Applied()
    return write_records(locked)
