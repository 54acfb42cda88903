"""Counts which texts are searched, in memory, and writes the counts from time to time.

A search adds no statement: each process counts for itself and adds its counts to the table after
a request, at most once a minute, as due work, and when it ends. What a killed process had counted
since is lost.
"""

import atexit
import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.core.signals import request_finished
from django.db import DatabaseError, connection
from django.db.models import OuterRef, Subquery, Sum
from django.utils import timezone

from search.models import SearchedText
from search.privacy import kept_text
from search.query import CatalogQuery

MAX_TEXTS = 2_000
"""Different texts that are counted between two writes; further ones are not."""
MAX_TEXTS_A_DAY = 50_000
"""Texts that a process takes up in a day, so that no flood of them fills the table."""
WRITE_SECONDS = 60.0
MAX_ROWS = 200
"""Texts that a list of the report shows."""

logger = logging.getLogger(__name__)


class _Key(NamedTuple):
    day: date
    kind: str
    text: str


@dataclass(slots=True)
class _Count:
    searches: int = 0
    found: int | None = None


class _Counts:
    """The counts of this process since it last wrote them; for all of its threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[_Key, _Count] = {}
        self._taken_up: tuple[date, int] = (date.min, 0)
        self._next_write = time.monotonic() + WRITE_SECONDS

    def add(self, key: _Key, searches: int, found: int | None, *, earlier: bool = False) -> None:
        """Add searches of a text; `earlier` ones tell nothing newer of what is found."""
        with self._lock:
            count = self._counts.get(key)
            if count is None:
                if not self._takes_up(key.day, again=earlier):
                    return
                count = self._counts[key] = _Count()
            count.searches += searches
            if found is not None and (count.found is None or not earlier):
                count.found = found

    def _takes_up(self, day: date, *, again: bool) -> bool:
        """Return whether another text can be counted."""
        if len(self._counts) >= MAX_TEXTS:
            return False
        if again:
            return True
        counted, number = self._taken_up
        number = number + 1 if counted == day else 1
        if number > MAX_TEXTS_A_DAY:
            return False
        self._taken_up = (day, number)
        return True

    def take(self) -> dict[_Key, _Count]:
        """Return the counts and begin anew."""
        with self._lock:
            taken, self._counts = self._counts, {}
            self._next_write = time.monotonic() + WRITE_SECONDS
            return taken

    def is_due(self) -> bool:
        """Return whether there are counts, and the last write is long enough ago."""
        return bool(self._counts) and time.monotonic() >= self._next_write


_counts = _Counts()


def count_search(query: CatalogQuery, found: int) -> None:
    """Count an answered search; further pages of a result are no searches. No query.

    What a narrowed search finds says nothing of its text, and is not kept.
    """
    if not query.text or query.page != 1 or settings.CLEARINGHOUSE_SEARCH_TERMS_DAYS <= 0:
        return
    text = kept_text(query.text)
    if text is None:
        return
    key = _Key(timezone.localdate(), query.kind.value if query.kind else "", text)
    _counts.add(key, 1, None if query.selections else found)


def flush_counts() -> None:
    """Add the counts of this process to the table: at most one statement.

    Counts that the database refuses stay for the next time; raises its error.
    """
    taken = _counts.take()
    if not taken:
        return
    # One order for all processes: two of them never wait for each other's rows.
    rows = sorted(taken.items(), key=lambda row: row[0])
    try:
        _add(rows)
    except DatabaseError:
        for key, count in rows:
            _counts.add(key, count.searches, count.found, earlier=True)
        raise


def _add(rows: Sequence[tuple[_Key, _Count]]) -> None:
    quote = connection.ops.quote_name
    table = quote(SearchedText._meta.db_table)
    values: list[Any] = []
    for key, count in rows:
        day = connection.ops.adapt_datefield_value(key.day)
        values += [day, key.kind, key.text, count.searches, count.found]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (day, kind, text, searches, found)"  # noqa: S608 - our own names
            f" VALUES {', '.join(['(%s, %s, %s, %s, %s)'] * len(rows))}"
            " ON CONFLICT (day, kind, text) DO UPDATE SET"
            f" searches = {table}.searches + excluded.searches,"
            f" found = COALESCE(excluded.found, {table}.found)",
            values,
        )


@dataclass(frozen=True, slots=True)
class SearchedRow:
    """A text of a period: its kind (empty for both), how often it was searched, what it found."""

    text: str
    kind: str
    searches: int
    found: int | None


def searched_texts(
    days: int, kind: str | None = None, *, without_results: bool = False
) -> list[SearchedRow]:
    """Return the texts of the last days that were searched often enough, the most wanted first.

    `kind` narrows to one kind of search; the empty one is the search of both. `found` is what
    the last search found that no choice narrowed. At most `MAX_ROWS`. One query.
    """
    period = SearchedText.objects.filter(day__gt=timezone.localdate() - timedelta(days=days))
    last = period.filter(
        kind=OuterRef("kind"), text=OuterRef("text"), found__isnull=False
    ).order_by("-day")
    rows = (
        (period if kind is None else period.filter(kind=kind))
        .values("text", "kind")
        .annotate(total=Sum("searches"), last_found=Subquery(last.values("found")[:1]))
        .filter(total__gte=max(1, settings.CLEARINGHOUSE_SEARCH_TERMS_LEAST))
        .order_by("-total", "text", "kind")
    )
    if without_results:
        rows = rows.filter(last_found=0)
    return [
        SearchedRow(row["text"], row["kind"], row["total"], row["last_found"])
        for row in rows[:MAX_ROWS]
    ]


def forget_old() -> None:
    """Delete the counts of days that are past their time; with 0 days all of them."""
    last = timezone.localdate() - timedelta(days=settings.CLEARINGHOUSE_SEARCH_TERMS_DAYS)
    old = SearchedText.objects.filter(day__lte=last)
    if old.exists():  # nearly always not: a DELETE would lock an SQLite each time
        old.delete()


def on_request_finished(**_: Any) -> None:
    """Write the counts of this process, where that is due; the answer has gone out."""
    if _counts.is_due():
        _flush_quietly()


def _flush_quietly() -> None:
    try:
        flush_counts()
    except DatabaseError:
        logger.exception("Counts of searched texts could not be written")


def connect() -> None:
    """Let this process write its counts after requests and when it ends."""
    request_finished.connect(on_request_finished, dispatch_uid="search.terms")
    atexit.register(_flush_quietly)
