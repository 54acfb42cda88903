"""A whole result batch by batch: every record once, in the order of its number."""

import random

import pytest

from search.engines import Question
from search.engines.database.reading import current_state
from search.query import CatalogQuery
from search.text import parse_text
from tests.contract.search.corpus import LOCALE, SYNONYMS, TODAY, Index, generated, random_query


def batches(index: Index, query: CatalogQuery, limit: int) -> list[list[str]]:
    """Return the numbers of the records, batch by batch."""
    question = Question(query, parse_text(query.text, SYNONYMS), LOCALE, TODAY, current_state())
    found: list[list[str]] = []
    last: str | None = None
    while not found or len(found[-1]) == limit:
        records = index.choice.engine.after(question, last, limit)
        found.append([record.payload["uid"] for record in records])
        last = found[-1][-1] if found[-1] else last
    return found


@pytest.mark.parametrize("seed", range(12))
def test_batches_hold_the_whole_result_once(index: Index, seed: int) -> None:
    query = random_query(random.Random(seed))
    for limit in (1_000, 7):
        found = batches(index, query, limit)
        assert [uid for batch in found for uid in batch] == sorted(index.expected(query).uids)


def test_everything_comes_batch_by_batch(index: Index) -> None:
    query = CatalogQuery(None)
    found = batches(index, query, 40)
    assert len(found) > 5
    assert {len(batch) for batch in found[:-1]} == {40}
    assert [uid for batch in found for uid in batch] == sorted(index.expected(query).uids)


def test_a_text_without_words_exports_nothing(index: Index) -> None:
    assert batches(index, CatalogQuery(None, text="the of"), 10) == [[]]


def test_what_comes_while_an_export_runs_disturbs_nothing(empty: Index) -> None:
    empty.store(generated(40))
    query = CatalogQuery(None)
    all_at_first = sorted(empty.expected(query).uids)
    question = Question(query, None, LOCALE, TODAY, current_state())
    first = [record.payload["uid"] for record in empty.choice.engine.after(question, None, 10)]
    empty.store(generated(60)[40:], gone=[empty.records[key] for key in list(empty.records)[:1]])
    question = Question(query, None, LOCALE, TODAY, current_state())
    rest = [record.payload["uid"] for record in empty.choice.engine.after(question, first[-1], 100)]
    assert first == all_at_first[:10]
    assert rest == [uid for uid in sorted(empty.expected(query).uids) if uid > first[-1]]
