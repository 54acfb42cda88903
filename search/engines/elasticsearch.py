"""The Elasticsearch engine: hits and all facet counts of a query in one request.

Requests are plain dictionaries built from analysed words only; no text of a user is ever parsed
as query syntax.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from django.conf import settings
from elasticsearch import Elasticsearch, helpers

from search.documents import (
    MAX_RESULT_WINDOW,
    STEM_FIELDS,
    WORD_FIELDS,
    document_of,
    index_body,
    tombstone_of,
)
from search.engines import (
    Findings,
    Found,
    IndexedRecord,
    Nearest,
    Question,
    Removal,
    State,
)
from search.enums import Sort
from search.facets import facets_for
from search.query import CatalogQuery
from search.text import Alternative, Expression, Group, Phrase, Term

Clause = dict[str, Any]

BOOSTS = {"title": 10.0, "summary": 4.0, "body": 1.0}
WORD_BOOSTS = {"title_words": 5.0, "summary_words": 2.0, "body_words": 0.5}
IN_TITLE, IN_HEAD = 1e6, 1e3
"""What a record gains whose title, or title and summary, hold all of the text."""
MOST_BUCKETS = 10_000
REQUEST_SECONDS = 10.0

_SORTS: Mapping[Sort, list[Any]] = {
    Sort.RELEVANCE: ["_score"],
    Sort.TITLE: ["sort_title"],
    Sort.TITLE_DESC: [{"sort_title": "desc"}],
    Sort.NEWEST: [{"sort_date": {"order": "desc", "missing": "_last"}}],
    Sort.OLDEST: [{"sort_date": {"order": "asc", "missing": "_last"}}],
    Sort.HOURS: [{"minutes": {"order": "asc", "missing": "_last"}}],
    Sort.HOURS_DESC: [{"minutes": {"order": "desc", "missing": "_last"}}],
}


@cache
def client(url: str) -> Elasticsearch:
    """Return the pooled client of this process for a server."""
    return Elasticsearch(url, request_timeout=REQUEST_SECONDS, retry_on_timeout=False)


class ElasticsearchEngine:
    """The catalog in one Elasticsearch index."""

    name = "elasticsearch"

    def __init__(self, url: str = "", index: str = "clearinghouse-catalog") -> None:
        self._url = url
        self.index = index

    @property
    def _client(self) -> Elasticsearch:
        return client(self._url or settings.CLEARINGHOUSE_ELASTICSEARCH_URL)

    def search(self, question: Question) -> Findings:
        """Return the page that the question asks for; past the last page it has no records."""
        answer = self._client.search(index=self.index, body=search_body(question))
        return Findings(
            count=answer["hits"]["total"]["value"],
            records=tuple(map(_found, answer["hits"]["hits"])),
            facets=_counts(answer["aggregations"]),
        )

    def nearest(self, question: Question, corrected: Expression | None, limit: int) -> Nearest:
        """Return records that match most words of a text which found nothing."""
        groups = question.expression.groups if question.expression else ()
        hits: list[Any] = []
        if groups:
            body = _nearest_body(question, groups, limit)
            hits = self._client.search(index=self.index, body=body)["hits"]["hits"]
        finds = corrected is not None and self._finds(question, corrected)
        return Nearest(tuple(map(_found, hits)), corrected=finds)

    def _finds(self, question: Question, expression: Expression) -> bool:
        must = [*_base(question), *_selected(question.query), *map(_group, expression.groups)]
        body = {"size": 0, "terminate_after": 1, "query": {"bool": {"filter": must}}}
        answer = self._client.search(index=self.index, body=body)
        return bool(expression.groups) and answer["hits"]["total"]["value"] > 0

    def vocabulary(self, state: State) -> Mapping[str, int]:
        """Return the folded words of titles and summaries with the number of their records."""
        body = {
            "size": 0,
            "query": {"term": {"visible": True}},
            "aggs": {"words": {"terms": {"field": "vocabulary", "size": 50_000}}},
        }
        answer = self._client.search(index=self.index, body=body)
        buckets = answer["aggregations"]["words"]["buckets"]
        return {bucket["key"]: bucket["doc_count"] for bucket in buckets}

    def write(self, records: Sequence[IndexedRecord], removals: Sequence[Removal] = ()) -> None:
        """Store and remove records; a state older than the stored one changes nothing.

        Raises `elasticsearch.helpers.BulkIndexError` naming the records that were refused.
        """
        self.ensure_index()
        refused = []
        for succeeded, item in helpers.streaming_bulk(
            self._client, self._operations(records, removals), raise_on_error=False
        ):
            operation = item["index"]
            if not succeeded and operation["status"] != 409:  # noqa: PLR2004 - HTTP: an older version
                refused.append(item)
        if refused:
            message = f"{len(refused)} document(s) refused"
            raise helpers.BulkIndexError(message, refused)
        self._client.indices.refresh(index=self.index)

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
        self._client.indices.delete(index=self.index, ignore_unavailable=True)
        self.ensure_index()

    def ensure_index(self) -> None:
        """Create the index with its mapping where there is none."""
        if not self._client.indices.exists(index=self.index):
            # Another process may have been faster.
            self._client.options(ignore_status=400).indices.create(
                index=self.index, body=index_body()
            )


def search_body(question: Question) -> dict[str, Any]:
    """Return the request that answers a question: hits by post-filter, counts by filters."""
    query = question.query
    start = (query.page - 1) * query.page_size
    within = start + query.page_size <= MAX_RESULT_WINDOW
    body: dict[str, Any] = {
        "from": start if within else 0,
        "size": query.page_size if within else 0,
        "track_total_hits": True,
        "query": _query(question),
        "sort": [*_SORTS[query.effective_sort], "uid"],
        "aggs": _aggregations(query),
        "_source": ["payload", "plain_body"] if question.expression else ["payload"],
    }
    if query.selections:
        body["post_filter"] = {"bool": {"filter": _selected(query)}}
    return body


def _query(question: Question) -> Clause:
    expression = question.expression
    if expression is None:
        return {"bool": {"filter": _base(question)}}
    if not expression.groups:
        return {"match_none": {}}
    return {
        "bool": {
            "filter": _base(question),
            "must": [_group(group) for group in expression.groups],
            "should": [
                _all_within(expression, ("title",), ("title_words",), IN_TITLE),
                _all_within(
                    expression, ("title", "summary"), ("title_words", "summary_words"), IN_HEAD
                ),
            ],
        }
    }


def _base(question: Question) -> list[Clause]:
    today = question.today.isoformat()
    filters: list[Clause] = [
        {"term": {"visible": True}},
        {"range": {"valid_from": {"lte": today}}},
        {"range": {"valid_until": {"gte": today}}},
    ]
    if question.locale is not None:
        filters.append({"term": {"locale": question.locale}})
    if question.query.kind is not None:
        filters.append({"term": {"kind": question.query.kind.value}})
    return filters


def _selected(query: CatalogQuery, *, but: str = "") -> list[Clause]:
    return [
        {"terms": {f"facets.{name}": list(values)}}
        for name, values in query.selections.items()
        if name != but
    ]


def _aggregations(query: CatalogQuery) -> dict[str, Any]:
    """Return one filtered aggregation per selected facet, and one for all the others."""
    names = [facet.name for facet in facets_for(query.kind)]
    own = {
        name: _filtered(_selected(query, but=name), [name])
        for name in names
        if name in query.selections
    }
    others = [name for name in names if name not in query.selections]
    return {**own, "others": _filtered(_selected(query), others)}


def _filtered(filters: list[Clause], names: list[str]) -> Clause:
    return {
        "filter": {"bool": {"filter": filters}} if filters else {"match_all": {}},
        "aggs": {
            name: {"terms": {"field": f"facets.{name}", "size": MOST_BUCKETS}} for name in names
        },
    }


def _counts(aggregations: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    return {
        name: {bucket["key"]: bucket["doc_count"] for bucket in terms["buckets"]}
        for filtered in aggregations.values()
        for name, terms in filtered.items()
        if isinstance(terms, Mapping) and "buckets" in terms
    }


def _group(
    group: Group,
    stems: Sequence[str] = STEM_FIELDS,
    words: Sequence[str] = WORD_FIELDS,
) -> Clause:
    return {
        "dis_max": {
            "queries": [_alternative(terms, stems, words) for terms in group.alternatives],
            "tie_breaker": 0.1,
        }
    }


def _alternative(terms: Alternative, stems: Sequence[str], words: Sequence[str]) -> Clause:
    return {"bool": {"must": [_term(term, stems, words) for term in terms]}}


def _term(term: Term, stems: Sequence[str], words: Sequence[str]) -> Clause:
    if isinstance(term, Phrase):
        clauses = [
            {"match_phrase": {name: {"query": " ".join(term.stems), "boost": BOOSTS[name]}}}
            for name in stems
        ]
    else:
        clauses = [
            {"prefix": {name: {"value": term.word, "boost": WORD_BOOSTS[name]}}} for name in words
        ]
    return {"dis_max": {"queries": clauses, "tie_breaker": 0.3}}


def _all_within(
    expression: Expression, stems: Sequence[str], words: Sequence[str], boost: float
) -> Clause:
    return {
        "constant_score": {
            "filter": {
                "bool": {"must": [_group(group, stems, words) for group in expression.groups]}
            },
            "boost": boost,
        }
    }


def _nearest_body(question: Question, groups: Sequence[Group], limit: int) -> dict[str, Any]:
    return {
        "size": limit,
        "query": {
            "bool": {
                "filter": _base(question),
                "should": [
                    {"constant_score": {"filter": _group(group), "boost": 1.0}} for group in groups
                ],
                "minimum_should_match": max(1, len(groups) // 2),
            }
        },
        "sort": ["_score", "uid"],
        "_source": ["payload", "plain_body"],
    }


def _found(hit: Mapping[str, Any]) -> Found:
    source = hit["_source"]
    return Found(source["payload"], source.get("plain_body", ""))
