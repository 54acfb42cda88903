"""What a typed text is completed to, compared whole with a look at every title."""

import datetime as dt
import random

import pytest

from search.engines import Question
from search.engines.database.reading import current_state
from search.enums import Kind
from search.query import CatalogQuery
from search.text import parse_text
from tests.contract.search.corpus import (
    LOCALE,
    SYNONYMS,
    TODAY,
    WORDS,
    Index,
    make_record,
    matches,
)
from tests.contract.search.test_text_search import HOSTILE


def completed(
    index: Index,
    text: str,
    kind: Kind | None = None,
    *,
    today: dt.date = TODAY,
    locale: str | None = LOCALE,
    limit: int = 8,
) -> list[str]:
    """Return the numbers of the records that are offered."""
    expression = parse_text(text, SYNONYMS)
    query = CatalogQuery(kind, text=text)
    question = Question(query, expression, locale, today, current_state())
    found = index.choice.engine.complete(question, limit)
    assert all(
        {"kind", "uid", "slug", "title", "path"} <= record.payload.keys() for record in found
    )
    assert all(record.body == "" for record in found)
    return [record.payload["uid"] for record in found]


def expected(
    index: Index, text: str, kind: Kind | None, today: dt.date, locale: str | None, limit: int
) -> list[str]:
    expression = parse_text(text, SYNONYMS)
    found = [
        record
        for record in index.records.values()
        if expression is not None
        and kind in {None, record.kind}
        and locale in {None, record.locale}
        and (record.valid_from is None or record.valid_from <= today)
        and (record.valid_until is None or today <= record.valid_until)
        and matches(expression, make_record(record.page_id, title=record.title))
    ]
    found.sort(key=lambda record: (record.sort_title, str(record.uid)))
    return [str(record.uid) for record in found[:limit]]


def typed(chance: random.Random) -> str:
    """Return some words, the last of them perhaps not to its end."""
    words = chance.choices(WORDS, k=chance.choice([1, 1, 2, 3]))
    return " ".join([*words[:-1], words[-1][: chance.randint(1, len(words[-1]))]])


@pytest.mark.parametrize("seed", range(100))
def test_completions_equal_a_look_at_every_title(index: Index, seed: int) -> None:
    chance = random.Random(seed)
    text = typed(chance)
    kind = chance.choice([None, *Kind])
    today = TODAY + dt.timedelta(days=chance.randint(-4, 41))
    locale = chance.choice([LOCALE, "es", None])
    limit = chance.choice([1, 8, 1000])
    wanted = expected(index, text, kind, today, locale, limit)
    assert completed(index, text, kind, today=today, locale=locale, limit=limit) == wanted


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_words_like_any_other(index: Index, text: str) -> None:
    assert completed(index, text) == expected(index, text, None, TODAY, LOCALE, 8)


def test_only_titles_count_and_only_the_last_word_may_be_unfinished(empty: Index) -> None:
    records = [
        make_record(1, title="Patrol training", summary="listening", body="listening"),
        make_record(2, title="Listening on patrol"),
        make_record(3, title="Patron saints", summary="patrol"),
    ]
    empty.store(records)
    first, second, third = (str(record.uid) for record in records)
    assert completed(empty, "listen") == [second]
    assert completed(empty, "patr") == [second, first, third]
    assert completed(empty, "patr training") == []
    assert completed(empty, "train") == [first]
    assert completed(empty, "trained patr") == [first]  # stems
    for text in ("", "the", "!", "p"):
        assert completed(empty, text) == []


@pytest.mark.parametrize("length", [2, 19, 20, 21, 22, 63, 64])
def test_words_of_any_length_are_completed(empty: Index, length: int) -> None:
    long = "ab" + "xyz" * 20 + "cd"
    record = make_record(1, title=f"Course {long}")
    empty.store([record, make_record(2, title="Course a")])
    assert completed(empty, long[:length]) == [str(record.uid)]
    assert completed(empty, f"{long[: length - 1]}q") == []


def test_what_changes_or_goes_is_no_longer_offered(empty: Index) -> None:
    record = make_record(1, title="First name")
    empty.store([record])
    assert completed(empty, "fir") == [str(record.uid)]
    empty.store([make_record(1, title="Second name")])
    assert (completed(empty, "fir"), completed(empty, "sec")) == ([], [str(record.uid)])
    empty.store([], gone=[record])
    assert completed(empty, "sec") == []
