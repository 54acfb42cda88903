"""How fast an index of Elasticsearch is written: in bulk, by a rebuild, and from real pages.

Each beside what others do with the same: `parallel_bulk` alone, and Wagtail's `update_index`.
"""

import time
from concurrent.futures import ThreadPoolExecutor

from django.db import transaction
from django.test import override_settings
from elasticsearch import helpers
from rich.console import Console
from wagtail.models import Page

from benchmarks.anchor.models import AnchorRecord
from benchmarks.anchors import ModelSearch
from benchmarks.corpus import records
from home.services import ensure_site_tree
from resource_library.models import CoreTopicArea, ResourcePage, Term
from search.documents import document_of, index_body
from search.engines import IndexedRecord
from search.engines.elasticsearch import ElasticsearchEngine, client
from search.indexing import as_stored, current_state
from search.models import SearchRecord
from search.rebuilding import BATCH as BULK
from search.rebuilding import rebuild_copy
from search.reconciliation import reindex

INDEX = "clearinghouse-benchmark-catalog"
SENDERS = 2
SENT_ALONE = 20_000
"""Documents that the bulk anchor holds in memory, at most."""
PAGES, TURNS = 3_000, 3
err = Console(stderr=True)


def stored_rows(size: int) -> list[IndexedRecord]:
    """Return records as engines store them, made beforehand."""
    rows = list(SearchRecord.objects.order_by("pk")[: min(size, SENT_ALONE)])
    return as_stored(rows)[0]


def bulk_alone(url: str, size: int) -> float:
    """Return documents a second that `parallel_bulk` stores, made beforehand."""
    server = client(url, 10.0)
    name = f"{INDEX}-bulk-alone"
    server.indices.create(index=name, body=index_body())
    documents = [
        {"_index": name, "_id": one.uid, "_source": document_of(one)} for one in stored_rows(size)
    ]
    begin = time.perf_counter()
    for _ in helpers.parallel_bulk(server, documents, thread_count=SENDERS, chunk_size=BULK):
        pass
    taken = time.perf_counter() - begin
    server.indices.delete(index=name)
    return len(documents) / taken


def bulk_by_engine(engine: ElasticsearchEngine, size: int) -> float:
    """Return records a second that our engine stores in bulk, as a rebuild has it do."""
    build = engine.life.begin(current_state())
    beside = engine.beside(build.index)
    stored = stored_rows(size)
    batches = [stored[first : first + BULK] for first in range(0, len(stored), BULK)]
    begin = time.perf_counter()
    with ThreadPoolExecutor(SENDERS) as sending:
        list(sending.map(beside.write, batches))
    taken = time.perf_counter() - begin
    engine.life.remove(build.index)
    return len(stored) / taken


def written(
    size: int, engine: ElasticsearchEngine, url: str, *, turns: int, wagtail: bool
) -> tuple[str, ...]:
    """Store records in bulk, ours and alone in turn, and rebuild; the best of each counts."""
    ours = alone = rebuilt = 0.0
    for turn in range(turns):
        err.print(f"{size:,} records: bulk {turn + 1}")
        alone = max(alone, bulk_alone(url, size))
        ours = max(ours, bulk_by_engine(engine, size))
    for turn in range(turns if size < 100_000 else 1):  # noqa: PLR2004 - minutes each
        err.print(f"{size:,} records: rebuild {turn + 1}")
        begin = time.perf_counter()
        rebuild_copy(engine)
        rebuilt = max(rebuilt, size / (time.perf_counter() - begin))
    cells = (f"{size:,}", f"{ours:,.0f}", f"{alone:,.0f}", f"{ours / alone:.2f}", f"{rebuilt:,.0f}")
    if not wagtail:
        return (*cells, "", "")
    return (*cells, *wagtail_written(size, rebuilt))


def wagtail_written(size: int, rebuilt: float) -> tuple[str, str]:
    """Have Wagtail's own command index the same records; return its rate, and ours over it."""
    err.print(f"{size:,} records: update_index")
    anchor = ModelSearch("elasticsearch")
    anchor.fill(records(size))
    begin = time.perf_counter()
    anchor.index()
    by_wagtail = size / (time.perf_counter() - begin)
    return f"{by_wagtail:,.0f}", f"{rebuilt / by_wagtail:.1f}"


def from_pages(engine: ElasticsearchEngine) -> tuple[str, ...]:
    """Index real pages: Wagtail's own command, ours from the pages, ours from the records."""
    parent = ensure_site_tree()["library"]
    topics = list(CoreTopicArea.objects.all()[:3])
    kind = Term.objects.filter(vocabulary="resource_type").first()
    with override_settings(CLEARINGHOUSE_ELASTICSEARCH_URL=""), transaction.atomic():
        _empty(parent)  # of what an interrupted run left
        for made in records(PAGES):
            parent.add_child(
                instance=ResourcePage(
                    title=made.title,
                    slug=f"made-{made.number}",
                    summary=made.summary,
                    body=f"<p>{made.body}</p>",
                    resource_type=kind,
                    core_topics=topics,
                )
            )
    AnchorRecord.objects.all().delete()
    count = Page.objects.live().count()
    ways = {
        "wagtail": ModelSearch("elasticsearch").index,
        "pages": lambda: (reindex(), rebuild_copy(engine)),
        "records": lambda: rebuild_copy(engine),
    }
    rates = dict.fromkeys(ways, 0.0)
    for _ in range(TURNS):
        for name, index in ways.items():
            err.print(f"{count:,} pages: {name}")
            begin = time.perf_counter()
            index()
            rates[name] = max(rates[name], count / (time.perf_counter() - begin))
    with override_settings(CLEARINGHOUSE_ELASTICSEARCH_URL=""), transaction.atomic():
        _empty(parent)
    wagtail = rates["wagtail"]
    return (
        f"{count:,}",
        f"{wagtail:,.0f}",
        *(f"{rates[name]:,.0f} ({rates[name] / wagtail:.1f})" for name in ("pages", "records")),
    )


def _empty(parent: Page) -> None:
    for page in parent.get_children():
        page.delete()
