"""Builds a new version of the copy beside the one that serves, and lets it serve once it is whole.

From the rows alone. Whoever searches notices nothing: the new version takes what changed
meanwhile, is compared with the rows, and takes the alias over in one step, under the lock that
every change of the index takes. An interrupted build goes on where it was.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from itertools import islice

from django.db import transaction
from django.db.models import F

from search.comparing import Fault, differences
from search.engines import Build, CopyEngine, RecordsRefused, State
from search.generations import hold_generation
from search.indexing import (
    Progress,
    as_stored,
    changed_since,
    current_state,
    distrust_copies,
)
from search.models import SearchRecord

BATCH = 500
_SENDING = 2
"""Batches that are under way to the server while the next one is made."""
_NOTED = 10
"""How far a build came is kept once in so many batches."""
_SAMPLE = 50
_FEW = 1_000
"""So many changes at most are written under the lock."""
_ROUNDS = 20


class RebuildFailed(RuntimeError):  # noqa: N818 - says what is wrong, as the other errors do
    """The new version is not what the rows say; it was removed, and the old one serves on."""


def rebuild_copy(engine: CopyEngine, progress: Progress | None = None) -> int:
    """Build, catch up, verify, swap; return the number of documents that were written.

    Raises RebuildFailed, with the new version removed, and EngineUnavailable, with what was built
    kept for the next try. The version that served before is kept beside the new one.
    """
    build = engine.life.unfinished() or engine.life.begin(current_state())
    beside = engine.beside(build.index)
    try:
        written = _fill(engine, beside, build, progress)
        state, caught_up = _catch_up(beside, build.began)
        repaired = _verify(beside)
        engine.life.finish(build)
        last = _take_over(engine, beside, build, state)
    except (RecordsRefused, RebuildFailed) as error:
        engine.life.remove(build.index)
        raise RebuildFailed(_reason(error)) from error
    return written + caught_up + repaired + last


def roll_back(engine: CopyEngine) -> str:
    """Let the version before serve again; return its name. The database answers until it is whole.

    Raises RebuildFailed where there is none.
    """
    previous = engine.life.previous()
    if previous is None:
        raise RebuildFailed("No earlier version of the index is kept.")
    distrust_copies()
    engine.life.swap(previous)
    return previous


def _reason(error: Exception) -> str:
    if isinstance(error, RecordsRefused):
        uid, reason = next(iter(error.reasons.items()))
        return f"{len(error.reasons)} record(s) were refused; {uid}: {reason}"
    return str(error)


def _fill(engine: CopyEngine, beside: CopyEngine, build: Build, progress: Progress | None) -> int:
    """Write every row after the last one noted, in the order of keys, from a few threads."""
    rows = SearchRecord.objects.filter(indexed_version__gt=0)
    total, done = rows.count(), rows.filter(pk__lte=build.last).count()
    before = done
    under_way: deque[tuple[int, int, Future[None]]] = deque()

    def settle() -> None:
        nonlocal done
        last, count, sent = under_way.popleft()
        sent.result()
        done += count
        if progress:
            progress(done, total)
        if (done - before) // BATCH % _NOTED == 0:
            engine.life.note(replace(build, last=last))

    with ThreadPoolExecutor(_SENDING, thread_name_prefix="copying") as sending:
        for batch in _in_batches(build.last):
            if len(under_way) == _SENDING:
                settle()
            sent = sending.submit(beside.write, *as_stored(batch))
            under_way.append((batch[-1].pk, len(batch), sent))
        while under_way:
            settle()
    return done - before


def _in_batches(last: int) -> Iterator[list[SearchRecord]]:
    while batch := list(
        SearchRecord.objects.filter(pk__gt=last, indexed_version__gt=0)
        .order_by("pk")
        .defer("vocabulary")[:BATCH]
    ):
        yield batch
        last = batch[-1].pk


def _catch_up(beside: CopyEngine, since: State) -> tuple[State, int]:
    """Write what changed since a state, until little is left; return the state reached."""
    written = 0
    for _ in range(_ROUNDS):
        reached = current_state()
        changed = changed_since(since)
        if changed is None:
            written += _write(beside, _differing(beside))
        else:
            written += _write(beside, changed)
        since = reached
        if changed is not None and len(changed) <= _FEW:
            break
    return since, written


def _differing(beside: CopyEngine) -> Iterator[int]:
    """Yield the rows that a version does not hold as they are; what it should not hold goes."""
    found = list(differences(beside))
    beside.forget([one.uid for one in found if one.fault in {Fault.STRAY, Fault.NEWER}])
    for one in found:
        if one.record is not None and one.fault is not Fault.SPENT:
            yield one.record


def _write(beside: CopyEngine, record_ids: Iterable[int]) -> int:
    ids = iter(record_ids)
    written = 0
    while batch := list(islice(ids, BATCH)):
        rows = list(SearchRecord.objects.filter(pk__in=batch, indexed_version__gt=0))
        beside.write(*as_stored(rows))
        written += len(rows)
    return written


def _verify(beside: CopyEngine) -> int:
    """Compare every version and a sample of whole documents; raises RebuildFailed.

    What changed during the comparison is written once more, and must then be as it is in its row.
    """
    record_ids = list(_differing(beside))
    sample = SearchRecord.objects.visible().order_by("?").values_list("pk", flat=True)[:_SAMPLE]
    for first in range(0, len(record_ids), BATCH):
        _verify_rows(beside, record_ids[first : first + BATCH])
    _verify_rows(beside, list(sample))
    return len(record_ids)


def _verify_rows(beside: CopyEngine, record_ids: Sequence[int]) -> None:
    rows = list(SearchRecord.objects.filter(pk__in=record_ids))
    visible, removals = as_stored(rows)
    beside.write(visible, removals)
    if wrong := beside.differing(visible):
        raise RebuildFailed(f"{len(wrong)} document(s) are not what was written: {wrong[0]}")


def _take_over(engine: CopyEngine, beside: CopyEngine, build: Build, since: State) -> int:
    """Write the last changes and swap while nobody can change the index."""
    for _ in range(_ROUNDS):
        with transaction.atomic():
            hold_generation()
            changed = changed_since(since)
            if changed is not None and len(changed) <= _FEW:
                written = _write(beside, changed)
                engine.life.finish(build)
                before = engine.life.swap(build.index)
                _all_are_copied()
                break
        since, _ = _catch_up(beside, since)
    else:
        raise RebuildFailed("The catalog changes faster than it can be copied.")
    engine.life.remove_all_but(build.index, before)
    return written


def _all_are_copied() -> None:
    """Note that the new version holds every row.

    Rows that a change holds are left to it: it waits for the lock that is held here.
    """
    ids = list(
        SearchRecord.objects.uncopied()
        .select_for_update(skip_locked=True, of=("self",))
        .values_list("pk", flat=True)
    )
    for first in range(0, len(ids), BATCH):
        SearchRecord.objects.filter(pk__in=ids[first : first + BATCH]).update(
            copied_version=F("indexed_version"), attempts=0, error="", retry_at=None
        )
