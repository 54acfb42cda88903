"""The whole result of a query as a stream of lines, in flat memory however long it is."""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import timezone

from resource_library.spreadsheets import safe_cell
from search.answers import asked, hits_of
from search.enums import Kind, Sort
from search.facets import gettext_noop
from search.query import SHOWING_NAMES, CatalogQuery, Fault, Hit, InvalidQuery, clip, parse
from search.selectors import asking, known_values

BATCH = 500
"""Records that an engine is asked for at a time."""
BYTE_ORDER_MARK = "\ufeff"
"""So that spreadsheets read accents and other scripts as what they are."""

_COMMON = ("id", "title", "summary", "url", "core_topics")
_COLUMNS: Mapping[Kind, tuple[str, ...]] = {
    Kind.CURRICULUM: (
        *_COMMON,
        "provider",
        "sector",
        "modality",
        "stages",
        "methods",
        "audiences",
        "key_elements",
        "hours",
        "hours_claimed",
        "language",
        "approval_number",
        "approval_basis",
        "approved_on",
        "expires_on",
        "tags",
    ),
    Kind.RESOURCE: (
        *_COMMON,
        "resource_type",
        "publisher",
        "authors",
        "audiences",
        "language",
        "date",
        "tags",
    ),
}


def exported(
    kind: Kind, parameters: Mapping[str, Sequence[str]], *, today: date | None = None
) -> Iterator[Hit]:
    """Return every record that the parameters of a list find, in the order of its `uid`.

    `locale` narrows to the pages of one language. Raises InvalidQuery with every fault at once,
    before the first record. Each batch is asked of the engine that answers then: one that goes
    away in the middle is followed by the database, and no record is left out or told twice.
    """
    query, locale = _read(kind, parameters)
    return _batches(query, locale, today or timezone.localdate())


def _read(kind: Kind, parameters: Mapping[str, Sequence[str]]) -> tuple[CatalogQuery, str | None]:
    locales = {code for code, _ in settings.WAGTAIL_CONTENT_LANGUAGES}
    given = dict(parameters)
    locale = given.pop("locale", None)
    faults = [
        Fault(name, clip("".join(given.pop(name)[:1])), gettext_noop("Unknown parameter."))
        for name in SHOWING_NAMES
        if name in given
    ]
    if locale is not None and len(locale) > 1:
        faults.append(Fault("locale", clip(locale[-1]), gettext_noop("Given more than once.")))
    elif locale is not None and locale[0] not in locales:
        faults.append(Fault("locale", clip(locale[0]), gettext_noop("Unknown value.")))
    try:
        query = parse(kind, given, known=known_values(), strict_names=True)
    except InvalidQuery as error:
        raise InvalidQuery([*error.faults, *faults]) from error
    if faults:
        raise InvalidQuery(faults)
    return query.with_sort(Sort.TITLE), locale[0] if locale else None


def _batches(query: CatalogQuery, locale: str | None, today: date) -> Iterator[Hit]:
    last: str | None = None
    while True:
        choice, question = asking(query, language=locale, today=today)
        found = asked(choice, lambda which: which.engine.after(question, last, BATCH))  # noqa: B023 - called at once
        hits = hits_of(found)
        yield from hits
        if len(hits) < BATCH:
            return
        last = hits[-1].uid


def csv_lines(kind: Kind, hits: Iterator[Hit], *, absolute: Callable[[str], str]) -> Iterator[str]:
    """Yield the header and a line for each record; several values stand between semicolons."""
    columns = _COLUMNS[kind]
    writer = csv.writer(_Echo())
    yield BYTE_ORDER_MARK + writer.writerow(columns)
    for hit in hits:
        cells = _cells(hit, absolute)
        yield writer.writerow([safe_cell(cells.get(column, "")) for column in columns])


class _Echo:
    """What a CSV writer writes to, to hand the line back."""

    def write(self, line: str) -> str:
        """Return the line."""
        return line


def _cells(hit: Hit, absolute: Callable[[str], str]) -> dict[str, Any]:
    approval = hit.fields.get("approval") or {}
    own = {name: _plain(value) for name, value in hit.fields.items()}
    return own | {
        "id": hit.uid,
        "title": hit.title,
        "summary": hit.summary,
        "url": absolute(hit.path),
        "core_topics": _SEPARATOR.join(label for _, label in hit.core_topics),
        "approval_number": approval.get("number"),
        "approval_basis": approval.get("basis"),
        "approved_on": approval.get("approved_on"),
        "expires_on": approval.get("expires_on"),
    }


_SEPARATOR = "; "


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return _SEPARATOR.join(str(_plain(each)) for each in value)
    return value["label"] if isinstance(value, dict) and "label" in value else value
