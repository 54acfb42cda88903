"""The Elasticsearch engine: hits and all facet counts of a query in one request."""

import time
from collections.abc import Iterator, Mapping, Sequence
from math import log
from typing import Any

from django.conf import settings
from elasticsearch import Elasticsearch, helpers

from search.documents import document_of, tombstone_of
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
    StoredVersion,
)
from search.similarity import Subject, points_of
from search.text import Expression

from .alike import holders_body, similar_body
from .completing import completing_body
from .connection import Breaker, breaker, client, post, reached
from .life import IndexLife
from .requests import (
    SEARCH_PARAMETERS,
    after_body,
    counting_body,
    nearest_body,
    search_body,
    selected,
)

WRITE_SECONDS = 10.0
MOST_BYTES = 10 * 1024 * 1024
"""A request that writes is no larger, so that it ends in its time."""
SCANNED = 5_000
"""Documents that one request of a scan reads."""
_LEAST_SECONDS = 0.05
_CONFLICT = 409

_current: set[tuple[str, str]] = set()
"""The indices of this process whose mapping was seen to be this version's."""
_vocabularies: dict[tuple[str, str], tuple[State, Mapping[str, int]]] = {}
"""The words of an index, as they were in a state of the catalog."""

__all__ = ["ElasticsearchEngine", "client"]


class ElasticsearchEngine:
    """The catalog in the index behind an alias, or in one version that is being built.

    What one question takes shares CLEARINGHOUSE_ELASTICSEARCH_SECONDS: a search that used them up
    leaves the rest to the database.
    """

    name = "elasticsearch"

    def __init__(self, url: str, index: str, *, building: bool = False) -> None:
        self._url = url
        self.index = index
        self._building = building
        self._deadline: float | None = None

    @property
    def _client(self) -> Elasticsearch:
        return client(self._url, settings.CLEARINGHOUSE_ELASTICSEARCH_SECONDS)

    @property
    def _patient(self) -> Elasticsearch:
        return self._client.options(request_timeout=WRITE_SECONDS)

    @property
    def _breaker(self) -> Breaker:
        return breaker(self._url)

    @property
    def life(self) -> IndexLife:
        """The versions of this engine's index."""
        return IndexLife(self._patient, self.index)

    def beside(self, index: str) -> "ElasticsearchEngine":
        """Return the engine over a version that does not serve yet."""
        return ElasticsearchEngine(self._url, index, building=True)

    def _ask(self, body: dict[str, Any], *, first: bool = False) -> Any:
        """Ask within what is left of the question's time."""
        now = time.monotonic()
        if first or self._deadline is None:
            self._deadline = now + settings.CLEARINGHOUSE_ELASTICSEARCH_SECONDS
        left = max(_LEAST_SECONDS, self._deadline - now)
        with self._breaker.guarding(), reached():
            return post(self._client, f"/{self.index}/_search?{SEARCH_PARAMETERS}", body, left)

    def search(self, question: Question) -> Findings:
        """Return the page that the question asks for; past the last page it has no records."""
        answer = self._ask(search_body(question), first=True)
        return Findings(
            count=answer["hits"]["total"]["value"],
            records=tuple(map(_found, answer["hits"].get("hits", ()))),
            facets=_counts(answer.get("aggregations", {})),
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
        hits: Sequence[Any] = []
        for chosen in (selected(question.query), []):
            if not hits:
                body = nearest_body(question, chosen, list(zip(groups, weights, strict=True)))
                hits = self._ask({**body, "size": limit})["hits"].get("hits", [])
        finds = counted["aggregations"]["corrected"]["doc_count"] > 0
        return Nearest(tuple(map(_found, hits)), corrected=finds)

    def complete(self, question: Question, limit: int) -> tuple[Found, ...]:
        """Return the first records by title whose title alone holds all of the text."""
        expression = question.expression
        if expression is None or not expression.groups:
            return ()
        return self._hits({**completing_body(question, expression), "size": limit}, first=True)

    def similar(self, question: Question, subject: Subject, limit: int) -> tuple[Found, ...]:
        """Return other records with the most points, best first."""
        if not subject.traits:
            return ()
        counted = self._ask(holders_body(question, subject), first=True)
        counts = [bucket["doc_count"] for bucket in counted["aggregations"]["traits"]["buckets"]]
        points = points_of(subject.traits, counts, counted["hits"]["total"]["value"])
        if not points:
            return ()
        return self._hits({**similar_body(question, subject, points), "size": limit})

    def after(self, question: Question, uid: str | None, limit: int) -> tuple[Found, ...]:
        """Return the first records of the whole result whose `uid` is greater, in its order."""
        return self._hits({**after_body(question, uid), "size": limit}, first=True)

    def _hits(self, body: dict[str, Any], *, first: bool = False) -> tuple[Found, ...]:
        answer = self._ask(body, first=first)
        return tuple(map(_found, answer.get("hits", {}).get("hits", ())))

    def vocabulary(self, state: State) -> Mapping[str, int]:
        """Return the folded words of titles and summaries with the number of their records."""
        key = (self._url, self.index)
        kept = _vocabularies.get(key)
        if kept is not None and kept[0] == state:
            return kept[1]
        body = {
            "size": 0,
            "query": {"term": {"visible": True}},
            "aggs": {"words": {"terms": {"field": "vocabulary", "size": 50_000}}},
        }
        answer = self._ask(body)
        buckets = answer["aggregations"]["words"]["buckets"]
        found = {bucket["key"]: bucket["doc_count"] for bucket in buckets}
        if state.token:
            _vocabularies[key] = (state, found)
        return found

    def write(
        self,
        records: Sequence[IndexedRecord],
        removals: Sequence[Removal] = (),
        *,
        patient: bool = True,
    ) -> None:
        """Store and remove records; a state older than the stored one changes nothing.

        Without patience it takes no longer than a search, and not even that while the cluster
        rests. Raises RecordsRefused, with all the others stored.
        """
        if patient:
            try:
                self._write(self._patient, records, removals)
            except EngineUnavailable as error:
                self._breaker.noted(error)
                raise
            self._breaker.succeeded()
            return
        with self._breaker.guarding():
            self._write(self._client, records, removals)

    def _write(
        self,
        server: Elasticsearch,
        records: Sequence[IndexedRecord],
        removals: Sequence[Removal],
    ) -> None:
        reasons: dict[str, str] = {}
        conflicts: list[str] = []
        with reached():
            for succeeded, item in helpers.streaming_bulk(
                server,
                self._operations(records, removals),
                max_chunk_bytes=MOST_BYTES,
                max_retries=3,  # of items that the cluster has no room for now (429)
                initial_backoff=0.2,
                max_backoff=2.0,
                raise_on_error=False,
                require_alias=not self._building,
                refresh=not self._building,
            ):
                operation = item["index"]
                if not succeeded and operation["status"] == _CONFLICT:
                    conflicts.append(operation["_id"])
                elif not succeeded:
                    reasons[operation["_id"]] = str(operation.get("error"))
            reasons |= self._not_there(server, conflicts)
        if reasons:
            raise RecordsRefused(reasons)

    def _not_there(self, server: Elasticsearch, conflicts: Sequence[str]) -> dict[str, str]:
        """Return the reasons of those whose conflict is not a newer document, but a deletion."""
        if not conflicts:
            return {}
        found = server.mget(index=self.index, ids=conflicts, source=False)["docs"]
        reason = "The document was deleted less than a minute ago."
        return {item["_id"]: reason for item in found if not item.get("found")}

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

    def stored_versions(self) -> Iterator[StoredVersion]:
        """Yield every document, hidden ones too, in the order of `uid`; page by page."""
        after: list[Any] | None = None
        with reached():
            self._patient.indices.refresh(index=self.index)
        while True:
            body: dict[str, Any] = {
                "size": SCANNED,
                "sort": ["uid"],
                "version": True,
                "_source": False,
                "docvalue_fields": ["visible"],
                "track_total_hits": False,
            }
            if after is not None:
                body["search_after"] = after
            with reached():
                hits = self._patient.search(
                    index=self.index, body=body, allow_partial_search_results=False
                )["hits"]["hits"]
            for hit in hits:
                yield StoredVersion(
                    hit["_id"], hit["_version"], visible=hit["fields"]["visible"][0]
                )
            if len(hits) < SCANNED:
                return
            after = hits[-1]["sort"]

    def differing(self, records: Sequence[IndexedRecord]) -> list[str]:
        """Return the `uid` of the records that are not stored as they are given."""
        wanted = {record.uid: document_of(record) for record in records}
        if not wanted:
            return []
        with reached():
            found = self._patient.mget(index=self.index, ids=list(wanted))["docs"]
        stored = {item["_id"]: item.get("_source") for item in found}
        return [uid for uid, document in wanted.items() if stored.get(uid) != document]

    def forget(self, uids: Sequence[str]) -> None:
        """Delete documents as if they had never been."""
        if not uids:
            return
        operations = ({"_op_type": "delete", "_index": self.index, "_id": uid} for uid in uids)
        with reached():
            for _ in helpers.streaming_bulk(self._patient, operations, raise_on_error=False):
                pass
            self._patient.indices.refresh(index=self.index)

    def clear(self) -> None:
        """Forget every record."""
        self.drop()
        self.prepare()

    def drop(self) -> None:
        """Delete the index with all of its versions."""
        _current.discard((self._url, self.index))
        self.life.remove_everything()

    def exists(self) -> bool:
        """Return whether there is an index. Asked even while the cluster rests: it may be back."""
        try:
            with reached():
                found = bool(self._client.indices.exists(index=self.index))
        except EngineUnavailable as error:
            self._breaker.noted(error)
            raise
        self._breaker.succeeded()
        return found

    def prepare(self) -> None:
        """Make an empty index where there is none."""
        self.life.prepare()

    def is_current(self) -> bool:
        """Return whether the index has the mapping that this version reads and writes.

        Asked until it has: from then on only this version's own code makes it anew.
        """
        key = (self._url, self.index)
        if key not in _current:
            with self._breaker.guarding():
                if not IndexLife(self._client, self.index).is_current():
                    return False
            _current.add(key)
        return True

    def rests(self) -> bool:
        """Return whether the cluster failed so lately that it is not asked."""
        return self._breaker.rests


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
