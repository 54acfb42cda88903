"""The catalog in this process: a bitmap per facet value, days of validity, and sort keys by record.

A snapshot is read once and then extended by the changes since its generation. It is never changed
after it was handed out, so threads share it without a lock.
"""

from array import array
from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby, islice
from typing import NamedTuple

from pyroaring import BitMap

from search.engines import State
from search.enums import Sort

KIND = "kind"
LOCALE = "locale"
"""Beside the facets, a snapshot keeps a bitmap for each kind and each locale."""

_SCAN_RATIO = 8
"""A result smaller than this part of the catalog is sorted by itself."""


class Row(NamedTuple):
    """What a record is sorted and shown by; days are ordinals, 0 where there is none."""

    title: str
    uid: int
    day: int
    minutes: int | None
    valid_from: int
    valid_until: int

    def is_valid(self, day: int) -> bool:
        """Return whether the record counts on this day; first and last day do."""
        return self.valid_from <= day and (not self.valid_until or day <= self.valid_until)


@dataclass(frozen=True, slots=True)
class Entry:
    """One visible record as it is read from the database."""

    id: int
    row: Row
    values: tuple[tuple[str, str], ...]
    words: tuple[str, ...] = ()


SortKey = tuple[str, int] | tuple[int, int, int]


def _title_key(row: Row) -> SortKey:
    return row.title, row.uid


def _newest_key(row: Row) -> SortKey:
    return (0, -row.day, row.uid) if row.day else (1, 0, row.uid)


def _oldest_key(row: Row) -> SortKey:
    return (0, row.day, row.uid) if row.day else (1, 0, row.uid)


def _hours_key(row: Row) -> SortKey:
    return (1, 0, row.uid) if row.minutes is None else (0, row.minutes, row.uid)


def _hours_desc_key(row: Row) -> SortKey:
    return (1, 0, row.uid) if row.minutes is None else (0, -row.minutes, row.uid)


SORT_KEYS: Mapping[Sort, Callable[[Row], SortKey]] = {
    Sort.TITLE: _title_key,
    Sort.NEWEST: _newest_key,
    Sort.OLDEST: _oldest_key,
    Sort.HOURS: _hours_key,
    Sort.HOURS_DESC: _hours_desc_key,
}
"""Titles in falling order come from the rising one, so that ties stay in the order of ids."""


@dataclass(slots=True)
class Snapshot:
    """All visible records at one state of the index."""

    state: State
    rows: dict[int, Row] = field(default_factory=dict)
    bitmaps: dict[tuple[str, str], BitMap] = field(default_factory=dict)
    by_facet: dict[str, dict[str, BitMap]] = field(default_factory=dict)
    _orders: dict[Sort, "array[int]"] = field(default_factory=dict)
    _valid: dict[int, BitMap] = field(default_factory=dict)

    def bitmap(self, facet: str, value: str) -> BitMap:
        """Return the records with this value."""
        return self.bitmaps.get((facet, value), _EMPTY)

    def values(self, facet: str) -> Mapping[str, BitMap]:
        """Return the records by value of a facet."""
        return self.by_facet.get(facet, {})

    def valid_on(self, day: date) -> BitMap:
        """Return the records that count on this day."""
        ordinal = day.toordinal()
        valid = self._valid.get(ordinal)
        if valid is None:
            valid = BitMap(key for key, row in self.rows.items() if row.is_valid(ordinal))
            self._valid = {ordinal: valid}
        return valid

    def page(self, result: BitMap, sort: Sort, start: int, stop: int) -> list[int]:
        """Return the records of a result from `start` to `stop` in this order."""
        if len(result) * _SCAN_RATIO < len(self.rows):
            return list(islice(self._sorted(result, sort), start, stop))
        return list(islice((key for key in self._ordered(sort) if key in result), start, stop))

    def _sorted(self, result: Iterable[int], sort: Sort) -> Iterator[int]:
        falling = sort is Sort.TITLE_DESC
        key = SORT_KEYS[Sort.TITLE if falling else sort]
        ids = sorted(result, key=lambda record: key(self.rows[record]))
        return self._falling(ids) if falling else iter(ids)

    def _ordered(self, sort: Sort) -> Iterator[int]:
        if sort is Sort.TITLE_DESC:
            return self._falling(self._order(Sort.TITLE))
        return iter(self._order(sort))

    def _falling(self, ids: "list[int] | array[int]") -> Iterator[int]:
        for _, same in groupby(reversed(ids), key=lambda record: self.rows[record].title):
            yield from reversed(list(same))

    def _order(self, sort: Sort) -> "array[int]":
        order = self._orders.get(sort)
        if order is None:
            key = SORT_KEYS[sort]
            rows = self.rows
            order = array("q", sorted(rows, key=lambda record: key(rows[record])))
            self._orders = {**self._orders, sort: order}
        return order

    def extended(self, state: State, changes: Mapping[int, Entry | None]) -> "Snapshot":
        """Return the snapshot after these changes; None stands for a record that is gone."""
        new = Snapshot(state, dict(self.rows), dict(self.bitmaps))
        new._orders = {sort: array("q", order) for sort, order in self._orders.items()}
        new._valid = {day: BitMap(valid) for day, valid in self._valid.items()}
        for record in changes:
            new._forget(record)
        touched = _Touched(new.bitmaps)
        touched.remove(changes)
        for entry in changes.values():
            if entry is not None:
                new._add(entry)
                touched.add(entry)
        new.bitmaps = {key: bitmap for key, bitmap in new.bitmaps.items() if bitmap}
        new.by_facet = grouped(new.bitmaps)
        return new

    def _forget(self, record: int) -> None:
        row = self.rows.get(record)
        if row is None:
            return
        for sort, order in self._orders.items():
            key = SORT_KEYS[sort]
            place = bisect_left(order, key(row), key=lambda other: key(self.rows[other]))
            del order[place]
        for valid in self._valid.values():
            valid.discard(record)
        del self.rows[record]

    def _add(self, entry: Entry) -> None:
        self.rows[entry.id] = entry.row
        for sort, order in self._orders.items():
            key = SORT_KEYS[sort]
            insort(order, entry.id, key=lambda other: key(self.rows[other]))
        for day, valid in self._valid.items():
            if entry.row.is_valid(day):
                valid.add(entry.id)


class _Touched:
    """Changes bitmaps by copy: the ones handed out before stay as they are."""

    def __init__(self, bitmaps: dict[tuple[str, str], BitMap]) -> None:
        self._bitmaps = bitmaps
        self._own: set[tuple[str, str]] = set()

    def remove(self, records: Iterable[int]) -> None:
        gone = BitMap(records)
        for key, bitmap in self._bitmaps.items():
            if bitmap.intersect(gone):
                self._bitmaps[key] = bitmap - gone
                self._own.add(key)

    def add(self, entry: Entry) -> None:
        for key in entry.values:
            if key not in self._own:
                self._bitmaps[key] = BitMap(self._bitmaps.get(key, ()))
                self._own.add(key)
            self._bitmaps[key].add(entry.id)


def grouped(bitmaps: Mapping[tuple[str, str], BitMap]) -> dict[str, dict[str, BitMap]]:
    """Return the bitmaps by facet, then by value."""
    by_facet: dict[str, dict[str, BitMap]] = {}
    for (facet, value), bitmap in bitmaps.items():
        by_facet.setdefault(facet, {})[value] = bitmap
    return by_facet


_EMPTY = BitMap()
