"""The judged queries: no engine answers them worse than was accepted.

A ranking that became better on purpose is accepted by `python benchmarks/relevance.py --accept`.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from search.engines import EngineChoice, SearchEngine
from search.engines.elasticsearch import ElasticsearchEngine
from tests.contract.search.conftest import ENGINES
from tests.contract.search.corpus import Index
from tests.contract.search.relevance.judged import (
    Asked,
    ask_all,
    corpus,
    engine_key,
    judged_queries,
    read_baseline,
    synonyms,
)
from tests.contract.search.relevance.judging import faults, mean

LEAST_QUERIES = 40
LEAST_MEAN = 0.85
"""What the accepted rankings themselves must be worth."""


@pytest.fixture(scope="module", params=ENGINES)
def answers(
    request: Any, django_db_setup: None, django_db_blocker: Any
) -> Iterator[tuple[str, list[Asked]]]:
    """The name of a ranking, and how it answered every judged query."""
    make: Callable[[str], SearchEngine] = request.param
    with django_db_blocker.unblock(), transaction.atomic():
        built = Index(EngineChoice(make("judged")), {})
        built.store(corpus())
        yield engine_key(built.choice.engine.name, connection.vendor), ask_all(built.choice)
        transaction.set_rollback(True)
    if isinstance(built.choice.engine, ElasticsearchEngine):
        built.choice.engine.drop()


def scores(asked: list[Asked]) -> dict[str, float]:
    """Return the nDCG@10 of each query."""
    return {answer.judged.query: answer.score for answer in asked}


def test_the_ranking_is_no_worse_than_was_accepted(answers: tuple[str, list[Asked]]) -> None:
    key, asked = answers
    accepted = read_baseline()[key]
    assert faults(accepted, scores(asked)) == []
    assert mean(accepted) >= LEAST_MEAN


def test_a_ranking_turned_round_is_found(answers: tuple[str, list[Asked]]) -> None:
    key, asked = answers
    turned = {
        answer.judged.query: Asked(
            answer.judged, answer.suggestion, answer.found_nothing, answer.ranking[::-1]
        ).score
        for answer in asked
    }
    assert faults(read_baseline()[key], turned)


def test_misspelt_queries_find_by_the_suggestion(answers: tuple[str, list[Asked]]) -> None:
    _key, asked = answers
    misspelt = [answer for answer in asked if "misspelt" in answer.judged.wanted]
    assert len(misspelt) >= 5
    assert [answer.judged.query for answer in misspelt if not answer.found_nothing] == []
    assert [answer.judged.query for answer in misspelt if not answer.ranking] == []


def test_synonyms_find_what_the_words_find(  # and "CIT" also begins other words
    answers: tuple[str, list[Asked]],
) -> None:
    _key, asked = answers
    rankings = {answer.judged.query: set(answer.ranking) for answer in asked}
    assert rankings["CIT"] >= rankings["crisis intervention team"]


def test_the_set_is_whole() -> None:
    queries = judged_queries()
    slugs = {record.slug for record in corpus()}
    assert len({judged.query for judged in queries}) == len(queries) >= LEAST_QUERIES
    assert [judged.query for judged in queries if not set(judged.grades) <= slugs] == []
    assert [judged.query for judged in queries if max(judged.grades.values()) < 2] == []
    assert {grade for judged in queries for grade in judged.grades.values()} <= {1, 2, 3}
    assert synonyms() is not None
