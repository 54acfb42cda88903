"""Compares the index with the truth, and its copy with the index; repairs both; writes both anew.

For what no signal told: bare queryset updates, restored databases, deleted full text.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from search.comparing import Difference, Fault, differences
from search.engines import CopyEngine, EngineUnavailable, copy_engine
from search.generations import next_generation
from search.indexing import (
    BATCH,
    PAGE_MODELS,
    Applied,
    Progress,
    apply_pending,
    copy_waiting_after_commit,
    distrust_copies,
    not_copied,
    note_waiting,
    record_change,
    write_records,
)
from search.models import AttachedText, SearchRecord
from search.records import CatalogRecord, records_for

_BATCHES_A_GENERATION = 20
"""While everything is written anew, other processes read the catalog again once in so many."""

_COUNTED = {
    Fault.MISSING: "copy_missing",
    Fault.STALE: "copy_stale",
    Fault.NEWER: "copy_stale",
    Fault.STRAY: "copy_stray",
    Fault.SPENT: "copy_purged",
}

_PAST_A_DELETION = 2
"""A document that somebody deleted keeps the next version for a minute; a record leaps over it."""


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What was found wrong, and repaired."""

    checked: int = 0
    missing: int = 0
    stale: int = 0
    should_be_hidden: int = 0
    failed: int = 0
    not_copied: int = 0
    copy_missing: int = 0
    copy_stale: int = 0
    copy_stray: int = 0
    copy_purged: int = 0
    copy_unreachable: bool = False

    @property
    def drift(self) -> int:
        """How many records, and documents of the copy, did not tell the truth."""
        return (
            self.missing
            + self.stale
            + self.should_be_hidden
            + self.copy_missing
            + self.copy_stale
            + self.copy_stray
        )


def reconcile(progress: Progress | None = None) -> Reconciled:
    """Apply what is pending, then compare every record with its page and repair what differs.

    Then compare the copy beside the database, where there is one, with the records, and repair it.
    """
    apply_pending()
    began = timezone.now()
    attached: set[str] = set()
    counts = {"checked": 0, "missing": 0, "stale": 0, "should_be_hidden": 0}
    page_ids = _page_ids()
    for batch in _batches(page_ids):
        _reconcile_batch(batch, counts, attached)
        if progress:
            progress(counts["checked"], len(page_ids))
    orphans = SearchRecord.objects.visible().filter(page__isnull=True)
    for batch in _batches(list(orphans.values_list("pk", flat=True))):
        counts["should_be_hidden"] += _rewrite(batch, distrusted=True).removed
    _forget_texts(attached, began)
    copy_waiting_after_commit()
    copy, reachable = _reconcile_copy()
    failed = SearchRecord.objects.pending().filter(attempts__gt=0).count()
    return Reconciled(
        **counts, **copy, failed=failed, not_copied=not_copied(), copy_unreachable=not reachable
    )


def _reconcile_copy() -> tuple[dict[str, int], bool]:
    """Repair the copy; return what was wrong with it, and whether it could be reached."""
    engine = copy_engine()
    if engine is None or SearchRecord.objects.uncopied().exists():
        return {}, True  # nothing to compare, or away: what waits is copied when it is back
    counts = dict.fromkeys(("copy_missing", "copy_stale", "copy_stray", "copy_purged"), 0)
    try:
        if not engine.exists():
            distrust_copies()
            copy_waiting_after_commit()
            return {"copy_missing": SearchRecord.objects.visible().count()}, True
        for found in batched(differences(engine), BATCH):
            _repair_copy(engine, found, counts)
    except EngineUnavailable:
        return counts, False
    copy_waiting_after_commit()
    return counts, True


def _repair_copy(engine: CopyEngine, found: Sequence[Difference], counts: dict[str, int]) -> None:
    ids = [one.record for one in found if one.record is not None and one.fault is not Fault.SPENT]
    with transaction.atomic():
        settled = set(  # what was changed since it was read is copied by whoever changed it
            SearchRecord.objects.filter(pk__in=ids, copied_version=F("indexed_version"))
            .select_for_update(skip_locked=True, of=("self",))
            .values_list("pk", flat=True)
        )
        leap = _PAST_A_DELETION + max(one.lead for one in found)
        SearchRecord.objects.filter(pk__in=settled).update(
            version=F("version") + leap,
            indexed_version=F("indexed_version") + leap,
            copied_version=0,
        )
        if settled:
            next_generation(())
    engine.forget([one.uid for one in found if one.fault in {Fault.STRAY, Fault.SPENT}])
    for one in found:
        if one.record is None or one.fault is Fault.SPENT or one.record in settled:
            counts[_COUNTED[one.fault]] += 1


def _reconcile_batch(page_ids: Sequence[int], counts: dict[str, int], attached: set[str]) -> None:
    truth = records_for(page_ids)
    attached.update(note_waiting(truth.values()))
    rows = {row.page_id: row for row in SearchRecord.objects.filter(page__in=page_ids)}
    wrong: list[int] = []
    absent: list[int] = []
    for page_id in page_ids:
        row, record = rows.get(page_id), truth.get(page_id)
        if row is None and record is not None:
            absent.append(page_id)
        elif row is not None and not tells(row, record):
            name = (
                "stale" if record and row.payload else "missing" if record else "should_be_hidden"
            )
            counts[name] += 1
            wrong.append(row.pk)
    counts["checked"] += len(page_ids)
    counts["missing"] += len(absent)
    if absent:
        with transaction.atomic():
            record_change(absent)
    if wrong:
        _rewrite(wrong, distrusted=True)


def _forget_texts(attached: set[str], began: datetime) -> None:
    """Forget the texts of files that no public page has any more."""
    rows = AttachedText.objects.filter(changed_at__lt=began).values_list("pk", "digest")
    for batch in _batches([key for key, digest in rows if digest not in attached]):
        AttachedText.objects.filter(pk__in=batch, changed_at__lt=began).delete()


def tells(row: SearchRecord, record: CatalogRecord | None) -> bool:
    """Return whether a row says what its page says now."""
    if record is None:
        return row.payload is None
    return (
        row.payload == record.payload
        and row.facets == {name: list(values) for name, values in record.facets.items()}
        and row.body == record.body
        and row.locale == record.locale
        and row.sort_title == record.sort_title
        and row.sort_date == record.day
        and row.minutes == record.minutes
        and (row.valid_from, row.valid_until) == (record.valid_from, record.valid_until)
    )


def _rewrite(
    record_ids: Sequence[int], *, announced: bool = True, distrusted: bool = False
) -> Applied:
    """Write records anew; `distrusted` ones are copied again, for their version stays."""
    with transaction.atomic():
        rows = list(
            SearchRecord.objects.filter(pk__in=record_ids)
            .select_for_update(of=("self",))
            .order_by("pk")
            .defer("payload", "body", "vocabulary", "facets")
        )
        if not rows:
            return Applied()
        if distrusted:
            SearchRecord.objects.filter(pk__in=record_ids).update(copied_version=0)
        return write_records(rows, announced=announced)


def reindex(progress: Progress | None = None) -> Applied:
    """Write every record anew, full text included, batch by batch while the old answers stay.

    The copy is not touched: rebuild it afterwards (`search.rebuilding`).
    """
    page_ids = _page_ids()
    for batch in _batches(page_ids):
        record_missing(batch)
    record_ids = list(SearchRecord.objects.order_by("pk").values_list("pk", flat=True))
    applied = Applied()
    for number, batch in enumerate(_batches(record_ids), start=1):
        applied += _rewrite(batch, announced=False)
        if number % _BATCHES_A_GENERATION == 0:
            _announce()
        if progress:
            progress(min(number * BATCH, len(record_ids)), len(record_ids))
    _announce()
    return applied


def _announce() -> None:
    with transaction.atomic():
        next_generation((), rebuild=True)


def record_missing(page_ids: Sequence[int]) -> None:
    """Give a record to the pages that have none."""
    known = set(SearchRecord.objects.filter(page__in=page_ids).values_list("page_id", flat=True))
    missing = [page_id for page_id in page_ids if page_id not in known]
    if missing:
        with transaction.atomic():
            record_change(missing)


def _page_ids() -> list[int]:
    """Return the pages that have a record or should: no aliases, no drafts that never were out."""
    ids = set(SearchRecord.objects.filter(page__isnull=False).values_list("page_id", flat=True))
    for _, model in PAGE_MODELS:
        pages = model._default_manager.filter(live=True, alias_of__isnull=True)
        ids.update(pages.values_list("pk", flat=True))
    return sorted(ids)


def _batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for first in range(0, len(ids), BATCH):
        yield ids[first : first + BATCH]


def batched(items: Iterable[Difference], size: int) -> Iterator[list[Difference]]:
    """Yield lists of at most so many items."""
    stream = iter(items)
    while batch := list(islice(stream, size)):
        yield batch
