"""Importing a file of records: check everything, then write everything, or nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import reset_queries, transaction
from wagtail.models import Locale, Page
from wagtail.signal_handlers import disable_reference_index_auto_update

from home.services import ensure_site_tree
from search.indexing import collected_changes

from .checks import INDEX_MODELS, Checker, FaultyLines, LineFault, Vocabulary
from .content import BATCH
from .fields import Fault
from .format import Record, parse
from .organisations import Organisations
from .reading import LineFile
from .writing import Writer

Advance = Callable[[int], None]
"""Takes how many bytes of the current pass are done."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many pages an import made, changed and found as they should be."""

    created: int
    changed: int
    unchanged: int


def import_file(
    path: Path,
    *,
    dry_run: bool = False,
    on_checked: Advance = lambda _bytes: None,
    on_written: Advance = lambda _bytes: None,
) -> Outcome:
    """Import the records of a file; with `dry_run` only say what would happen.

    One transaction. Raises FaultyLines with every fault, or UnreadableFile.
    """
    source = LineFile(path)
    with transaction.atomic():
        vocabulary = Vocabulary.load()
        organisations = Organisations()
        checker = Checker(vocabulary, organisations, _index_pages())
        if not dry_run:
            # Two imports at once would each find the other's slugs free.
            _lock(checker.parents)
        total = _check(source, checker, on_checked)
        outcome = Outcome(
            created=total - len(checker.to_change) - len(checker.unchanged),
            changed=len(checker.to_change),
            unchanged=len(checker.unchanged),
        )
        if not dry_run and outcome.unchanged < total:
            _write(source, checker, on_written)
    return outcome


def _index_pages() -> dict[str, Any]:
    """Return the index pages of the default site by kind, None where there is none yet."""
    locale = Locale.get_default()
    return {
        kind: model.objects.filter(locale=locale, alias_of__isnull=True).order_by("path").first()
        for kind, model in INDEX_MODELS.items()
    }


def _lock(parents: dict[str, Any]) -> None:
    keys = [parent.pk for parent in parents.values() if parent]
    list(Page.objects.select_for_update().filter(pk__in=keys).order_by("pk").values_list("pk"))


def _batches(
    source: LineFile, vocabulary: Vocabulary, advance: Advance
) -> Iterator[list[tuple[int, Record | None, list[Fault]]]]:
    lines = source.lines()
    while batch := list(islice(lines, BATCH)):
        yield [(line, *parse(raw, vocabulary.values)) for line, raw, _done in batch]
        reset_queries()
        advance(batch[-1][2])


def _check(source: LineFile, checker: Checker, advance: Advance) -> int:
    """Return how many records there are; raises FaultyLines where any has a fault."""
    faults: list[LineFault] = []
    total = 0
    for batch in _batches(source, checker.vocabulary, advance):
        total += len(batch)
        faults += [LineFault(line, fault) for line, _record, found in batch for fault in found]
        faults += checker.check([(line, record) for line, record, _found in batch if record])
    if faults:
        raise FaultyLines(sorted(faults, key=lambda fault: fault.line))
    return total


def _write(source: LineFile, checker: Checker, advance: Advance) -> None:
    if None in checker.parents.values():
        ensure_site_tree()
    writer = Writer(_index_pages(), checker.organisations, source.path.name)
    with collected_changes(), disable_reference_index_auto_update():
        for batch in _batches(source, checker.vocabulary, advance):
            new: list[tuple[int, Record]] = []
            for line, record, _faults in batch:
                if record is None or line in checker.unchanged:
                    continue
                checker.organisations.settle(record, line)
                if line in checker.to_change:
                    writer.change(line, record)
                else:
                    new.append((line, record))
            writer.create(new)
