"""The Elasticsearch engine: hits and all facet counts of a query in one request."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from math import log
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from elasticsearch import ApiError, Elasticsearch, TransportError, helpers

from search.documents import (
    document_of,
    index_body,
    tombstone_of,
)
from search.engines import (
    EngineUnavailable,
    Findings,
    Found,
    IndexedRecord,
    Nearest,
    Question,
    RecordsRefused,
    Removal,
    State,
)
from search.text import Expression

from .requests import counting_body, nearest_body, search_body, selected

WRITE_SECONDS = 10.0
MOST_BYTES = 10 * 1024 * 1024
"""A request that writes is no larger, so that it ends in its time."""
_DEFAULT_PORTS = {"http": 9200, "https": 443}
_CONFLICT = 409


@cache
def client(url: str, seconds: float) -> Elasticsearch:
    """Return the pooled client of this process for a server.

    It tries once: whoever asks has the database, whoever writes tries again later.
    """
    logging.getLogger("elastic_transport").setLevel(logging.ERROR)  # else a line for each request
    parts = urlsplit(url)
    if parts.port is None:
        place = f"{parts.netloc.removesuffix(':')}:{_DEFAULT_PORTS[parts.scheme]}"
        url = parts._replace(netloc=place).geturl()
    return Elasticsearch(url, request_timeout=seconds, max_retries=0, retry_on_timeout=False)


@contextmanager
def _reached() -> Iterator[None]:
    """Tell a server that is away or refuses apart from faults of this code."""
    try:
        yield
    except (ApiError, TransportError) as error:
        raise EngineUnavailable(f"{type(error).__name__}: {error}") from error


class ElasticsearchEngine:
    """The catalog in one Elasticsearch index."""

    name = "elasticsearch"

    def __init__(self, url: str, index: str) -> None:
        self._url = url
        self.index = index

    @property
    def _client(self) -> Elasticsearch:
        return client(self._url, settings.CLEARINGHOUSE_ELASTICSEARCH_SECONDS)

    def _ask(self, body: dict[str, Any]) -> Any:
        with _reached():
            return self._client.search(
                index=self.index, body=body, allow_partial_search_results=False
            )

    def search(self, question: Question) -> Findings:
        """Return the page that the question asks for; past the last page it has no records."""
        answer = self._ask(search_body(question))
        return Findings(
            count=answer["hits"]["total"]["value"],
            records=tuple(map(_found, answer["hits"]["hits"])),
            facets=_counts(answer["aggregations"]),
        )

    def nearest(self, question: Question, corrected: Expression | None, limit: int) -> Nearest:
        """Return records that match most words of a text which found nothing.

        At least half of the words; the rarer a word, the more it counts. Where the selections
        leave none of them, they are put aside.
        """
        groups = question.expression.groups if question.expression else ()
        if not groups:
            return Nearest()
        counted = self._ask(counting_body(question, groups, corrected))
        total = counted["hits"]["total"]["value"]
        counts = counted["aggregations"]["words"]["buckets"]
        weights = [log(1 + total / (1 + bucket["doc_count"])) for bucket in counts]
        hits: list[Any] = []
        for chosen in (selected(question.query), []):
            if not hits:
                body = nearest_body(question, chosen, list(zip(groups, weights, strict=True)))
                hits = self._ask({**body, "size": limit})["hits"]["hits"]
        finds = counted["aggregations"]["corrected"]["doc_count"] > 0
        return Nearest(tuple(map(_found, hits)), corrected=finds)

    def vocabulary(self, state: State) -> Mapping[str, int]:
        """Return the folded words of titles and summaries with the number of their records."""
        body = {
            "size": 0,
            "query": {"term": {"visible": True}},
            "aggs": {"words": {"terms": {"field": "vocabulary", "size": 50_000}}},
        }
        answer = self._ask(body)
        buckets = answer["aggregations"]["words"]["buckets"]
        return {bucket["key"]: bucket["doc_count"] for bucket in buckets}

    def write(self, records: Sequence[IndexedRecord], removals: Sequence[Removal] = ()) -> None:
        """Store and remove records; a state older than the stored one changes nothing.

        Raises RecordsRefused, with all the others stored.
        """
        reasons: dict[str, str] = {}
        patient = self._client.options(request_timeout=WRITE_SECONDS)
        with _reached():
            for succeeded, item in helpers.streaming_bulk(
                patient,
                self._operations(records, removals),
                max_chunk_bytes=MOST_BYTES,
                raise_on_error=False,
            ):
                operation = item["index"]
                if not succeeded and operation["status"] != _CONFLICT:  # a newer one is there
                    reasons[operation["_id"]] = str(operation.get("error"))
            patient.indices.refresh(index=self.index)
        if reasons:
            raise RecordsRefused(reasons)

    def _operations(
        self, records: Sequence[IndexedRecord], removals: Sequence[Removal]
    ) -> Iterator[dict[str, Any]]:
        subjects: list[tuple[IndexedRecord | Removal, Mapping[str, Any]]] = [
            *((record, document_of(record)) for record in records),
            *((removal, tombstone_of(removal)) for removal in removals),
        ]
        for subject, document in subjects:
            yield {
                "_index": self.index,
                "_id": subject.uid,
                "version": subject.version,
                "version_type": "external_gte",
                "_source": document,
            }

    def clear(self) -> None:
        """Forget every record."""
        self.drop()
        self.prepare()

    def drop(self) -> None:
        """Delete the index."""
        with _reached():
            patient = self._client.options(request_timeout=WRITE_SECONDS)
            patient.indices.delete(index=self.index, ignore_unavailable=True)

    def exists(self) -> bool:
        """Return whether there is an index."""
        with _reached():
            return bool(self._client.indices.exists(index=self.index))

    def prepare(self) -> None:
        """Make an empty index where there is none."""
        with _reached():
            # Another process may be faster.
            patient = self._client.options(request_timeout=WRITE_SECONDS, ignore_status=400)
            patient.indices.create(index=self.index, body=index_body())


def _counts(aggregations: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    return {
        name: {bucket["key"]: bucket["doc_count"] for bucket in terms["buckets"]}
        for filtered in aggregations.values()
        for name, terms in filtered.items()
        if isinstance(terms, Mapping) and "buckets" in terms
    }


def _found(hit: Mapping[str, Any]) -> Found:
    source = hit["_source"]
    return Found(source["payload"], source.get("plain_body", ""))
