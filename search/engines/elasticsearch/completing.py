"""The body of the request that completes a typed text by titles: filters only, a narrow answer."""

from typing import Any

from search.documents import MAX_BEGINNING
from search.engines import Question
from search.text import Expression, Group, Phrase, Term

from .requests import Clause, base

_SHOWN = ("kind", "uid", "slug", "title", "path")


def completing_body(question: Question, expression: Expression) -> dict[str, Any]:
    """Return the request for records whose title alone holds all of the text, by title."""
    return {
        "track_total_hits": False,
        "query": {"bool": {"filter": [*base(question), *map(_group, expression.groups)]}},
        "sort": ["sort_title", "uid"],
        "_source": [f"payload.{name}" for name in _SHOWN],
    }


def _group(group: Group) -> Clause:
    return {
        "bool": {
            "should": [
                {"bool": {"filter": [_term(term) for term in terms]}}
                for terms in group.alternatives
            ],
            "minimum_should_match": 1,
        }
    }


def _term(term: Term) -> Clause:
    if isinstance(term, Phrase):
        return {"match_phrase": {"title": " ".join(term.stems)}}
    if len(term.word) <= MAX_BEGINNING:
        return {"term": {"title_beginnings": term.word}}
    return {"prefix": {"title_words": term.word}}
