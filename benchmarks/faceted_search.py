"""Faceted text search of the catalog beside its anchors, as ratios within one run.

    python benchmarks/faceted_search.py [--sizes 1000 10000 100000] [--queries 100] [--json FILE]

Uses the database of `DATABASE_URL` (a SQLite file of its own where it is not set) and empties
its search tables. Asks Elasticsearch too where `ELASTICSEARCH_URL` names a server.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]
os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"

import django  # noqa: E402 - the path first

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.table import Table  # noqa: E402

from benchmarks.anchors import GroupBy, ModelSearch, RawElasticsearch  # noqa: E402
from benchmarks.catalog import OurEngine  # noqa: E402
from benchmarks.corpus import queries, records  # noqa: E402
from benchmarks.measuring import Times, measure, once  # noqa: E402

MODELSEARCH_QUERIES = 12
err = Console(stderr=True)


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--queries", type=int, default=100)
    parser.add_argument(
        "--modelsearch",
        type=int,
        default=10_000,
        help="largest size asked of Wagtail's search; 100,000 take it minutes an answer",
    )
    parser.add_argument("--json", type=Path, help="write the figures there too")
    return parser.parse_args()


def rate(count: int, seconds: float) -> float:
    """Return records per second."""
    return round(count / seconds, 1)


def timed(action: Any, *values: Any) -> float:
    """Run an action; return the seconds it took."""
    begin = time.perf_counter()
    action(*values)
    return time.perf_counter() - begin


def run_size(
    size: int, count: int, most_for_modelsearch: int
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Measure one size; yield a name and its figures, our engine first."""
    asked = queries(count)
    ours = OurEngine()
    err.print(f"{size} records: filling the catalog")
    written = timed(ours.fill, records(size))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    cold = once(asked, ours.ask_cold)
    warm = measure(asked, ours.ask)
    yield (
        "catalog",
        figures(warm)
        | {
            "first_time": figures(cold),
            "written_per_second": rate(size, written),
            "searchable_after_ms": ours.searchable_after(),
        },
    )
    anchors: list[tuple[Any, int]] = [(GroupBy(), count)]
    if url := os.environ.get("ELASTICSEARCH_URL"):
        raw = RawElasticsearch(url)
        err.print(f"{size} records: filling Elasticsearch")
        raw.fill(records(size))
        anchors += [(raw, count), (RawElasticsearch(url, highlights=True), count)]
    index_rate = None
    if size <= most_for_modelsearch:
        anchor = ModelSearch()
        anchor.fill(records(size))
        err.print(f"{size} records: update_index")
        index_rate = rate(size, timed(anchor.index))
        anchors.append((anchor, min(count, MODELSEARCH_QUERIES)))
    for anchor, most in anchors:
        err.print(f"{size} records: asking {anchor.name}")
        rounds = 1 if isinstance(anchor, ModelSearch) else 3
        times = measure(asked[:most], anchor.ask, rounds=rounds)
        found = figures(times) | {
            "catalog_over_it": round(Times(warm.each[:most]).ratio_to(times), 3),
            "catalog_first_time_over_it": round(Times(cold.each[:most]).ratio_to(times), 3),
        }
        if isinstance(anchor, ModelSearch) and index_rate:
            found["written_per_second"] = index_rate
        yield anchor.name, found


def figures(times: Times) -> dict[str, Any]:
    """Return p50 and p95 in milliseconds."""
    return {"p50": round(times.p50, 2), "p95": round(times.p95, 2)}


def show(size: int, found: dict[str, dict[str, Any]]) -> None:
    """Print one size as a table."""
    table = Table(title=f"{connection.vendor}, {size} records")
    for heading in ("", "p50 ms", "p95 ms", "catalog ÷ it", "first time ÷ it", "records/s"):
        table.add_column(heading, justify="right" if heading else "left")
    for name, row in found.items():
        table.add_row(
            name,
            str(row["p50"]),
            str(row["p95"]),
            str(row.get("catalog_over_it", "")),
            str(row.get("catalog_first_time_over_it", "")),
            str(row.get("written_per_second", "")),
        )
    first = found["catalog"]["first_time"]
    table.add_row("catalog, each text for the first time", str(first["p50"]), str(first["p95"]))
    Console().print(table)
    Console().print(f"written to searchable: {found['catalog']['searchable_after_ms']} ms")


def main() -> None:
    """Migrate, measure each size, print and write the figures."""
    options = arguments()
    call_command("migrate", run_syncdb=True, verbosity=0)
    report: dict[str, Any] = {"database": connection.vendor, "sizes": {}}
    for size in options.sizes:
        found = dict(run_size(size, options.queries, options.modelsearch))
        show(size, found)
        report["sizes"][size] = found
    if options.json:
        options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
