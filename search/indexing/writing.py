"""Writes records: rows, facet values and full text, all in the transaction of the caller."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from search.engines import IndexedRecord, Removal, database_engine
from search.generations import next_generation
from search.models import SearchFacet, SearchRecord
from search.records import CatalogRecord, records_for
from search.text import analyse

from .attached import note_waiting


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


def write_records(rows: Sequence[SearchRecord], *, announced: bool = True) -> Applied:
    """Bring locked rows and the full text up to the truth, and begin the next generation.

    With `announced=False` the caller begins it later, for many batches at once.
    """
    truth = records_for([row.page_id for row in rows if row.page_id is not None])
    pairs = [(row, truth.get(row.page_id) if row.page_id is not None else None) for row in rows]
    applied = store_records(pairs)
    note_waiting(truth.values())
    if announced:
        next_generation([row.pk for row in rows])
    return applied


def store_records(pairs: Sequence[tuple[SearchRecord, CatalogRecord | None]]) -> Applied:
    """Make rows, facets and full text tell these records; without a record a row is hidden."""
    facets: list[tuple[int, str, str]] = []
    stored: list[IndexedRecord] = []
    removals: list[Removal] = []
    for row, record in pairs:
        fill_row(row, record)
        if record is None:
            removals.append(Removal(row.pk, str(row.uid), row.version))
            continue
        stored.append(indexed(row, record))
        facets += [
            (row.pk, facet, value) for facet, values in record.facets.items() for value in values
        ]
    _update_rows([row for row, _ in pairs])
    SearchFacet.objects.filter(record__in=[row.pk for row, _ in pairs]).delete()
    _insert_facets(facets)
    database_engine().write(stored, removals)
    return Applied(written=len(stored), removed=len(removals))


_WRITTEN_FIELDS = (
    "locale",
    "payload",
    "facets",
    "parts",
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
    "retry_at",
)


def _insert_facets(facets: Sequence[tuple[int, str, str]]) -> None:
    """Insert facet values by one prepared statement: a dozen for each record."""
    table = connection.ops.quote_name(SearchFacet._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} (record_id, facet, value) VALUES (%s, %s, %s)",  # noqa: S608 - our own names
            facets,
        )


def _update_rows(rows: Sequence[SearchRecord]) -> None:
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


def fill_row(row: SearchRecord, record: CatalogRecord | None) -> None:
    """Make a row tell this record; without a record it is hidden and tells nothing."""
    row.payload = record.payload if record else None
    row.facets = {name: list(values) for name, values in record.facets.items()} if record else {}
    row.parts = record.parts if record else {}
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
    row.retry_at = None


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
        parts=record.parts,
        analysis=analyse(title=record.title, summary=record.summary, body=record.body),
        body=record.body,
        sort_title=record.sort_title,
        sort_date=record.day,
        minutes=record.minutes,
        valid_from=record.valid_from,
        valid_until=record.valid_until,
    )
