"""Compares a copy of the catalog with the rows that it was made from.

Both are read in the order of `uid`, page by page, so that memory stays flat.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

from django.db.models import BooleanField, ExpressionWrapper, Q
from django.utils import timezone

from search.engines import CopyEngine, StoredVersion
from search.models import SearchRecord

READ_AT_ONCE = 2_000
PURGED_AFTER = timedelta(hours=1)
"""A removal's hidden document guards against late writers; after so long none can be under way."""


class Fault(StrEnum):
    """How a stored document differs from its row."""

    MISSING = "missing"
    STALE = "stale"
    NEWER = "newer"
    STRAY = "stray"
    SPENT = "spent"


class Difference(NamedTuple):
    """A difference; `record` is None where no row has the `uid`.

    `lead` tells by how much the stored version is ahead of the row's, if it is.
    """

    uid: str
    record: int | None
    fault: Fault
    lead: int = 0


class _Row(NamedTuple):
    uid: str
    record: int
    version: int
    visible: bool
    spent: bool


def differences(engine: CopyEngine) -> Iterator[Difference]:
    """Yield where the copy differs from the rows: two streams, merged.

    SPENT are hidden documents that have done their work: no fault of theirs.
    """
    stored = _Ahead(engine.stored_versions())
    for row in _rows():
        while (found := stored.head) is not None and found.uid < row.uid:
            yield Difference(found.uid, None, Fault.STRAY)
            stored.advance()
        found = stored.head
        if found is not None and found.uid == row.uid:
            stored.advance()
        else:
            found = None
        if fault := _fault(row, found):
            lead = max(0, found.version - row.version) if found else 0
            yield Difference(row.uid, row.record, fault, lead)
    while (found := stored.head) is not None:
        yield Difference(found.uid, None, Fault.STRAY)
        stored.advance()


class _Ahead:
    """A stream whose next item can be looked at."""

    def __init__(self, items: Iterable[StoredVersion]) -> None:
        self._items = iter(items)
        self.head: StoredVersion | None = None
        self.advance()

    def advance(self) -> None:
        self.head = next(self._items, None)


def _fault(row: _Row, stored: StoredVersion | None) -> Fault | None:
    if stored is None:
        return Fault.MISSING if row.visible else None
    if stored.version > row.version:
        return Fault.NEWER  # a restored database counts the same versions again
    if stored.visible != row.visible or (row.visible and stored.version != row.version):
        return Fault.STALE
    return Fault.SPENT if row.spent and not stored.visible else None


def _rows() -> Iterator[_Row]:
    visible = ExpressionWrapper(Q(payload__isnull=False), output_field=BooleanField())
    spent = ExpressionWrapper(
        Q(payload__isnull=True, changed_at__lt=timezone.now() - PURGED_AFTER),
        output_field=BooleanField(),
    )
    rows = (
        SearchRecord.objects.filter(indexed_version__gt=0)
        .order_by("uid")
        .values_list("uid", "pk", "indexed_version", visible, spent)
    )
    for uid, *rest in rows.iterator(chunk_size=READ_AT_ONCE):
        yield _Row(str(uid), *rest)
