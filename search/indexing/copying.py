"""Copies rows to the engine beside the database, where the settings name one.

Always after the rows' commit, from the rows alone. What the engine does not take stays behind in
`copied_version`; as long as anything does, the database answers (`all_copied`).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from itertools import groupby
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from search.engines import (
    CopyEngine,
    EngineUnavailable,
    IndexedRecord,
    RecordsRefused,
    Removal,
    State,
    copy_engine,
)
from search.generations import next_generation
from search.models import SearchRecord
from search.text import analyse

from .states import current_state

COPY_BATCH = 200
MAX_ERROR_LENGTH = 2_000
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(hours=1)

_complete: set[State] = set()
"""The last state of the index that was seen copied as a whole: it stays so."""


def all_copied(state: State) -> bool:
    """Return whether nothing of this state waits for the engine beside the database."""
    if state in _complete:
        return True
    if SearchRecord.objects.uncopied().exists():
        return False
    _complete.clear()
    _complete.add(state)
    return True


def not_copied() -> int:
    """Return how many records wait for the engine beside the database; 0 where there is none."""
    return SearchRecord.objects.uncopied().count() if copy_engine() else 0


def copy_after_commit(record_ids: Sequence[int]) -> None:
    """Copy these records once the transaction, if there is one, has committed.

    Somebody waits for it: a cluster that is slow is left to the due work.
    """
    if record_ids and copy_engine():
        transaction.on_commit(partial(_copy, list(record_ids), patient=False))


def copy_waiting_after_commit(limit: int | None = None, *, overdue_only: bool = False) -> None:
    """Copy what waits, after the commit; what failed before comes last.

    With `overdue_only`, what was refused rests until its time.
    """
    if copy_engine():
        transaction.on_commit(partial(_copy_waiting, limit, overdue_only))


def distrust_copies() -> None:
    """Note that nothing is copied: the database answers until everything is."""
    with transaction.atomic():
        SearchRecord.objects.filter(copied_version__gt=0).update(copied_version=0)
        next_generation(())


def _copy_waiting(limit: int | None, overdue_only: bool) -> None:  # noqa: FBT001 - bound by partial
    if all_copied(current_state()):
        return
    waiting = SearchRecord.objects.uncopied().order_by("attempts", "changed_at", "pk")
    if overdue_only:
        waiting = waiting.due()
    _copy(waiting.values_list("pk", flat=True)[:limit], only_waiting=True)


def _copy(record_ids: Iterable[int], *, only_waiting: bool = False, patient: bool = True) -> None:
    """Copy records batch by batch; a server that is away is not asked again for the next one."""
    engine = copy_engine()
    if engine is None:
        return
    ids = list(record_ids)
    for first in range(0, len(ids), COPY_BATCH):
        rows = SearchRecord.objects.filter(pk__in=ids[first : first + COPY_BATCH])
        waiting = list(rows.uncopied() if only_waiting else rows)
        if not _copy_batch(engine, waiting, patient=patient):
            return


def _copy_batch(engine: CopyEngine, rows: Sequence[SearchRecord], *, patient: bool) -> bool:
    """Copy rows and note what became of them; return whether the server was there."""
    refused: dict[str, str] = {}
    written = [row for row in rows if row.indexed_version]
    if engine.rests() and not patient:
        return False  # somebody waits; due work asks whether the cluster is back
    try:
        if not engine.exists():
            distrust_copies()  # first: nobody may take an empty index for the catalog
            engine.prepare()
            for row in written:
                row.copied_version = 0
        engine.write(*as_stored(written), patient=patient)
    except EngineUnavailable as error:
        _note([row.pk for row in written], str(error))
        return False
    except RecordsRefused as error:
        refused = dict(error.reasons)
    for row in written:
        if (reason := refused.get(str(row.uid))) is not None:
            _note([row.pk], reason, rest=pause_after(row.attempts))
    _mark([row for row in written if str(row.uid) not in refused])
    return True


def as_stored(rows: Sequence[SearchRecord]) -> tuple[list[IndexedRecord], list[Removal]]:
    """Return what an engine stores of rows: the visible ones, and the removals."""
    return (
        [_stored(row, row.payload) for row in rows if row.payload is not None],
        [Removal(row.pk, str(row.uid), row.indexed_version) for row in rows if row.payload is None],
    )


def _stored(row: SearchRecord, payload: Mapping[str, Any]) -> IndexedRecord:
    """Return what an engine stores of a visible row."""
    return IndexedRecord(
        id=row.pk,
        uid=str(row.uid),
        version=row.indexed_version,
        kind=row.kind,
        locale=row.locale,
        payload=payload,
        facets=row.facets,
        parts=row.parts,
        analysis=analyse(title=payload["title"], summary=payload["summary"], body=row.body),
        body=row.body,
        sort_title=row.sort_title,
        sort_date=row.sort_date,
        minutes=row.minutes,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
    )


def _mark(rows: Sequence[SearchRecord]) -> None:
    """Note the versions that were sent, except where another process noted one meanwhile."""

    def versions(row: SearchRecord) -> tuple[int, int]:
        return row.indexed_version, row.copied_version

    with transaction.atomic():
        for (sent, before), group in groupby(sorted(rows, key=versions), versions):
            SearchRecord.objects.filter(
                pk__in=[row.pk for row in group], copied_version=before
            ).update(copied_version=sent, attempts=0, error="", retry_at=None)


def _note(record_ids: Sequence[int], reason: str, *, rest: timedelta | None = None) -> None:
    """Keep why records wait. A server that is away rests none: it is asked for all or none."""
    SearchRecord.objects.filter(pk__in=record_ids).update(
        attempts=F("attempts") + 1,
        error=reason[:MAX_ERROR_LENGTH].replace("\0", ""),
        retry_at=timezone.now() + rest if rest else None,
    )


def pause_after(attempts: int) -> timedelta:
    """Return how long a record that was refused rests: twice as long each time, an hour at most."""
    return min(FIRST_PAUSE * 2 ** min(attempts, 20), LONGEST_PAUSE)
