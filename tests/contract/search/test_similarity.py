"""Which records are most like one, and in which order, compared whole with a count by hand."""

import datetime as dt
import random
from collections.abc import Iterable
from math import log

import pytest

from search.engines import Question
from search.engines.database.reading import current_state
from search.enums import Kind
from search.models import SearchRecord
from search.query import CatalogQuery
from search.records import CatalogRecord
from search.similarity import Subject, traits_of
from search.text import analyse
from tests.contract.search.corpus import LOCALE, TODAY, Index, make_record

WEIGHTS = {"core_topic": 3, "key_element": 2, "audience": 1}


def similar(
    index: Index,
    record: CatalogRecord,
    *,
    today: dt.date = TODAY,
    locale: str | None = LOCALE,
    limit: int = 4,
) -> list[str]:
    """Return the numbers of the records that are like one."""
    row = SearchRecord.objects.get(uid=record.uid)
    subject = Subject(row.pk, str(record.uid), traits_of(record.title, record.facets))
    question = Question(CatalogQuery(None), None, locale, today, current_state())
    found = index.choice.engine.similar(question, subject, limit)
    return [found_.payload["uid"] for found_ in found]


def expected(
    records: Iterable[CatalogRecord],
    subject: CatalogRecord,
    today: dt.date,
    locale: str | None,
    limit: int,
) -> list[str]:
    """Return the same by comparing every record with the one."""
    others = [
        record
        for record in records
        if record.uid != subject.uid
        and locale in {None, record.locale}
        and (record.valid_from is None or record.valid_from <= today)
        and (record.valid_until is None or today <= record.valid_until)
    ]
    held = {record.uid: _held(record) for record in others}

    def counted(trait: tuple[str, str]) -> int:
        return sum(trait in traits for traits in held.values())

    title = analyse(title=subject.title, summary="", body="").title
    words = {("word", stem): counted(("word", stem)) for stem in title}
    rarest = sorted((count, word) for word, count in words.items() if count)[:12]
    worth = {
        (name, value): (weight, counted((name, value)))
        for name, weight in WEIGHTS.items()
        for value in subject.facets.get(name, ())
    }
    worth |= {word: (1, count) for count, word in rarest}
    points = {
        trait: round(1000 * weight * log(1 + len(others) / (1 + count)))
        for trait, (weight, count) in worth.items()
    }
    scores = {
        uid: sum(points[trait] for trait in traits if trait in points)
        for uid, traits in held.items()
    }
    best = sorted((-score, str(uid)) for uid, score in scores.items() if score)
    return [uid for _, uid in best[:limit]]


def _held(record: CatalogRecord) -> set[tuple[str, str]]:
    analysis = analyse(title=record.title, summary=record.summary, body="")
    words = {("word", stem) for stem in (*analysis.title, *analysis.summary)}
    return words | {(name, value) for name in WEIGHTS for value in record.facets.get(name, ())}


@pytest.mark.parametrize("seed", range(100))
def test_what_is_alike_equals_a_count_by_hand(index: Index, seed: int) -> None:
    chance = random.Random(seed)
    subject = chance.choice(list(index.records.values()))
    today = TODAY + dt.timedelta(days=chance.randint(-4, 41))
    locale = chance.choice([LOCALE, LOCALE, "es", None])
    limit = chance.choice([1, 4, 4, 20, 1000])
    wanted = expected(index.records.values(), subject, today, locale, limit)
    assert similar(index, subject, today=today, locale=locale, limit=limit) == wanted


def test_what_shares_nothing_is_left_out(empty: Index) -> None:
    same = {"publisher": ("press",), "year": ("2024",)}
    subject = make_record(1, title="Alpha", facets={"core_topic": ("t1",), **same})
    empty.store([subject])
    assert similar(empty, subject) == []
    other = make_record(2, title="Beta", body="alpha", facets=same)
    empty.store([other])
    assert similar(empty, subject) == []
    akin = make_record(3, title="Gamma", summary="alpha")
    empty.store([akin])
    assert similar(empty, subject) == [str(akin.uid)]
    assert similar(empty, make_record(2, title="The")) == []


def test_topics_count_more_than_elements_and_those_more_than_audiences(empty: Index) -> None:
    facets = {"core_topic": ("t1",), "key_element": ("time",), "audience": ("supervisors",)}
    subject = make_record(1, title="x", kind=Kind.CURRICULUM, facets=facets)
    sharing = {
        name: make_record(number, title=f"n{number}", facets={name: facets[name]})
        for number, name in enumerate(("audience", "core_topic", "key_element"), start=2)
    }
    empty.store([subject, *sharing.values()])
    wanted = [str(sharing[name].uid) for name in ("core_topic", "key_element", "audience")]
    assert similar(empty, subject) == wanted


def test_a_rare_value_counts_more_than_a_common_one(empty: Index) -> None:
    subject = make_record(1, title="Rare common", facets={"core_topic": ("t1", "t2")})
    rare = make_record(2, title="y", facets={"core_topic": ("t2",)})
    common = [make_record(n, title="y", facets={"core_topic": ("t1",)}) for n in range(3, 13)]
    empty.store([subject, rare, *common])
    first, *rest = similar(empty, subject, limit=20)
    assert first == str(rare.uid)
    assert rest == sorted(str(record.uid) for record in common)


def test_only_the_twelve_rarest_words_of_a_title_count(empty: Index) -> None:
    words = [f"word{chr(97 + n)}" for n in range(13)]
    subject = make_record(1, title=" ".join(words))
    once = [make_record(n + 2, title=f"x {word}") for n, word in enumerate(words[1:])]
    often = [make_record(n, title=f"y {words[0]}") for n in range(30, 33)]
    empty.store([subject, *once, *often])
    assert similar(empty, subject, limit=50) == sorted(str(record.uid) for record in once)


def test_what_is_gone_or_of_another_day_or_language_is_not_alike(empty: Index) -> None:
    topics = {"core_topic": ("t1",)}
    day = dt.timedelta(days=1)
    subject = make_record(1, title="x", facets=topics)
    gone = make_record(2, title="a", facets=topics)
    ended = make_record(3, title="b", facets=topics, valid_until=TODAY - day)
    later = make_record(4, title="c", facets=topics, valid_from=TODAY + day)
    spanish = make_record(5, title="d", facets=topics, locale="es")
    last = make_record(6, title="e", facets=topics, valid_until=TODAY)
    empty.store([subject, gone, ended, later, spanish, last])
    empty.store([], gone=[gone])
    assert similar(empty, subject) == [str(last.uid)]
    assert similar(empty, subject, today=TODAY + day) == [str(later.uid)]
