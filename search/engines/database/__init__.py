"""The database engine: the database matches and ranks text, bitmaps here count facets."""

import threading
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import nsmallest
from math import log
from uuid import UUID

from pyroaring import BitMap

from search.engines import (
    Findings,
    Found,
    IndexedRecord,
    Nearest,
    Question,
    Removal,
    State,
)
from search.enums import Sort, Tier
from search.facets import facets_for
from search.similarity import Subject, points_of
from search.text import Expression, word

from . import reading
from .fulltext import fulltext
from .likeness import most_alike
from .ranking import TextMatch, cut, with_scores
from .snapshot import KIND, LOCALE, Snapshot

MATCHES_KEPT = 256


class DatabaseEngine:
    """Answers from the site's own database; one instance serves all threads of a process."""

    name = "database"

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._matches: OrderedDict[tuple[State, Expression], TextMatch] = OrderedDict()
        self._words: tuple[State, Counter[str]] | None = None

    def search(self, question: Question) -> Findings:
        """Return the page that the question asks for; past the last page it has no records."""
        query = question.query
        snapshot = self._snapshot_at(question.state)
        match = self._match(snapshot, question)
        base = _base(snapshot, question)
        if match is not None:
            base = base & match.all
        selected = {
            facet: BitMap.union(*(snapshot.bitmap(facet, value) for value in values))
            for facet, values in query.selections.items()
        }
        result = _intersection(base, selected.values())
        ids = self._page(snapshot, question, match, result)
        return Findings(
            count=len(result),
            records=self._found(ids, with_body=match is not None),
            facets=_facet_counts(snapshot, question, base, selected),
        )

    def _page(
        self,
        snapshot: Snapshot,
        question: Question,
        match: TextMatch | None,
        result: BitMap,
    ) -> list[int]:
        start = (question.query.page - 1) * question.query.page_size
        stop = start + question.query.page_size
        if start >= len(result):
            return []
        sort = question.query.effective_sort
        if sort is not Sort.RELEVANCE or match is None or question.expression is None:
            return snapshot.page(
                result, Sort.TITLE if sort is Sort.RELEVANCE else sort, start, stop
            )
        if not match.all:
            return []
        within = [match.tiers[tier] & result for tier in Tier]
        own = [within[0], within[1] - within[0], within[2] - within[1]]
        pages: list[tuple[Tier, int, int]] = []
        for tier in Tier:
            first, last = max(start, 0), min(stop, len(own[tier]))
            if first < last:
                pages.append((tier, first, last))
            start, stop = start - len(own[tier]), stop - len(own[tier])
        ranked = with_scores(question.expression, match, {tier: own[tier] for tier, *_ in pages})
        return [
            record
            for tier, first, last in pages
            for record in cut(snapshot, ranked[tier], own[tier], first, last)
        ]

    def _found(self, ids: Sequence[int], *, with_body: bool) -> tuple[Found, ...]:
        if not ids:
            return ()
        stored = reading.stored(list(ids), with_body=with_body)
        return tuple(Found(*stored[record]) for record in ids if record in stored)

    def nearest(self, question: Question, corrected: Expression | None, limit: int) -> Nearest:
        """Return records that match most words of a text which found nothing.

        At least half of the words; the rarer a word, the more it counts. Where the selections
        leave none of them, they are put aside.
        """
        groups = question.expression.groups if question.expression else ()
        if not groups:
            return Nearest()
        asked = [Expression((group,)) for group in groups]
        *matches, correction = fulltext().match_each([*asked, corrected or Expression(())])
        snapshot = self._snapshot_at(question.state)
        base = _base(snapshot, question)
        selected = _intersection(base, _selected(snapshot, question))
        scores = _nearness(matches, base)
        chosen = [record for record in scores if record in selected] or list(scores)
        chosen.sort(key=lambda record: (*scores[record], snapshot.rows[record].uid))
        return Nearest(
            self._found(chosen[:limit], with_body=True), bool(correction.intersect(selected))
        )

    def complete(self, question: Question, limit: int) -> tuple[Found, ...]:
        """Return the first records by title whose title alone holds all of the text."""
        expression = question.expression
        if expression is None or not expression.groups:
            return ()
        match = fulltext().match(expression, [Tier.TITLE])[Tier.TITLE]
        snapshot = self._snapshot_at(question.state)
        result = match & _base(snapshot, question)
        return self._found(snapshot.page(result, Sort.TITLE, 0, limit), with_body=False)

    def similar(self, question: Question, subject: Subject, limit: int) -> tuple[Found, ...]:
        """Return other records with the most points, best first."""
        words = [word(trait.value) for trait in subject.traits if not trait.facet]
        matches = iter(fulltext().match_each(words, Tier.HEAD))
        snapshot = self._snapshot_at(question.state)
        others = _base(snapshot, question) - BitMap([subject.id])
        holders = {
            trait: others
            & (snapshot.bitmap(trait.facet, trait.value) if trait.facet else next(matches))
            for trait in subject.traits
        }
        points = points_of(subject.traits, list(map(len, holders.values())), len(others))
        ids = most_alike(
            [(worth, holders[trait]) for trait, worth in points],
            limit,
            lambda record: snapshot.rows[record].uid,
        )
        return self._found(ids, with_body=False)

    def after(self, question: Question, uid: str | None, limit: int) -> tuple[Found, ...]:
        """Return the first records of the whole result whose `uid` is greater, in its order."""
        snapshot = self._snapshot_at(question.state)
        match = self._match(snapshot, question)
        base = _base(snapshot, question)
        result = _intersection(
            base if match is None else base & match.all, _selected(snapshot, question)
        )
        least = UUID(uid).int if uid else -1
        numbers = {record: snapshot.rows[record].uid for record in result}
        later = (record for record in result if numbers[record] > least)
        return self._found(nsmallest(limit, later, key=numbers.__getitem__), with_body=False)

    def vocabulary(self, state: State) -> Mapping[str, int]:
        """Return the folded words of titles and summaries with the number of their records."""
        snapshot = self._snapshot_at(state)
        kept = self._words
        if kept is None or kept[0] != snapshot.state:
            kept = self._words = (snapshot.state, reading.vocabulary())
        return kept[1]

    def write(self, records: Sequence[IndexedRecord], removals: Sequence[Removal] = ()) -> None:
        """Store and remove full text; the records' rows are `search.indexing`'s."""
        index = fulltext()
        if removals:
            index.remove([removal.id for removal in removals])
        if records:
            index.write([(record.id, record.analysis) for record in records])

    def clear(self) -> None:
        """Forget every full text."""
        fulltext().clear()

    def _match(self, snapshot: Snapshot, question: Question) -> TextMatch | None:
        """Return what matches; kept for a while, since paging and facets ask for the same text."""
        expression = question.expression
        if expression is None:
            return None
        if not expression.groups:
            return TextMatch()
        key = (snapshot.state, expression)
        with self._lock:
            match = self._matches.setdefault(key, TextMatch())
            self._matches.move_to_end(key)
            while len(self._matches) > MATCHES_KEPT:
                self._matches.popitem(last=False)
        by_relevance = question.query.effective_sort is Sort.RELEVANCE
        needed = list(Tier) if by_relevance else [Tier.ANYWHERE]
        if missing := [tier for tier in needed if tier not in match.tiers]:
            match.tiers.update(fulltext().match(expression, missing))
        return match

    def _snapshot_at(self, state: State) -> Snapshot:
        """Return the snapshot of this state or a later one."""
        snapshot = self._snapshot
        if snapshot is not None and snapshot.state == state:
            return snapshot
        with self._lock:
            snapshot = self._snapshot
            if snapshot is None or snapshot.state != state:
                snapshot = self._snapshot = _refreshed(snapshot, state)
        return snapshot


def _refreshed(snapshot: Snapshot | None, asked: State) -> Snapshot:
    changes = reading.changes_since(snapshot.state) if snapshot else None
    if snapshot is None or changes is None:
        return reading.whole(asked)
    state, ids = changes
    if state == snapshot.state:
        return snapshot
    return snapshot.extended(state, reading.entries(ids))


def _base(snapshot: Snapshot, question: Question) -> BitMap:
    """Return the records of the kind and language that count on the day."""
    base = snapshot.valid_on(question.today)
    if question.locale is not None:
        base = base & snapshot.bitmap(LOCALE, question.locale)
    if question.query.kind is not None:
        base = base & snapshot.bitmap(KIND, question.query.kind.value)
    return base


def _selected(snapshot: Snapshot, question: Question) -> Iterator[BitMap]:
    for facet, values in question.query.selections.items():
        yield BitMap.union(*(snapshot.bitmap(facet, value) for value in values))


def _intersection(base: BitMap, others: Iterable[BitMap]) -> BitMap:
    for other in others:
        base = base & other
    return base


def _facet_counts(
    snapshot: Snapshot, question: Question, base: BitMap, selected: Mapping[str, BitMap]
) -> dict[str, dict[str, int]]:
    everything = _intersection(base, selected.values())
    counts: dict[str, dict[str, int]] = {}
    for facet in facets_for(question.query.kind):
        counted = everything
        if facet.name in selected:
            others = (bitmap for name, bitmap in selected.items() if name != facet.name)
            counted = _intersection(base, others)
        counts[facet.name] = {
            value: count
            for value, bitmap in snapshot.values(facet.name).items()
            if (count := bitmap.intersection_cardinality(counted))
        }
    return counts


def _nearness(matches: Sequence[BitMap], base: BitMap) -> dict[int, tuple[int, float]]:
    """Return the records with at least half of the words, with sort keys: best lowest."""
    words: Counter[int] = Counter()
    weights: dict[int, float] = {}
    for match in matches:
        within = match & base
        weight = log(1 + len(base) / (1 + len(within)))
        for record in within:
            words[record] += 1
            weights[record] = weights.get(record, 0.0) + weight
    needed = -(-len(matches) // 2)
    return {
        record: (-number, -round(weights[record], 6))
        for record, number in words.items()
        if number >= needed
    }


DATABASE_ENGINE = DatabaseEngine()
