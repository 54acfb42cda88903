"""The bodies of the two requests that find records like one: who shares what, and who most."""

from collections.abc import Sequence
from typing import Any

from search.engines import Question
from search.similarity import Subject, Trait

from .requests import Clause, base


def holders_body(question: Question, subject: Subject) -> dict[str, Any]:
    """Return the request that counts all others, and those with each trait."""
    return {
        "size": 0,
        "track_total_hits": True,
        "query": {"bool": _others(question, subject)},
        "aggs": {"traits": {"filters": {"filters": list(map(_holds, subject.traits))}}},
    }


def similar_body(
    question: Question, subject: Subject, points: Sequence[tuple[Trait, int]]
) -> dict[str, Any]:
    """Return the request for the others that share something, most points first."""
    return {
        "track_total_hits": False,
        "query": {
            "bool": {
                **_others(question, subject),
                "should": [
                    {"constant_score": {"filter": _holds(trait), "boost": float(worth)}}
                    for trait, worth in points
                ],
                "minimum_should_match": 1,
            }
        },
        "sort": ["_score", "uid"],
        "_source": ["payload"],
    }


def _others(question: Question, subject: Subject) -> Clause:
    return {"filter": base(question), "must_not": [{"term": {"uid": subject.uid}}]}


def _holds(trait: Trait) -> Clause:
    if trait.facet:
        return {"term": {f"facets.{trait.facet}": trait.value}}
    words = [{"term": {name: trait.value}} for name in ("title", "summary")]
    return {"bool": {"should": words, "minimum_should_match": 1}}
