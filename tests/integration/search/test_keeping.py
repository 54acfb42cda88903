"""Answers that are kept: right until the catalog changes, and no longer."""

import datetime as dt
from typing import Any

import pytest
from django.utils import translation

from search.engines import Question
from search.engines.elasticsearch import ElasticsearchEngine
from search.enums import Kind
from search.query import PageOutOfRange
from search.selectors import search_catalog
from tests.integration.search.building import Catalog, ask, titles, topic

pytestmark = [pytest.mark.elasticsearch, pytest.mark.django_db]


@pytest.fixture
def asked(
    engine: ElasticsearchEngine,
    catalog: Catalog,
    committed: Any,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> list[str]:
    """The texts that the engine itself is asked for, while two answers are kept."""
    with committed():
        catalog.resource("Radio manual")
    settings.CLEARINGHOUSE_ANSWERS_KEPT = 2
    texts: list[str] = []
    search = ElasticsearchEngine.search

    def noted(asked: ElasticsearchEngine, question: Question) -> Any:
        texts.append(question.query.text)
        return search(asked, question)

    monkeypatch.setattr(ElasticsearchEngine, "search", noted)
    return texts


def test_what_was_answered_is_answered_again(asked: list[str]) -> None:
    assert [ask(q="radio").count for _ in range(3)] == [1, 1, 1]
    assert ask(q="radio") == ask(q="radio")
    assert asked == ["radio"]


def test_a_change_forgets_everything(asked: list[str], catalog: Catalog, committed: Any) -> None:
    assert titles(q="radio") == ["Radio manual"]
    with committed():
        page = catalog.resource("Radio handbook")
    assert sorted(titles(q="radio")) == ["Radio handbook", "Radio manual"]
    with committed():
        page.unpublish()
    assert titles(q="radio") == ["Radio manual"]
    assert asked == ["radio"] * 3


def test_a_renamed_topic_is_shown_at_once(
    asked: list[str], catalog: Catalog, committed: Any
) -> None:
    subject = topic("radio", "Radio")
    with committed():
        catalog.resource("Manual", core_topics=[subject])
    assert ask().facets[0].buckets[0].label == "Radio"
    subject.label = "Wireless"
    subject.save()
    assert ask().facets[0].buckets[0].label == "Wireless"


def test_kind_page_day_and_language_are_told_apart(asked: list[str]) -> None:
    settled = dt.date(2026, 11, 22)
    for _ in range(2):
        ask(q="radio")
    search_catalog(Kind.RESOURCE, {"q": ["radio"]})
    search_catalog(None, {"q": ["radio"]}, today=settled)
    with translation.override("es"):
        ask(q="radio")
    ask(q="radio", page_size="1")
    assert len(asked) == 5
    with pytest.raises(PageOutOfRange):
        ask(q="radio", page="2")


def test_long_pages_are_not_kept(asked: list[str]) -> None:
    for _ in range(2):
        assert ask(q="radio", page_size="100").count == 1
    assert asked == ["radio"] * 2


def test_the_one_longest_not_asked_for_makes_room(asked: list[str]) -> None:
    for text in ("one", "two", "one", "three", "one", "two"):
        ask(q=text)
    assert asked == ["one", "two", "three", "two"]


def test_what_the_database_answers_for_the_cluster_is_not_kept(
    asked: list[str], settings: Any
) -> None:
    url = settings.CLEARINGHOUSE_ELASTICSEARCH_URL
    settings.CLEARINGHOUSE_ELASTICSEARCH_URL = "http://127.0.0.1:9"
    assert ask(q="radio").degraded
    settings.CLEARINGHOUSE_ELASTICSEARCH_URL = url
    assert not ask(q="radio").degraded
