"""The one search of pages and API: parameters in, answers out, few queries."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from search import reference
from search.engines import database
from search.enums import Kind
from search.query import Fault, InvalidQuery, PageOutOfRange
from search.selectors import generation_key, known_values, search_catalog, stand_ready
from tests.integration.search.building import TODAY, Catalog, ask, counts, organisation, topic

pytestmark = pytest.mark.django_db


def test_unknown_values_are_named_and_known_ones_without_a_record_are_not(
    catalog: Catalog, committed: object
) -> None:
    organisation("Quiet Press")
    answer = ask(
        Kind.RESOURCE, publisher="quiet-press", year="1999", core_topic="crisis-recognition"
    )
    assert answer.count == 0
    assert counts(answer, "publisher") == {"quiet-press": 0}
    assert counts(answer, "year") == {"1999": 0}
    with pytest.raises(InvalidQuery) as caught:
        ask(Kind.RESOURCE, publisher="nobody", year="12", provider="quiet-press")
    assert caught.value.faults == (
        Fault("publisher", "nobody", "Unknown value."),
        Fault("year", "12", "Unknown value."),
        Fault("provider", "quiet-press", "Unknown parameter."),
    )


def test_the_seeded_vocabulary_is_known() -> None:
    known = known_values("en")
    assert "communication-skills" in known["core_topic"]
    assert {"patrol-officers", "community-members"} <= set(known["audience"])
    assert set(known["modality"]) == {
        "in-person",
        "virtual-instructor-led",
        "self-paced-online",
        "blended",
    }
    assert list(known["hours"]) == ["lt4", "4-8", "8-16", "16-40", "40plus"]
    assert set(known["sector"]) == {"public", "private"}


def test_a_page_past_the_last_is_no_page_and_the_first_of_nothing_is_one(
    catalog: Catalog, committed: object
) -> None:
    assert ask().count == 0
    with pytest.raises(PageOutOfRange) as caught:
        ask(page="1000000000")
    assert (caught.value.page, caught.value.last) == (1_000_000_000, 1)


@pytest.mark.parametrize("count", [1, 3, 100])
@pytest.mark.parametrize("text", ["", "resource"])
def test_a_search_takes_four_queries_whatever_it_finds(
    catalog: Catalog, committed: object, count: int, text: str
) -> None:
    parent = topic("speaking")
    with committed():  # type: ignore[operator]  # a fixture
        for _ in range(count):
            catalog.resource(core_topics=[parent])
    search_catalog(None, {}, language="en", today=TODAY)
    with CaptureQueriesContext(connection) as queries:
        answer = search_catalog(
            None, {"q": [text], "page_size": ["100"]}, language="en", today=TODAY
        )
    assert answer.count == count
    assert len(queries) == (4 if text else 2)


@pytest.fixture
def new_process(catalog: Catalog, committed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three published resources, of which this process knows nothing yet."""
    with committed():
        for number in range(3):
            catalog.resource(f"Guide {number}", core_topics=[topic("speaking")])
    monkeypatch.setattr(database, "DATABASE_ENGINE", database.DatabaseEngine())
    monkeypatch.setattr(reference, "_cache", {})


def test_a_process_that_stands_ready_has_read_the_catalog(
    new_process: None, django_assert_num_queries: Any
) -> None:
    stand_ready()
    with django_assert_num_queries(4):  # state, matches, scores, records
        assert ask(q="guide").count == 3


def test_the_first_search_of_a_process_takes_few_queries_more(
    new_process: None, client: Client
) -> None:
    counts = []
    for text in ("guide", "guide", "something", "guide read"):
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/api/v1/search", {"q": text}).status_code == 200
        counts.append(len(queries))
    assert counts == [7, 2, 4, 4]


def test_the_generation_is_one_query(db: None) -> None:
    with CaptureQueriesContext(connection) as queries:
        generation_key()
    assert len(queries) == 1


def test_labels_are_in_the_language_of_the_reader(catalog: Catalog) -> None:
    names = {facet.name: facet.label for facet in ask().facets}
    assert names["core_topic"] == "Core topic area"
    assert [facet.name for facet in ask(Kind.RESOURCE).facets] == [
        "core_topic",
        "audience",
        "resource_type",
        "publisher",
        "language",
        "year",
    ]
