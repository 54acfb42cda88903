"""The only writer of the index: records changes with the content, applies them after its commit.

A change raises the version of its record under the row's lock, in the transaction of the content.
Applying reads the truth anew, so that applying twice or late is harmless.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import connection, models, transaction
from django.db.models import F
from django.db.models.functions import Now

from curriculum_pages.models import CurriculumPage
from resource_library.models import ResourcePage
from search.engines import IndexedRecord, Removal, database_engine
from search.enums import Kind
from search.generations import next_generation, record_site_change, site_changes_wait
from search.models import SearchFacet, SearchRecord
from search.records import CatalogRecord, records_for
from search.text import analyse

BATCH = 500
MAX_ERROR_LENGTH = 2_000
PAGE_MODELS: tuple[tuple[Kind, type[models.Model]], ...] = (
    (Kind.RESOURCE, ResourcePage),
    (Kind.CURRICULUM, CurriculumPage),
)

Progress = Callable[[int, int], None]
"""Called with what is done and what there is to do."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of pending changes."""

    written: int = 0
    removed: int = 0
    failed: int = 0

    def __add__(self, other: "Applied") -> "Applied":
        return Applied(
            self.written + other.written,
            self.removed + other.removed,
            self.failed + other.failed,
        )


@dataclass(slots=True)
class _Collected:
    pages: set[int]
    touched: bool = False


_collected: ContextVar[_Collected | None] = ContextVar("collected_changes", default=None)


@contextmanager
def collected_changes() -> Iterator[None]:
    """Record the changes made inside as one, at the end: for imports, within their transaction."""
    if _collected.get() is not None:
        yield
        return
    collected = _Collected(set())
    token = _collected.set(collected)
    try:
        yield
    finally:
        _collected.reset(token)
    record_change(collected.pages)
    if collected.touched:
        touch_generation()


def record_change(page_ids: Iterable[int]) -> None:
    """Note that these pages may answer differently, in the transaction that changes them.

    Creates missing records, raises versions, and applies both after the commit. Other pages than
    curricula and resources are ignored.
    """
    collected = _collected.get()
    if collected is not None:
        collected.pages.update(page_ids)
        return
    ids = sorted(set(page_ids))
    with transaction.atomic():
        for first in range(0, len(ids), BATCH):
            record_ids = _raise_versions(ids[first : first + BATCH])
            if record_ids:
                record_site_change()
                _apply_after_commit(record_ids)


def record_hidden(page_ids: Sequence[int]) -> None:
    """Note that pages were hidden or are about to be deleted; others have no record to change."""
    record_ids = list(SearchRecord.objects.filter(page__in=page_ids).values_list("pk", flat=True))
    if record_ids:
        SearchRecord.objects.filter(pk__in=record_ids).update(
            version=F("version") + 1, changed_at=Now()
        )
        record_site_change()
        _apply_after_commit(record_ids)


def touch_generation() -> None:
    """Note that something public changed that no record shows: answers get another generation."""
    collected = _collected.get()
    if collected is not None:
        collected.touched = True
        return
    record_site_change()
    _apply_after_commit([])


def _raise_versions(page_ids: Sequence[int]) -> list[int]:
    with transaction.atomic():
        known = dict(
            SearchRecord.objects.select_for_update()
            .filter(page__in=page_ids)
            .order_by("pk")
            .values_list("page_id", "pk")
        )
        missing = [page_id for page_id in page_ids if page_id not in known]
        if missing:
            known.update(_created(missing))
        ids = list(known.values())
        SearchRecord.objects.filter(pk__in=ids).update(version=F("version") + 1, changed_at=Now())
    return ids


def _created(page_ids: Sequence[int]) -> dict[int, int]:
    """Create records for pages of the catalog that have none; return them by page."""
    new: list[SearchRecord] = []
    for kind, model in PAGE_MODELS:
        pages = model._default_manager.filter(pk__in=page_ids, alias_of__isnull=True)
        new += [
            SearchRecord(page_id=page_id, uid=uid, kind=kind.value, version=0)
            for page_id, uid in pages.values_list("pk", "uid")
        ]
    if not new:
        return {}
    uids = [record.uid for record in new]
    # A page that was deleted and made again under its id takes up its old record.
    for record in SearchRecord.objects.filter(uid__in=uids, page__isnull=True):
        page_id = next(other.page_id for other in new if other.uid == record.uid)
        SearchRecord.objects.filter(pk=record.pk).update(page_id=page_id)
    SearchRecord.objects.bulk_create(new, ignore_conflicts=True)
    return dict(SearchRecord.objects.filter(uid__in=uids).values_list("page_id", "pk"))


def _apply_after_commit(record_ids: Sequence[int]) -> None:
    from search.tasks import apply_index_changes_task  # noqa: PLC0415 - the task calls back here

    transaction.on_commit(lambda: apply_index_changes_task.enqueue(list(record_ids)))


def apply_changes(record_ids: Iterable[int]) -> Applied:
    """Apply the pending changes of these records and count waiting site changes."""
    applied = Applied()
    ids = list(record_ids)
    for first in range(0, len(ids), BATCH):
        applied += _apply_batch(ids[first : first + BATCH])
    if site_changes_wait():
        with transaction.atomic():
            next_generation(())
    return applied


def apply_pending(limit: int | None = None, progress: Progress | None = None) -> Applied:
    """Apply what was recorded but not applied yet, the oldest first; failures stay for later."""
    waiting = (
        SearchRecord.objects.pending().order_by("changed_at", "pk").values_list("pk", flat=True)
    )
    ids = list(waiting if limit is None else waiting[:limit])
    applied = apply_changes(())
    for first in range(0, len(ids), BATCH):
        applied += _apply_batch(ids[first : first + BATCH])
        if progress:
            progress(min(first + BATCH, len(ids)), len(ids))
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
    SearchRecord.objects.filter(pk=record_id).update(attempts=F("attempts") + 1, error=text)
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


def write_records(rows: Sequence[SearchRecord], *, announced: bool = True) -> Applied:
    """Bring locked rows and the full text up to the truth, and begin the next generation.

    With `announced=False` the caller begins it later, for many batches at once.
    """
    truth = records_for([row.page_id for row in rows if row.page_id is not None])
    pairs = [(row, truth.get(row.page_id) if row.page_id is not None else None) for row in rows]
    applied = store_records(pairs)
    if announced:
        next_generation([row.pk for row in rows])
    return applied


def store_records(pairs: Sequence[tuple[SearchRecord, CatalogRecord | None]]) -> Applied:
    """Make rows, facets and full text tell these records; without a record a row is hidden."""
    facets: list[tuple[int, str, str]] = []
    stored: list[IndexedRecord] = []
    removals: list[Removal] = []
    for row, record in pairs:
        _fill(row, record)
        if record is None:
            removals.append(Removal(row.pk, str(row.uid), row.version))
            continue
        stored.append(indexed(row, record))
        facets += [
            (row.pk, facet, value) for facet, values in record.facets.items() for value in values
        ]
    _update([row for row, _ in pairs])
    SearchFacet.objects.filter(record__in=[row.pk for row, _ in pairs]).delete()
    _insert_facets(facets)
    database_engine().write(stored, removals)
    return Applied(written=len(stored), removed=len(removals))


_WRITTEN_FIELDS = (
    "locale",
    "payload",
    "facets",
    "body",
    "vocabulary",
    "sort_title",
    "sort_date",
    "minutes",
    "valid_from",
    "valid_until",
    "indexed_version",
    "attempts",
    "error",
)


def _insert_facets(facets: Sequence[tuple[int, str, str]]) -> None:
    """Insert facet values by one prepared statement: a dozen for each record."""
    table = connection.ops.quote_name(SearchFacet._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} (record_id, facet, value) VALUES (%s, %s, %s)",  # noqa: S608 - our own names
            facets,
        )


def _update(rows: Sequence[SearchRecord]) -> None:
    """Write the rows by one prepared statement; bulk_update would spend its time on its CASEs."""
    written = set(_WRITTEN_FIELDS)
    fields = [field for field in SearchRecord._meta.concrete_fields if field.name in written]
    columns = ", ".join(f"{connection.ops.quote_name(str(field.column))} = %s" for field in fields)
    table = connection.ops.quote_name(SearchRecord._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {table} SET {columns} WHERE id = %s",  # noqa: S608 - our own names
            [
                [
                    *(
                        field.get_db_prep_save(getattr(row, field.attname), connection)
                        for field in fields
                    ),
                    row.pk,
                ]
                for row in rows
            ],
        )


def _fill(row: SearchRecord, record: CatalogRecord | None) -> None:
    """Make a row tell this record; without a record it is hidden and tells nothing."""
    row.payload = record.payload if record else None
    row.facets = {name: list(values) for name, values in record.facets.items()} if record else {}
    row.locale = record.locale if record else ""
    row.body = record.body if record else ""
    row.vocabulary = record.vocabulary if record else ""
    row.sort_title = record.sort_title if record else ""
    row.sort_date = record.day if record else None
    row.minutes = record.minutes if record else None
    row.valid_from = record.valid_from if record else None
    row.valid_until = record.valid_until if record else None
    row.indexed_version = row.version
    row.attempts = 0
    row.error = ""


def indexed(row: SearchRecord, record: CatalogRecord) -> IndexedRecord:
    """Return what an engine stores of a record."""
    return IndexedRecord(
        id=row.pk,
        uid=str(record.uid),
        version=row.version,
        kind=record.kind.value,
        locale=record.locale,
        payload=record.payload,
        facets=record.facets,
        analysis=analyse(title=record.title, summary=record.summary, body=record.body),
        body=record.body,
        sort_title=record.sort_title,
        sort_date=record.day,
        minutes=record.minutes,
        valid_from=record.valid_from,
        valid_until=record.valid_until,
    )
