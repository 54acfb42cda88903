"""Snapshots of several processes: the same answers, few queries, no trace of what was undone."""

import random
import threading

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from search.engines import EngineChoice, State
from search.engines.database import DatabaseEngine
from search.engines.database.reading import current_state
from search.enums import Sort
from search.query import CatalogQuery
from tests.contract.search.corpus import TODAY, Index, answered_facets, generated, random_query

pytestmark = pytest.mark.django_db


def index_of(records: int) -> Index:
    built = Index(EngineChoice(DatabaseEngine()), {})
    built.store(generated(records))
    return built


def another(index: Index) -> Index:
    return Index(EngineChoice(DatabaseEngine()), index.records)


def test_two_processes_answer_alike_whatever_they_saw(db: None) -> None:
    writer = index_of(150)
    follower = another(writer)
    spare = generated(200)[150:]
    chance = random.Random(3)
    for round_number in range(12):
        changed = chance.sample(list(writer.records.values()), 3)
        renumbered = generated(150, seed=100 + round_number)
        kinds = {record.uid: record.kind for record in changed[:2]}
        new = [record for record in renumbered if kinds.get(record.uid) is record.kind]
        writer.store([*new, spare.pop()], gone=changed[2:])
        for sort in Sort:
            query = CatalogQuery(None, sort=sort, page_size=100)
            fresh = another(writer).ask(query)
            assert follower.ask(query) == fresh
            assert fresh.count == writer.expected(query).count
        query = random_query(chance)
        assert answered_facets(follower.ask(query)) == writer.expected(query).facets


def test_a_change_that_was_undone_leaves_no_trace(db: None) -> None:
    index = index_of(20)
    before = index.ask(CatalogQuery(None))
    records = dict(index.records)
    with transaction.atomic():
        index.store(generated(30)[20:])
        assert index.ask(CatalogQuery(None)).count != before.count
        transaction.set_rollback(True)
    index.records = records
    assert index.ask(CatalogQuery(None)) == before
    index.store(generated(31)[30:])
    query = CatalogQuery(None, page_size=100)
    assert index.ask(query) == another(index).ask(query)


def test_a_change_too_great_to_list_is_followed(db: None) -> None:
    index = index_of(20)
    index.ask(CatalogQuery(None))
    index.store(generated(400)[20:])
    query = CatalogQuery(None, text="crisis", page_size=100)
    assert index.ask(query).count == index.expected(query).count


@pytest.mark.parametrize("text", ["", "crisis", "training officer"])
@pytest.mark.parametrize("size", [1, 3, 100])
def test_a_search_takes_three_queries_at_most(db: None, text: str, size: int) -> None:
    index = index_of(150)
    index.ask(CatalogQuery(None))
    state = current_state()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        index.ask(CatalogQuery(None, text=text, page_size=size), state=state)
    assert len(queries) == (3 if text else 1)
    with CaptureQueriesContext(connection) as queries:
        index.ask(CatalogQuery(None, text=text, page_size=size), state=state)
    assert len(queries) == 1


def test_a_search_that_finds_nothing_takes_few_queries(db: None) -> None:
    index = index_of(50)
    index.ask(CatalogQuery(None, text="crisiss zebra"))
    with CaptureQueriesContext(connection) as queries:
        answer = index.ask(CatalogQuery(None, text="trainingg zebraa"), state=current_state())
    assert answer.count == 0
    assert len(queries) <= 4


@pytest.mark.parametrize(
    "text", ["crisis", "training officer", "communic", '"crisis intervention"']
)
def test_the_order_does_not_depend_on_what_was_asked_before(db: None, text: str) -> None:
    index = index_of(300)
    chance = random.Random(5)
    selections = [random_query(chance).selections for _ in range(12)]
    for chosen in [*selections, {}, *selections]:
        for page_size in (2, 100):
            query = CatalogQuery(None, text=text, selections=chosen, page_size=page_size)
            assert index.ask(query) == another(index).ask(query)


def test_an_unknown_state_reads_everything_anew(db: None) -> None:
    index = index_of(20)
    query = CatalogQuery(None, page_size=100)
    assert index.ask(query, state=State(999, "elsewhere")).count == index.expected(query).count


def test_threads_share_one_engine() -> None:
    """Bitmaps only: threads would need connections of their own to read text."""
    engine = DatabaseEngine()
    index = Index(EngineChoice(engine), {})
    index.store(generated(200))
    index.ask(CatalogQuery(None))
    snapshot = engine._snapshot
    assert snapshot is not None
    everything = snapshot.valid_on(index_today := TODAY)
    expected = snapshot.page(everything, Sort.NEWEST, 0, 50)
    wrong: list[object] = []

    def read() -> None:
        for _ in range(50):
            found = snapshot.page(snapshot.valid_on(index_today), Sort.NEWEST, 0, 50)
            if found != expected:
                wrong.append(found)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
