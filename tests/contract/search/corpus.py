"""A generated catalog and what a search of it must answer, counted by the plainest Python."""

import datetime as dt
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from search.answers import Labels, answer_of
from search.engines import EngineChoice, Question, Removal, State
from search.engines.database.reading import current_state
from search.enums import Kind, Sort
from search.facets import FACETS, facets_for, hours_value
from search.generations import next_generation
from search.indexing import indexed, store_records
from search.models import SearchRecord
from search.query import CatalogAnswer, CatalogQuery
from search.records import CatalogRecord
from search.text import (
    Alternative,
    Analysis,
    Expression,
    Phrase,
    SynonymTable,
    analyse,
    parse_text,
)

TODAY = dt.date(2026, 11, 22)
LOCALE = "en"
SYNONYMS = SynonymTable(
    [
        ["CIT", "crisis intervention team"],
        ["de-escalation", "deescalation"],
        ["VR", "virtual reality"],
    ]
)
PARENTS = {"t1a": "t1", "t1b": "t1", "t1a1": "t1a", "t2a": "t2"}
VALUES: dict[str, list[str]] = {
    "core_topic": ["t1", "t1a", "t1a1", "t1b", "t2", "t2a", "t3"],
    "audience": ["patrol-officers", "supervisors", "dispatchers"],
    "language": ["english", "spanish"],
    "key_element": ["time", "distance"],
    "stage": ["in-service", "refresher", "executive"],
    "modality": ["in-person", "blended"],
    "method": ["lecture", "scenario", "role-play"],
    "sector": ["public", "private"],
    "provider": ["alpha", "beta", "gamma"],
    "resource_type": ["guide", "toolkit", "video"],
    "publisher": ["press", "office"],
    "hours": ["lt4", "4-8", "8-16", "16-40", "40plus"],
    "year": [str(year) for year in range(2019, 2027)],
}
KNOWN = {name: {value: value.title() for value in values} for name, values in VALUES.items()}
LABELS = Labels(KNOWN, {"core_topic": PARENTS})
WORDS = (
    "crisis intervention team training officer community communication listening de-escalation "
    "virtual reality scenario café naïve Überblick 危机 кризис empathy distance cover CIT VR "
    "use of force mental health deescalation role-play policy the and supervisors"
).split()


def make_record(number: int, **values: object) -> CatalogRecord:
    """Return a resource with this number; every field by keyword."""
    defaults: dict[str, object] = {
        "page_id": number,
        "uid": UUID(int=random.Random(number).getrandbits(128), version=4),
        "kind": Kind.RESOURCE,
        "locale": LOCALE,
        "slug": f"record-{number}",
        "title": f"Record {number}",
        "summary": "",
        "body": "",
        "path": f"/library/record-{number}/",
        "core_topics": (),
        "facets": {},
    }
    return CatalogRecord(**{**defaults, **values})  # type: ignore[arg-type]


def generated(count: int, seed: int = 7) -> list[CatalogRecord]:
    """Return so many varied records."""
    chance = random.Random(seed)
    return [_generated(number, chance) for number in range(1, count + 1)]


def _generated(number: int, chance: random.Random) -> CatalogRecord:
    def some(name: str, most: int = 2) -> tuple[str, ...]:
        return tuple(chance.sample(VALUES[name], chance.randint(0, min(most, len(VALUES[name])))))

    def text(least: int, most: int) -> str:
        return " ".join(chance.choices(WORDS, k=chance.randint(least, most)))

    kind = chance.choice(list(Kind))
    own_topics = some("core_topic")
    day = (
        dt.date(chance.randint(2019, 2026), chance.randint(1, 12), 5)
        if chance.random() < 0.9
        else None
    )
    minutes = chance.choice([None, 60, 239, 240, 480, 959, 960, 2400, 5000])
    facets = {
        "core_topic": closure(own_topics),
        "audience": some("audience"),
        "language": some("language", 1),
        "year": (str(day.year),) if day else (),
    }
    dates: dict[str, object] = {"day": day}
    if kind is Kind.CURRICULUM:
        hours = hours_value(minutes)
        facets |= {name: some(name) for name in ("key_element", "stage", "method")}
        facets |= {name: some(name, 1) for name in ("modality", "sector", "provider")}
        facets["hours"] = (hours,) if hours else ()
        dates["minutes"] = minutes
        dates["valid_from"] = TODAY - dt.timedelta(days=chance.randint(-3, 40))
        dates["valid_until"] = TODAY + dt.timedelta(days=chance.randint(-3, 40))
    else:
        facets |= {name: some(name, 1) for name in ("resource_type", "publisher")}
    return make_record(
        number,
        kind=kind,
        locale=chance.choices([LOCALE, "es"], [9, 1])[0],
        title=text(1, 4).capitalize(),
        summary=text(0, 8),
        body=text(0, 30),
        facets=facets,
        core_topics=tuple((slug, slug) for slug in own_topics),
        **dates,
    )


def closure(topics: Iterable[str]) -> tuple[str, ...]:
    """Return topics with all they are part of."""
    found: dict[str, None] = {}
    for topic in topics:
        current: str | None = topic
        while current:
            found[current] = None
            current = PARENTS.get(current)
    return tuple(found)


@dataclass(slots=True)
class Index:
    """An engine with the records it holds."""

    choice: EngineChoice
    records: dict[UUID, CatalogRecord]

    def store(self, records: Sequence[CatalogRecord], gone: Sequence[CatalogRecord] = ()) -> None:
        """Write records to the database and to the engine, as the index does."""
        new = [record for record in records if record.uid not in self.records]
        SearchRecord.objects.bulk_create(
            [SearchRecord(uid=record.uid, kind=record.kind.value) for record in new],
            ignore_conflicts=True,
        )
        wanted: dict[UUID, CatalogRecord | None] = {record.uid: record for record in records}
        wanted |= {record.uid: None for record in gone}
        rows = list(SearchRecord.objects.filter(uid__in=wanted))
        for row in rows:
            row.version += 1
        pairs = [(row, wanted[row.uid]) for row in rows]
        store_records(pairs)
        if self.choice.engine.name != "database":
            self.choice.engine.write(
                [indexed(row, record) for row, record in pairs if record],
                [removal(row) for row, record in pairs if record is None],
            )
        next_generation([row.pk for row in rows])
        for uid, record in wanted.items():
            self.records.pop(uid, None)
            if record is not None:
                self.records[uid] = record

    def ask(
        self, query: CatalogQuery, *, today: dt.date = TODAY, state: State | None = None
    ) -> CatalogAnswer:
        """Answer a query as the site does."""
        question = Question(
            query, parse_text(query.text, SYNONYMS), LOCALE, today, state or current_state()
        )
        return answer_of(self.choice, question, LABELS, SYNONYMS)

    def expected(self, query: CatalogQuery, today: dt.date = TODAY) -> "Expected":
        """Return what the answer must be."""
        return expected(self.records.values(), query, today)


def removal(row: SearchRecord) -> Removal:
    """Return what an engine is told of a row that is hidden."""
    return Removal(row.pk, str(row.uid), row.version)


@dataclass(frozen=True, slots=True)
class Expected:
    """The answer's total, its ids in the order of the sort, and its facets."""

    count: int
    uids: list[str]
    facets: dict[str, dict[str, tuple[int, bool, str | None]]]


def expected(records: Iterable[CatalogRecord], query: CatalogQuery, today: dt.date) -> Expected:
    """Count by looking at every record for every value."""
    expression = parse_text(query.text, SYNONYMS)
    base = [
        record
        for record in records
        if record.locale == LOCALE
        and query.kind in (None, record.kind)
        and (record.valid_from is None or record.valid_from <= today)
        and (record.valid_until is None or today <= record.valid_until)
        and matches(expression, record)
    ]

    def chosen(record: CatalogRecord, but: str = "") -> bool:
        return all(
            set(values) & set(record.facets.get(name, ()))
            for name, values in query.selections.items()
            if name != but
        )

    facets: dict[str, dict[str, tuple[int, bool, str | None]]] = {}
    for facet in facets_for(query.kind):
        selected = query.selections.get(facet.name, ())
        facets[facet.name] = {}
        for value in VALUES[facet.name]:
            count = sum(
                chosen(record, facet.name) and value in record.facets.get(facet.name, ())
                for record in base
            )
            if count or value in selected:
                parent = PARENTS.get(value) if facet.name == "core_topic" else None
                facets[facet.name][value] = (count, value in selected, parent)
    found = sorted((record for record in base if chosen(record)), key=lambda r: str(r.uid))
    return Expected(len(found), [str(record.uid) for record in in_order(found, query)], facets)


def in_order(records: list[CatalogRecord], query: CatalogQuery) -> list[CatalogRecord]:
    """Return records, given in the order of ids, in the order of a sort (relevance: as given)."""
    sort = query.effective_sort
    if sort in (Sort.TITLE, Sort.TITLE_DESC):
        return sorted(records, key=lambda r: r.sort_title, reverse=sort is Sort.TITLE_DESC)
    sign = -1 if sort in (Sort.NEWEST, Sort.HOURS_DESC) else 1
    if sort in (Sort.NEWEST, Sort.OLDEST):
        return sorted(records, key=lambda r: (r.day is None, sign * (r.day or TODAY).toordinal()))
    if sort in (Sort.HOURS, Sort.HOURS_DESC):
        return sorted(records, key=lambda r: (r.minutes is None, sign * (r.minutes or 0)))
    return records


def matches(expression: Expression | None, record: CatalogRecord) -> bool:
    """Return whether a record holds what an expression asks for."""
    if expression is None:
        return True
    analysis = analyse(title=record.title, summary=record.summary, body=record.body)
    return bool(expression.groups) and all(
        any(_holds(analysis, terms) for terms in group.alternatives) for group in expression.groups
    )


def _holds(analysis: Analysis, terms: Alternative) -> bool:
    *_, title_words, summary_words, body_words = analysis.streams()
    every_word = (*title_words, *summary_words, *body_words)
    return all(
        any(_contains(stems, term.stems) for stems in analysis.streams()[:3])
        if isinstance(term, Phrase)
        else any(word.startswith(term.word) for word in every_word)
        for term in terms
    )


def _contains(stems: tuple[str, ...], phrase: tuple[str, ...]) -> bool:
    return any(
        stems[place : place + len(phrase)] == phrase
        for place in range(len(stems) - len(phrase) + 1)
    )


def answered_facets(answer: CatalogAnswer) -> dict[str, dict[str, tuple[int, bool, str | None]]]:
    """Return an answer's facets as `Expected.facets` has them."""
    return {
        facet.name: {b.value: (b.count, b.selected, b.parent) for b in facet.buckets}
        for facet in answer.facets
    }


def random_query(chance: random.Random) -> CatalogQuery:
    """Return a query with some text and some choices."""
    kind = chance.choice([None, *Kind])
    facets = chance.sample(facets_for(kind), chance.choice([0, 1, 1, 2, 3]))
    texts = ["", "", "", *_TEXTS]
    return CatalogQuery(
        kind,
        text=chance.choice(texts),
        selections={
            facet.name: tuple(chance.sample(VALUES[facet.name], chance.choice([1, 1, 2])))
            for facet in facets
        },
        sort=chance.choice([sort for sort in Sort if sort is not Sort.RELEVANCE]),
        page_size=100,
    )


_TEXTS = [
    "crisis",
    "team training",
    "communication",
    "communities",
    '"crisis intervention"',
    "CIT",
    "de-escalation",
    "deescal",
    "de-esc",
    "virtual reality",
    '"virtual reality"',
    "CAFE naive",
    "危机",
    "危",
    "КРИЗИС",
    "train",
    "off",
    "use of force",
    '"use of force" empathy',
    "mental heal",
    "role-play policy",
    "the",
    "nothingness",
    "officer list",
]
assert {facet.name for facet in FACETS} == set(VALUES)
