"""Reads snapshots from the database: all of the catalog, or what changed since a generation."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from django.db import connection
from pydantic_core import from_json
from pyroaring import BitMap

from search.engines import State
from search.models import IndexChange, IndexGeneration, SearchFacet, SearchRecord

from .snapshot import KIND, LOCALE, Entry, Row, Snapshot, grouped

MAX_CHANGES = 2_000
"""More changes than this are read as a whole catalog."""
_ROW_FIELDS = ("id", "sort_title", "uid", "sort_date", "minutes", "valid_from", "valid_until")


def current_state() -> State:
    """Return the state of the index now. One query."""
    row = IndexGeneration.objects.values_list("seq", "token").first()
    return State(*row) if row else State(0, "")


def whole(state: State) -> Snapshot:
    """Return a snapshot of all visible records under a state that was read before. Two queries.

    Changes that committed in between are read again later, which is harmless.
    """
    snapshot = Snapshot(state)
    kinds: dict[tuple[str, str], list[int]] = defaultdict(list)
    for record, title, uid, day, minutes, valid_from, valid_until, kind, locale in _keys():
        snapshot.rows[record] = Row(title, uid, day, minutes, valid_from, valid_until)
        kinds[KIND, kind].append(record)
        kinds[LOCALE, locale].append(record)
    snapshot.bitmaps = {key: BitMap(ids) for key, ids in kinds.items()}
    snapshot.bitmaps.update(_facet_bitmaps())
    snapshot.by_facet = grouped(snapshot.bitmaps)
    return snapshot


def _keys() -> Iterator[tuple[Any, ...]]:
    """Yield id, sort title, number, days, kind and locale of the visible records.

    The database counts the days: an object for each date and UUID would take most of the time.
    """
    table = connection.ops.quote_name(SearchRecord._meta.db_table)
    ordinal = {
        "postgresql": "coalesce({0} - DATE '0001-01-01' + 1, 0)",
        "sqlite": "coalesce(CAST(julianday({0}) - 1721424.5 AS integer), 0)",
    }[connection.vendor]
    day, valid_from, valid_until = map(ordinal.format, ("sort_date", "valid_from", "valid_until"))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, sort_title, replace(CAST(uid AS varchar(36)), '-', ''), {day}, minutes,"  # noqa: S608 - our own names
            f" {valid_from}, {valid_until}, kind, locale FROM {table} WHERE payload IS NOT NULL"
        )
        for record, title, uid, *rest in cursor:
            yield record, title, int(uid, 16), *rest


def _row(columns: list[Any]) -> Row:
    title, uid, day, minutes, valid_from, valid_until = columns
    return Row(title, uid.int, _ordinal(day), minutes, _ordinal(valid_from), _ordinal(valid_until))


def _ordinal(day: date | None) -> int:
    return day.toordinal() if day else 0


def _facet_bitmaps() -> Iterator[tuple[tuple[str, str], BitMap]]:
    """Yield the bitmap of each facet value; the database gathers the ids."""
    table = SearchFacet._meta.db_table
    gathered = {
        "postgresql": "array_agg(record_id)",
        "sqlite": "group_concat(record_id)",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT facet, value, {gathered} FROM {table} GROUP BY facet, value")  # noqa: S608 - our own names
        for facet, value, ids in cursor:
            yield (
                (facet, value),
                BitMap(from_json(f"[{ids}]") if isinstance(ids, str) else ids),
            )


def changes_since(state: State) -> tuple[State, frozenset[int]] | None:
    """Return the state now and the records that changed since, or None where that is not told."""
    rows = list(
        IndexChange.objects.filter(seq__gte=state.seq)
        .order_by("seq")
        .values_list("seq", "token", "record_id", "rebuild")[: MAX_CHANGES + 1]
    )
    if not rows or rows[0][:2] != (state.seq, state.token) or len(rows) > MAX_CHANGES:
        return None
    later = [row for row in rows if row[0] > state.seq]
    if any(row[1] != state.token and row[0] == state.seq for row in rows):
        return None
    if any(rebuild for *_, rebuild in later):
        return None
    newest = State(*rows[-1][:2])
    return newest, frozenset(record for _, _, record, _ in later if record is not None)


def entries(ids: Iterable[int]) -> dict[int, Entry | None]:
    """Return the records as they are now, None for those that are hidden. One query."""
    found: dict[int, Entry | None] = dict.fromkeys(ids)
    if not found:
        return found
    rows = (
        SearchRecord.objects.visible()
        .filter(pk__in=list(found))
        .values_list(*_ROW_FIELDS, "kind", "locale", "facets", "vocabulary")
    )
    for record, *row, kind, locale, facets, words in rows:
        values = ((facet, value) for facet, values in facets.items() for value in values)
        found[record] = Entry(
            record, _row(row), ((KIND, kind), (LOCALE, locale), *values), tuple(words.split())
        )
    return found


def vocabulary() -> Counter[str]:
    """Return the words of all titles and summaries with the number of their records."""
    words: Counter[str] = Counter()
    for text in SearchRecord.objects.visible().values_list("vocabulary", flat=True).iterator(5_000):
        words.update(text.split())
    return words


def stored(ids: list[int], *, with_body: bool) -> Mapping[int, tuple[Any, str]]:
    """Return payload and body of these records; hidden ones are left out. One query.

    In plain SQL: the query set would take longer than the database.
    """
    table = connection.ops.quote_name(SearchRecord._meta.db_table)
    body = "body" if with_body else "''"
    marks = ", ".join(["%s"] * len(ids))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, payload, {body} FROM {table}"  # noqa: S608 - our own names
            f" WHERE payload IS NOT NULL AND id IN ({marks})",
            ids,
        )
        return {record: (from_json(payload), text) for record, payload, text in cursor.fetchall()}
