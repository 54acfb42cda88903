"""The catalog answered by Elasticsearch, beside the very requests that it sends: ratios in one run.

    python benchmarks/elasticsearch_search.py [--sizes 1000 10000 100000] [--queries 100]

Needs `ELASTICSEARCH_URL`; keeps indices of its own there. Uses the database of `DATABASE_URL` (a
SQLite file of its own where it is not set) and empties its search tables. The API is asked over
HTTP in two worker processes; the anchors are the bodies that it sends, sent to Elasticsearch as
bytes by the same kind of connection, and Wagtail's own search on Elasticsearch in the same server.
"""

import argparse
import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlencode, urlsplit

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]
os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"

import django  # noqa: E402 - the path first

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import RequestFactory  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from rich.console import Console  # noqa: E402

from benchmarks.catalog import OurEngine, name_values, question_of, searchable_after  # noqa: E402
from benchmarks.corpus import MadeQuery, queries, records  # noqa: E402
from benchmarks.elasticsearch_index import INDEX, from_pages, written  # noqa: E402
from benchmarks.measuring import Times, Way, in_turn, once  # noqa: E402
from benchmarks.served import Connection, served  # noqa: E402
from clearinghouse.processes import collect_seldom  # noqa: E402
from search.api import curricula  # noqa: E402
from search.engines.elasticsearch import ElasticsearchEngine, client  # noqa: E402
from search.engines.elasticsearch.requests import SEARCH_PARAMETERS, search_body  # noqa: E402

API, RAW, WAGTAIL = "our API", "the raw request that it sends", "Wagtail's search, a view"
KEPT = "our API, asked before"
EMPTY, UNCHANGED = "an empty view", "a 304 of our API"
JSON = {"Content-Type": "application/json", "Accept": "application/json"}
CLIENTS = 16
PUBLISHED = 15
MERGED_WITHIN = 600.0
console = Console(width=200)
err = Console(stderr=True)

Call = tuple[str, bytes | None]
"""What a client sends: the target of a request, and its body."""


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--queries", type=int, default=100)
    parser.add_argument("--slow-queries", type=int, default=25, help="of these, for Wagtail's")
    parser.add_argument("--rounds", type=int, default=5, help="the fastest of each query counts")
    parser.add_argument("--seconds", type=float, default=5.0, help="of the 16 clients, each turn")
    parser.add_argument("--turns", type=int, default=3, help="of the 16 clients, of each rebuild")
    parser.add_argument(
        "--wagtail", type=int, default=100_000, help="the largest size given to Wagtail's search"
    )
    return parser.parse_args()


@dataclass(frozen=True)
class Asked:
    """A way to answer the queries over HTTP: where, by which calls, with which headers."""

    address: str
    method: str
    calls: Sequence[Call]
    headers: dict[str, str]

    def client(self) -> Callable[[int], bytes]:
        """Return what one client does: ask the query of a number, read the whole answer."""
        connection = Connection(self.address)

        def ask(number: int) -> bytes:
            target, body = self.calls[number % len(self.calls)]
            return connection.send(self.method, target, body, self.headers)

        return ask

    def reader(self) -> Callable[[int], Any]:
        """Return what one client does that also decodes the answer."""
        ask = self.client()
        return lambda number: json.loads(ask(number))


def api_target(query: MadeQuery, path: str = "/api/v1/curricula") -> str:
    """Return the address that asks for a made query."""
    return f"{path}?{urlencode(query.parameters(), doseq=True)}"


def raw_call(query: MadeQuery) -> Call:
    """Return the request that the engine sends for a query, made beforehand."""
    body = search_body(question_of(query))
    return f"/{INDEX}/_search?{SEARCH_PARAMETERS}", json.dumps(body).encode()


def ways_of(
    site: str, keeping: str, url: str, asked: list[MadeQuery], tag: str
) -> dict[str, Asked]:
    """Return all that is asked over HTTP, by name; `keeping` is the site that keeps answers."""
    host = urlsplit(url).netloc
    wagtail = [(api_target(query, "/benchmark-wagtail"), None) for query in asked]
    return {
        API: Asked(site, "GET", [(api_target(query), None) for query in asked], {}),
        KEPT: Asked(keeping, "GET", [(api_target(query), None) for query in asked], {}),
        RAW: Asked(host, "POST", [raw_call(query) for query in asked], JSON),
        WAGTAIL: Asked(site, "GET", wagtail, {}),
        EMPTY: Asked(site, "GET", [("/benchmark-empty", None)], {}),
        UNCHANGED: Asked(site, "GET", [(api_target(asked[0]), None)], {"If-None-Match": tag}),
    }


def rate(way: Asked, seconds: float) -> float:
    """Return answers a second to so many clients at once."""
    counts: list[int] = []
    end = time.monotonic() + seconds

    def work(first: int) -> None:
        ask, number = way.client(), first
        while time.monotonic() < end:
            ask(number)
            number += 1
        counts.append(number - first)

    threads = [threading.Thread(target=work, args=(first,)) for first in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(counts) < CLIENTS:
        raise RuntimeError("A client failed.")
    return sum(counts) / seconds


def check(ways: dict[str, Asked]) -> None:
    """Raise RuntimeError unless our API answers from Elasticsearch what the raw request finds."""
    ask, ask_raw = ways[API].reader(), ways[RAW].reader()
    for number in range(10):
        answer, total = ask(number), ask_raw(number)["hits"]["total"]["value"]
        if (answer["engine"], answer["degraded"], answer["count"]) != (
            "elasticsearch",
            False,
            total,
        ):
            raise RuntimeError(f"{ways[API].calls[number]}: {answer['count']}, not {total}")


def statements(query: MadeQuery) -> int:
    """Return how many SQL statements a search takes."""
    request = RequestFactory(headers={"host": "127.0.0.1"}).get(api_target(query))
    curricula(request)
    with CaptureQueriesContext(connection) as captured:
        curricula(request)
    return len(captured)


def measured(
    options: argparse.Namespace, size: int, site: str, keeping: str, url: str
) -> Iterator[tuple[str, ...]]:
    """Measure the searches of one size; yield the cells of each row."""
    asked = queries(options.queries)
    patient = client(url, 10.0).options(request_timeout=MERGED_WITHIN)
    patient.indices.forcemerge(index=INDEX, max_num_segments=1)
    tag = Connection(site).tag(api_target(asked[0]))
    ways = ways_of(site, keeping, url, asked, tag)
    check(ways)
    err.print(f"{size:,} records: one client")
    numbers = range(len(asked))
    both = {name: Way(ways[name].reader()) for name in (API, KEPT, RAW)}
    times = in_turn(numbers, both, rounds=options.rounds)
    slow = size <= options.wagtail
    if slow:
        one = ways[WAGTAIL].reader()
        once(range(5), one)
        times[WAGTAIL] = once(range(options.slow_queries), one)
    err.print(f"{size:,} records: {CLIENTS} clients")
    rates: dict[str, float] = {}
    for _ in range(options.turns):
        for name, way in ways.items():
            if name != WAGTAIL or slow:
                rates[name] = max(rates.get(name, 0.0), rate(way, options.seconds))
    sql = statements(asked[0])
    yield (f"{size:,}", *row(API, times, rates), str(sql))
    for name in rates:
        if name != API:
            yield ("", *row(name, times, rates), "")


def row(name: str, times: dict[str, Times], rates: dict[str, float]) -> list[str]:
    """Return the cells of one way: its times, our API's ratio to it, its rate, the ratio of it."""
    cells = [name, "", "", ""]
    if name in times:
        own = times[name]
        cells = [name, f"{own.p50:.2f}", f"{own.p95:.2f}", f"{times[API].ratio_to(own):.3g}"]
    compared = rates[name] / rates[EMPTY] if name == UNCHANGED else rates[API] / rates[name]
    return [*cells, f"{rates[name]:,.0f}", f"{compared:.3g}"]


def published(size: int) -> tuple[str, ...]:
    """Return how long a publication takes to be found: median and worst."""
    taken = searchable_after(PUBLISHED)
    return f"{size:,}", f"{taken[0]:.0f}", f"{median(taken):.0f}", f"{max(taken[1:]):.0f}"


SEARCHES = ("records", "", "p50 ms", "p95 ms", "our API ÷ it", "16 clients: answers/s", "ratio",
            "SQL")  # fmt: skip
WRITES = ("records", "bulk, documents/s", "`parallel_bulk` alone", "÷ it",
          "rebuild, documents/s", "`update_index`", "÷ it")  # fmt: skip
FROM_PAGES = ("pages", "`update_index`, pages/s", "records and index from the pages (÷ it)",
              "index from the records (÷ it)")  # fmt: skip
PUBLICATIONS = ("records", "publish call to found, ms: the first", "median", "slowest of the rest")


def show(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table of Markdown."""
    lines = [headings, ["---"] * len(headings), *rows]
    text = "\n".join(f"| {' | '.join(cells)} |".replace("|  |", "| |") for cells in lines)
    console.print(text + "\n", markup=False, highlight=False, soft_wrap=True)


def main() -> None:
    """Measure each size, and print the tables after each."""
    options = arguments()
    collect_seldom()  # as every command of the site
    begin = time.perf_counter()
    url = os.environ["ELASTICSEARCH_URL"]
    call_command("migrate", run_syncdb=True, verbosity=0)
    ours, engine = OurEngine(), ElasticsearchEngine(url, INDEX)
    ours.clear()
    engine.drop()
    name_values()
    settings.CLEARINGHOUSE_ELASTICSEARCH_INDEX = INDEX
    settings.CLEARINGHOUSE_ELASTICSEARCH_URL = url
    tables: dict[Sequence[str], list[tuple[str, ...]]] = {FROM_PAGES: [from_pages(engine)]}
    show(FROM_PAGES, tables[FROM_PAGES])
    settings.CLEARINGHOUSE_ELASTICSEARCH_URL = ""
    ours.clear()
    engine.drop()
    have = 0
    for size in sorted(options.sizes):
        err.print(f"{size:,} records: making them")
        settings.CLEARINGHOUSE_ELASTICSEARCH_URL = ""
        ours.add(islice(records(size), have, None))
        have = size
        settings.CLEARINGHOUSE_ELASTICSEARCH_URL = url
        tables.setdefault(WRITES, []).append(
            written(size, engine, url, turns=options.turns, wagtail=size <= options.wagtail)
        )
        show(WRITES, tables[WRITES])
        with served(INDEX, kept=0) as site, served(INDEX, kept=200) as keeping:
            tables.setdefault(SEARCHES, []).extend(measured(options, size, site, keeping, url))
        tables.setdefault(PUBLICATIONS, []).append(published(size))
        for headings, rows in tables.items():
            show(headings, rows)
    engine.drop()
    err.print(f"{(time.perf_counter() - begin) / 60:.1f} minutes")


if __name__ == "__main__":
    main()
