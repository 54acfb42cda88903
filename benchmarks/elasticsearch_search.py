"""The catalog answered by Elasticsearch, beside the very requests that it sends: ratios in one run.

    python benchmarks/elasticsearch_search.py [--sizes 1000 10000 100000] [--queries 100]

Needs `ELASTICSEARCH_URL`; keeps an index of its own there. Uses the database of `DATABASE_URL` (a
SQLite file of its own where it is not set) and empties its search tables. The API answers through
every middleware, in this process; the anchor sends the same body over a bare connection.
"""

import argparse
import json
import os
import resource
import sys
import threading
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]
os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"

import django  # noqa: E402 - the path first

django.setup()

import urllib3  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.handlers.base import BaseHandler  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import RequestFactory  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402
from elasticsearch import helpers  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.table import Table  # noqa: E402
from wagtail.models import Locale  # noqa: E402

from benchmarks.catalog import OurEngine, searchable_after  # noqa: E402
from benchmarks.corpus import FACET_SIZES, MadeQuery, facet_value, queries, records  # noqa: E402
from benchmarks.measuring import Way, in_turn  # noqa: E402
from resource_library.models import CoreTopicArea, Organisation, Term  # noqa: E402
from search.documents import document_of, index_body  # noqa: E402
from search.engines import Question  # noqa: E402
from search.engines.elasticsearch import ElasticsearchEngine, client  # noqa: E402
from search.engines.elasticsearch.requests import search_body  # noqa: E402
from search.enums import Kind  # noqa: E402
from search.indexing import as_stored, current_state  # noqa: E402
from search.models import SearchRecord  # noqa: E402
from search.query import CatalogQuery  # noqa: E402
from search.rebuilding import rebuild_copy  # noqa: E402
from search.text import parse_text  # noqa: E402

INDEX = "clearinghouse-benchmark-catalog"
API, RAW = "our API", "raw request"
CLIENTS = 16
PUBLISHED = 15
console = Console()


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--queries", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=5, help="the fastest of each query counts")
    parser.add_argument("--seconds", type=float, default=5.0, help="of the 16 clients")
    return parser.parse_args()


def name_values() -> None:
    """Give the made facet values a name each, so that the API knows them."""
    for name, count in FACET_SIZES.items():
        for slug in (facet_value(name, place) for place in range(count)):
            if name == "core_topic":
                CoreTopicArea.objects.get_or_create(
                    slug=slug, locale=Locale.get_default(), defaults={"label": slug}
                )
            elif name == "provider":
                Organisation.objects.get_or_create(slug=slug, defaults={"name": slug})
            elif name != "year":
                Term.objects.get_or_create(vocabulary=name, slug=slug, defaults={"label": slug})


class Api:
    """The site's API, in this process."""

    def __init__(self) -> None:
        self._handler = BaseHandler()
        self._handler.load_middleware()
        self._factory = RequestFactory(headers={"host": "127.0.0.1"})

    def ask(self, query: MadeQuery) -> int:
        """Answer a search; the count of what was found."""
        address = "/api/v1/curricula?" + urlencode(query.parameters(), doseq=True)
        answer = self._handler.get_response(self._factory.get(address))
        content = json.loads(answer.content)
        if content["engine"] != "elasticsearch":
            raise RuntimeError(content)
        return int(content["count"])


class Raw:
    """The request that a search sends, over a bare connection."""

    def __init__(self, url: str) -> None:
        self._pool = urllib3.connection_from_url(url, maxsize=CLIENTS)

    def ask(self, query: MadeQuery) -> int:
        """Send the body and read the answer."""
        question = Question(
            query=CatalogQuery(Kind.CURRICULUM, text=query.text, selections=query.selections),
            expression=parse_text(query.text),
            locale=None,
            today=timezone.localdate(),
            state=current_state(),
        )
        return self.send(json.dumps(search_body(question)).encode())

    def send(self, body: bytes) -> int:
        """Send a body that is made already."""
        answer = self._pool.request(
            "POST", f"/{INDEX}/_search", body=body, headers={"Content-Type": "application/json"}
        )
        return int(json.loads(answer.data)["hits"]["total"]["value"])


def rate(ask: Callable[[MadeQuery], int], asked: list[MadeQuery], seconds: float) -> float:
    """Return answers a second to so many clients at once."""
    counts: list[int] = []
    end = time.monotonic() + seconds

    def work(first: int) -> None:
        number = first
        while time.monotonic() < end:
            ask(asked[number % len(asked)])
            number += 1
        counts.append(number - first)
        connection.close()

    threads = [threading.Thread(target=work, args=(first,)) for first in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / seconds


def bulk_alone(url: str, size: int) -> float:
    """Return documents a second that `parallel_bulk` stores, made beforehand."""
    server = client(url, 10.0)
    name = f"{INDEX}-bulk-alone"
    server.indices.delete(index=name, ignore_unavailable=True)
    server.indices.create(index=name, body=index_body())
    rows = list(SearchRecord.objects.order_by("pk")[: min(size, 10_000)])
    documents = [
        {"_index": name, "_id": one.uid, "_source": document_of(one)} for one in as_stored(rows)[0]
    ]
    begin = time.perf_counter()
    for _ in helpers.parallel_bulk(server, documents, thread_count=2, chunk_size=500):
        pass
    taken = time.perf_counter() - begin
    server.indices.delete(index=name)
    return len(documents) / taken


def main() -> None:
    """Measure each size, and print one table."""
    options = arguments()
    url = os.environ["ELASTICSEARCH_URL"]
    settings.CLEARINGHOUSE_ELASTICSEARCH_URL = ""
    call_command("migrate", run_syncdb=True, verbosity=0)
    ours, engine = OurEngine(), ElasticsearchEngine(url, INDEX)
    ours.clear()
    engine.drop()
    name_values()
    table = Table(title=f"Elasticsearch, {connection.vendor}")
    for heading in ("records", "p50 / p95 API", "raw", "API ÷ raw", "SQL", "16 clients ÷ raw",
                    "rebuild docs/s", "bulk alone docs/s", "publish, ms", "peak MB"):  # fmt: skip
        table.add_column(heading, justify="right")
    settings.CLEARINGHOUSE_ELASTICSEARCH_INDEX = INDEX
    have = 0
    for size in options.sizes:
        settings.CLEARINGHOUSE_ELASTICSEARCH_URL = ""
        ours.add(islice(records(size), have, None))
        have = size
        settings.CLEARINGHOUSE_ELASTICSEARCH_URL = url
        begin = time.perf_counter()
        rebuild_copy(engine)
        rebuilt = size / (time.perf_counter() - begin)
        table.add_row(f"{size:,}", *measured(options, url), f"{rebuilt:,.0f}",
                      f"{bulk_alone(url, size):,.0f}", published(), peak())  # fmt: skip
        console.print(table)
    engine.drop()


def measured(options: argparse.Namespace, url: str) -> list[str]:
    """Return the cells of one size that are about searches."""
    api, raw, asked = Api(), Raw(url), queries(options.queries)
    server = client(url, 10.0)
    server.indices.forcemerge(index=INDEX, max_num_segments=1)
    for query in asked[:10]:
        if api.ask(query) != raw.ask(query):
            raise RuntimeError(query)
    with CaptureQueriesContext(connection) as statements:
        api.ask(asked[0])
    ways = {API: Way(api.ask), RAW: Way(raw.ask)}
    times = in_turn(asked, ways, rounds=options.rounds)
    both = [rate(ask, asked, options.seconds) for ask in (api.ask, raw.ask)]
    return [
        f"{times[API].p50:.1f} / {times[API].p95:.1f}",
        f"{times[RAW].p50:.1f} / {times[RAW].p95:.1f}",
        f"{times[API].ratio_to(times[RAW]):.2f}",
        str(len(statements)),
        f"{both[0] / both[1]:.2f} ({both[0]:.0f} / {both[1]:.0f})",
    ]


def published() -> str:
    """Return how long a publication takes to be found, median and worst."""
    taken = sorted(searchable_after(PUBLISHED))
    return f"{taken[len(taken) // 2]:.0f} ({taken[-1]:.0f})"


def peak() -> str:
    """Return the most memory that this process has taken."""
    return f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f}"


if __name__ == "__main__":
    main()
