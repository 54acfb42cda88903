"""Faceted text search: the engine and the catalog beside their anchors, as ratios within one run.

    python benchmarks/faceted_search.py [--sizes 1000 10000 100000] [--queries 100]

Uses the database of `DATABASE_URL` (a SQLite file of its own where it is not set) and empties
its search tables. Asks Elasticsearch too where `ELASTICSEARCH_URL` names a server. Prints the
tables of docs/benchmarks.md; what is going on is told on the standard error.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]
os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"

import django  # noqa: E402 - the path first

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.progress import track as rich_track  # noqa: E402

from benchmarks.anchors import GroupBy, ModelSearch, RawElasticsearch  # noqa: E402
from benchmarks.catalog import OurEngine, searchable_after  # noqa: E402
from benchmarks.corpus import MadeQuery, queries, records  # noqa: E402
from benchmarks.measuring import Times, Way, in_turn, once  # noqa: E402

ENGINE, CATALOG = "engine", "catalog"
REPEATED, NEW = "repeated text", "new text"
PUBLISHED = 15
BUILT_AFTERWARDS = 20_000
"""More records than this are written on PostgreSQL before their indices."""
_GIN = "clearinghouse_search_fulltext%\\_vector"
err = Console(stderr=True)
track = partial(rich_track, console=err, refresh_per_second=1)


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    add = parser.add_argument
    add("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000], help="records, rising")
    add("--queries", type=int, default=100, help="queries of each size")
    add("--rounds", type=int, default=5, help="times a query is asked; the fastest counts")
    add("--slow-queries", type=int, default=16, help="of these, for plain SQL and Wagtail's search")
    add(
        "--modelsearch",
        type=int,
        default=10_000,
        help="largest size asked of Wagtail's search; 100,000 take it minutes an answer",
    )
    add("--json", type=Path, help="write the figures there too")
    return parser.parse_args()


def timed(action: Any, *values: Any) -> float:
    """Run an action; return the seconds it took."""
    begin = time.perf_counter()
    action(*values)
    return time.perf_counter() - begin


@contextmanager
def bulk(count: int) -> Iterator[None]:
    """Write many records on PostgreSQL without the GIN indices, and build those at the end."""
    if connection.vendor != "postgresql" or count <= BUILT_AFTERWARDS:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE indexname LIKE %s", [_GIN])
        indices = cursor.fetchall()
        for name, _ in indices:
            cursor.execute(f"DROP INDEX {name}")
    yield
    with connection.cursor() as cursor:
        for _, definition in indices:
            cursor.execute(definition)


def fill(ours: OurEngine, raw: RawElasticsearch | None, have: int, size: int) -> float:
    """Add records until there are `size`; return the rate of the catalog."""

    def missing(what: str) -> Iterable[Any]:
        title = f"{size:,} records into {what}"
        return track(islice(records(size), have, None), title, size - have)

    with bulk(size - have):
        seconds = timed(ours.add, missing("the catalog"))
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")
    if raw is not None:
        raw.add(missing("Elasticsearch"))
    return (size - have) / seconds


def fast_ways(ours: OurEngine, url: str | None) -> dict[str, Way]:
    """Return what is asked in turn: engine and catalog, each in two ways, and raw requests."""
    found = {
        f"{ENGINE}, {REPEATED}": Way(ours.ask_engine),
        f"{ENGINE}, {NEW}": Way(ours.ask_engine, before=ours.forget),
        f"{CATALOG}, {REPEATED}": Way(ours.ask_catalog),
        f"{CATALOG}, {NEW}": Way(ours.ask_catalog, before=ours.forget),
    }
    if url:
        for raw in (RawElasticsearch(url), RawElasticsearch(url, highlights=True)):
            found[raw.name] = Way(raw.ask)
    return found


def slow_anchors(
    size: int, asked: list[MadeQuery], most: int
) -> Iterator[tuple[str, Times, float]]:
    """Ask plain SQL and Wagtail's search once each; yield a name, times and records a second."""
    plain = GroupBy()
    title = f"{size:,} records: {plain.name}"
    yield plain.name, once(track(asked, title), plain.ask), 0.0
    if size <= most:
        anchor = ModelSearch()
        anchor.fill(records(size))
        err.print(f"{size:,} records: update_index")
        seconds = timed(anchor.index)
        title = f"{size:,} records: {anchor.name}"
        yield anchor.name, once(track(asked, title), anchor.ask), size / seconds


def run_size(
    options: argparse.Namespace, size: int, ours: OurEngine, written: float
) -> dict[str, Any]:
    """Measure one size; return the figures of each row."""
    asked = queries(options.queries)
    ways = fast_ways(ours, os.environ.get("ELASTICSEARCH_URL"))
    progress = partial(track, description=f"{size:,} records: asking")
    times = in_turn(asked, ways, rounds=options.rounds, progress=progress)
    rates = {f"{CATALOG}, {NEW}": written}
    for name, found, rate in slow_anchors(size, asked[: options.slow_queries], options.modelsearch):
        times[name], rates[name] = found, rate
    rows = {name: row(name, times) | {"written": rates.get(name, 0.0)} for name in times}
    published = searchable_after(PUBLISHED)
    return {
        "rows": rows,
        "searchable_after_ms": {
            "first": published[0],
            "median": median(published),
            "most": max(published[1:]),
        },
    }


def row(name: str, times: dict[str, Times]) -> dict[str, Any]:
    """Return p50 and p95; for an anchor the ratios of what does as much as it does."""
    found: dict[str, Any] = {"p50": times[name].p50, "p95": times[name].p95}
    if not name.startswith((ENGINE, CATALOG)):
        found["compared"] = CATALOG if name.endswith("highlights") else ENGINE
        for text in (REPEATED, NEW):
            found[text] = times[f"{found['compared']}, {text}"].ratio_to(times[name])
    return found


def markdown(report: dict[str, Any]) -> Iterator[str]:
    """Yield the lines of the tables."""
    yield f"| records | | p50 ms | p95 ms | compared | {REPEATED} ÷ it | {NEW} ÷ it | written/s |"
    yield "|---|---|---|---|---|---|---|---|"
    for size, found in report["sizes"].items():
        shown = f"{size:,}"
        for name, figures in found["rows"].items():
            cells = [
                shown,
                f"**{name}**" if name.startswith((ENGINE, CATALOG)) else name,
                f"{figures['p50']:.2f}",
                f"{figures['p95']:.2f}",
                figures.get("compared", ""),
                *(f"{figures[text]:.3g}" if text in figures else "" for text in (REPEATED, NEW)),
                f"{figures['written']:,.0f}" if figures["written"] else "",
            ]
            yield f"| {' | '.join(cells)} |".replace("|  |", "| |")
            shown = ""
    yield ""
    yield "| records | publish call to found, ms: the first | median | slowest of the rest |"
    yield "|---|---|---|---|"
    for size, found in report["sizes"].items():
        after = found["searchable_after_ms"]
        yield f"| {size:,} | {after['first']:.1f} | {after['median']:.1f} | {after['most']:.1f} |"


def main() -> None:
    """Migrate, measure each size, print and write the figures."""
    options = arguments()
    begin = time.perf_counter()
    call_command("migrate", run_syncdb=True, verbosity=0)
    url = os.environ.get("ELASTICSEARCH_URL")
    ours, raw = OurEngine(), RawElasticsearch(url) if url else None
    ours.clear()
    if raw is not None:
        raw.clear()
    report: dict[str, Any] = {"database": connection.vendor, "sizes": {}}
    have = 0
    for size in sorted(options.sizes):
        written = fill(ours, raw, have, size)
        report["sizes"][size] = run_size(options, size, ours, written)
        have = size
    Console(width=250).print("\n".join(markdown(report)), markup=False, highlight=False)
    err.print(f"{(time.perf_counter() - begin) / 60:.1f} minutes")
    if options.json:
        options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
