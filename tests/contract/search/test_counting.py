"""Totals, orders and all facets of 500 records, compared whole with a count by hand."""

import datetime as dt
import random

import pytest

from search.enums import Kind, Sort
from search.query import CatalogQuery
from tests.contract.search.corpus import TODAY, Index, answered_facets, generated, random_query


@pytest.mark.parametrize("seed", range(120))
def test_answers_equal_a_count_by_hand(index: Index, seed: int) -> None:
    chance = random.Random(seed)
    query = random_query(chance)
    today = TODAY + dt.timedelta(days=chance.randint(-4, 41))
    expected = index.expected(query, today)
    answer = index.ask(query, today=today)
    assert answer.count == expected.count
    assert answered_facets(answer) == expected.facets
    assert [hit.uid for hit in answer.hits] == expected.uids[:100]


def test_300_selections_over_10_000_records_equal_a_count_by_hand(
    empty: Index, request: pytest.FixtureRequest
) -> None:
    full = request.config.getoption("full")
    empty.store(generated(10_000 if full else 1_000, seed=11))
    chance = random.Random(300)
    for _ in range(300 if full else 30):
        query = random_query(chance)
        expected = empty.expected(query)
        answer = empty.ask(query)
        assert (answer.count, answered_facets(answer)) == (expected.count, expected.facets), query
        assert [hit.uid for hit in answer.hits] == expected.uids[:100], query


@pytest.mark.parametrize("sort", [sort for sort in Sort if sort is not Sort.RELEVANCE])
@pytest.mark.parametrize("text", ["", "crisis"])
def test_pages_in_a_row_are_the_whole_in_order(index: Index, sort: Sort, text: str) -> None:
    query = CatalogQuery(None, text=text, sort=sort, page_size=17)
    expected = index.expected(query)
    first = index.ask(query)
    uids = [
        hit.uid
        for page in range(1, first.last_page + 1)
        for hit in index.ask(query.with_page(page)).hits
    ]
    assert uids == expected.uids


def test_pages_by_relevance_hold_everything_once(index: Index) -> None:
    query = CatalogQuery(None, text="training officer", page_size=7)
    expected = index.expected(query)
    assert expected.count > 21
    first = index.ask(query)
    pages = [index.ask(query.with_page(page)).hits for page in range(1, first.last_page + 1)]
    uids = [hit.uid for hits in pages for hit in hits]
    assert sorted(uids) == expected.uids
    assert uids == [hit.uid for page in pages for hit in page]
    again = index.ask(CatalogQuery(None, text="training officer", page_size=100))
    assert [hit.uid for hit in again.hits] == uids[:100]


def test_past_the_last_page_there_is_nothing_but_the_count(index: Index) -> None:
    query = CatalogQuery(Kind.RESOURCE)
    assert index.ask(query.with_page(10**9)).hits == ()
    assert index.ask(query.with_page(10**9)).count == index.expected(query).count


def test_buckets_are_in_the_order_of_their_facet(index: Index) -> None:
    facets = {facet.name: facet for facet in index.ask(CatalogQuery(None)).facets}
    values = {name: [b.value for b in facet.buckets] for name, facet in facets.items()}
    assert values["core_topic"] == ["t1", "t1a", "t1a1", "t1b", "t2", "t2a", "t3"]
    assert values["hours"] == ["lt4", "4-8", "8-16", "16-40", "40plus"]
    assert values["year"] == sorted(values["year"], reverse=True)
    assert values["provider"] == ["alpha", "beta", "gamma"]
    assert values["publisher"] == ["office", "press"]


def test_a_kind_has_only_its_facets(index: Index) -> None:
    names = {facet.name for facet in index.ask(CatalogQuery(Kind.RESOURCE)).facets}
    assert names == {"core_topic", "audience", "language", "year", "resource_type", "publisher"}
