"""The bodies of requests: plain dictionaries built from analysed words only.

No text of a user is ever parsed as query syntax.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from search.documents import MAX_RESULT_WINDOW, STEM_FIELDS, WORD_FIELDS
from search.engines import Question
from search.enums import Sort
from search.facets import facets_for
from search.query import CatalogQuery
from search.relevance import RELEVANCE
from search.text import Alternative, Expression, Group, Phrase, Term

Clause = dict[str, Any]

_STEM_BOOSTS = dict(zip(STEM_FIELDS, RELEVANCE.stems.each(), strict=True))
_WORD_BOOSTS = dict(zip(WORD_FIELDS, RELEVANCE.words.each(), strict=True))
MOST_BUCKETS = 10_000
SEARCH_PARAMETERS = (
    "allow_partial_search_results=false"
    "&filter_path=took,hits.total.value,hits.hits._source,aggregations"
)
"""Of the address: an answer is whole, and tells only what is read of it."""
_SORTS: Mapping[Sort, list[Any]] = {
    Sort.RELEVANCE: ["_score"],
    Sort.TITLE: ["sort_title"],
    Sort.TITLE_DESC: [{"sort_title": "desc"}],
    Sort.NEWEST: [{"sort_date": {"order": "desc", "missing": "_last"}}],
    Sort.OLDEST: [{"sort_date": {"order": "asc", "missing": "_last"}}],
    Sort.HOURS: [{"minutes": {"order": "asc", "missing": "_last"}}],
    Sort.HOURS_DESC: [{"minutes": {"order": "desc", "missing": "_last"}}],
}


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
        body["post_filter"] = {"bool": {"filter": selected(query)}}
    return body


def after_body(question: Question, uid: str | None) -> dict[str, Any]:
    """Return the request for the records of the whole result that come after one by `uid`."""
    query = _query(question)
    if question.query.selections:
        query = {"bool": {"filter": [query, *selected(question.query)]}}
    body = {
        "track_total_hits": False,
        "query": query,
        "sort": ["uid"],
        "_source": ["payload"],
    }
    return body if uid is None else {**body, "search_after": [uid]}


def _query(question: Question) -> Clause:
    expression = question.expression
    if expression is None:
        return {"bool": {"filter": base(question)}}
    if not expression.groups:
        return {"match_none": {}}
    return {
        "bool": {
            "filter": base(question),
            "must": [_group(group) for group in expression.groups],
            "should": [
                _all_within(expression, STEM_FIELDS[:1], WORD_FIELDS[:1]),
                _all_within(expression, STEM_FIELDS[:2], WORD_FIELDS[:2]),
            ],
        }
    }


def base(question: Question) -> list[Clause]:
    """Return the filters of the records of the kind and language that count on the day."""
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


def selected(query: CatalogQuery, *, but: str = "") -> list[Clause]:
    """Return the filters of the chosen facet values, without those of one facet."""
    return [
        {"terms": {f"facets.{name}": list(values)}}
        for name, values in query.selections.items()
        if name != but
    ]


def _aggregations(query: CatalogQuery) -> dict[str, Any]:
    """Return one filtered aggregation per selected facet, and one for all the others."""
    names = [facet.name for facet in facets_for(query.kind)]
    own = {
        name: _filtered(selected(query, but=name), [name])
        for name in names
        if name in query.selections
    }
    others = [name for name in names if name not in query.selections]
    return {**own, "others": _filtered(selected(query), others)}


def _filtered(filters: list[Clause], names: list[str]) -> Clause:
    return {
        "filter": {"bool": {"filter": filters}} if filters else {"match_all": {}},
        "aggs": {
            name: {"terms": {"field": f"facets.{name}", "size": MOST_BUCKETS}} for name in names
        },
    }


def _group(
    group: Group,
    stems: Sequence[str] = STEM_FIELDS,
    words: Sequence[str] = WORD_FIELDS,
) -> Clause:
    return {
        "dis_max": {
            "queries": [_alternative(terms, stems, words) for terms in group.alternatives],
            "tie_breaker": RELEVANCE.other_alternatives,
        }
    }


def _alternative(terms: Alternative, stems: Sequence[str], words: Sequence[str]) -> Clause:
    return {"bool": {"must": [_term(term, stems, words) for term in terms]}}


def _term(term: Term, stems: Sequence[str], words: Sequence[str]) -> Clause:
    if isinstance(term, Phrase):
        clauses = [
            {"match_phrase": {name: {"query": " ".join(term.stems), "boost": _STEM_BOOSTS[name]}}}
            for name in stems
        ]
    else:
        clauses = [
            {"prefix": {name: {"value": term.word, "boost": _WORD_BOOSTS[name]}}} for name in words
        ]
    return {"dis_max": {"queries": clauses, "tie_breaker": RELEVANCE.other_fields}}


def _all_within(expression: Expression, stems: Sequence[str], words: Sequence[str]) -> Clause:
    """Return what a record gains whose fields, of these, hold all of the text."""
    return {
        "constant_score": {
            "filter": {
                "bool": {"must": [_group(group, stems, words) for group in expression.groups]}
            },
            "boost": RELEVANCE.tier,
        }
    }


def counting_body(
    question: Question, groups: Sequence[Group], corrected: Expression | None
) -> dict[str, Any]:
    """Return the request that counts all records, those with each word, the corrected text's."""
    better = corrected.groups if corrected else ()
    must = [*selected(question.query), *map(_group, better)] if better else [{"match_none": {}}]
    return {
        "size": 0,
        "track_total_hits": True,
        "query": {"bool": {"filter": base(question)}},
        "aggs": {
            "words": {"filters": {"filters": [_group(group) for group in groups]}},
            "corrected": {"filter": {"bool": {"filter": must}}},
        },
    }


def nearest_body(
    question: Question, chosen: list[Clause], weighed: Sequence[tuple[Group, float]]
) -> dict[str, Any]:
    """Return the request for records with half of the words: more words first, then rarer ones."""
    step = 1 + sum(weight for _, weight in weighed)
    return {
        "query": {
            "bool": {
                "filter": [*base(question), *chosen],
                "should": [
                    {"constant_score": {"filter": _group(group), "boost": step + weight}}
                    for group, weight in weighed
                ],
                "minimum_should_match": -(-len(weighed) // 2),
            }
        },
        "sort": ["_score", "uid"],
        "_source": ["payload", "plain_body"],
    }
