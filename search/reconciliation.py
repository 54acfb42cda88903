"""Compares the index with the truth and repairs it; rebuilds it from nothing.

For what no signal told: bare queryset updates, restored databases, deleted full text.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from search.engines import database_engine
from search.generations import next_generation
from search.indexing import (
    BATCH,
    PAGE_MODELS,
    Applied,
    Progress,
    apply_pending,
    copy_everything,
    forget_copies,
    not_copied,
    note_waiting,
    record_change,
    write_records,
)
from search.models import AttachedText, SearchRecord
from search.records import CatalogRecord, records_for

_BATCHES_A_GENERATION = 20
"""While everything is written anew, other processes read the catalog again once in so many."""


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What was found wrong, and repaired."""

    checked: int = 0
    missing: int = 0
    stale: int = 0
    should_be_hidden: int = 0
    failed: int = 0
    not_copied: int = 0

    @property
    def drift(self) -> int:
        """How many records did not tell the truth."""
        return self.missing + self.stale + self.should_be_hidden


def reconcile(progress: Progress | None = None) -> Reconciled:
    """Apply what is pending, then compare every record with its page and repair what differs.

    Everything is copied anew to the engine beside the database, where there is one.
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
        counts["should_be_hidden"] += _rewrite(batch).removed
    _forget_texts(attached, began)
    copy_everything()
    failed = SearchRecord.objects.pending().filter(attempts__gt=0).count()
    return Reconciled(**counts, failed=failed, not_copied=not_copied())


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
        _rewrite(wrong)


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


def _rewrite(record_ids: Sequence[int], *, announced: bool = True) -> Applied:
    with transaction.atomic():
        rows = list(
            SearchRecord.objects.filter(pk__in=record_ids)
            .select_for_update(of=("self",))
            .order_by("pk")
            .defer("payload", "body", "vocabulary", "facets")
        )
        return write_records(rows, announced=announced) if rows else Applied()


def reindex(progress: Progress | None = None) -> Applied:
    """Write every record anew, full text included, batch by batch while the old answers stay."""
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
    copy_everything()
    return applied


def _announce() -> None:
    with transaction.atomic():
        next_generation((), rebuild=True)


def rebuild(progress: Progress | None = None) -> Applied:
    """Empty the full text and the copy, then write every record anew."""
    with transaction.atomic():
        database_engine().clear()
    forget_copies()
    return reindex(progress)


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
