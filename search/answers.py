"""Makes the answer of what an engine found: labels, order of buckets, highlights, suggestion.

The same for every engine.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from rapidfuzz import fuzz, process

from search.engines import (
    EngineChoice,
    EngineUnavailable,
    Findings,
    Found,
    Question,
    database_engine,
)
from search.enums import Kind, Order
from search.facets import FACETS, Facet, facets_for
from search.highlight import Highlighter
from search.query import Bucket, CatalogAnswer, FacetAnswer, Hit, KnownValues
from search.text import Expression, SynonymTable, parse_text, words

NEAR_LIMIT = 5
_LEAST_LIKENESS = 75
_LEAST_LENGTH = 4
_NOTHING: Mapping[str, Any] = {}
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Labels:
    """What the values of facets are called, in which order they stand, and their parents."""

    known: KnownValues
    parents: Mapping[str, Mapping[str, str]]
    names: Mapping[str, str] = field(default_factory=dict)
    """What the facets are called in the language of the answer."""
    places: Mapping[str, Mapping[str, int]] = field(init=False)
    """The number of each value in the order of its facet: its vocabulary's, or its labels'."""

    def __post_init__(self) -> None:
        places = {
            facet.name: {value: number for number, value in enumerate(_in_order(facet, values))}
            for facet in FACETS
            if (values := self.known.get(facet.name))
        }
        object.__setattr__(self, "places", places)


def _in_order(facet: Facet, labels: Mapping[str, str]) -> Iterable[str]:
    if facet.order is Order.LABEL:
        return sorted(labels, key=lambda value: (labels[value].casefold(), value))
    return labels


def answer_of(
    choice: EngineChoice, question: Question, labels: Labels, synonyms: SynonymTable
) -> CatalogAnswer:
    """Ask the engine and return the whole answer; where it is away, the database's."""
    return asked(choice, lambda which: _answer_of(which, question, labels, synonyms))


def asked(choice: EngineChoice, ask: Callable[[EngineChoice], Answer]) -> Answer:
    """Return what the engine says; where it is away, what the database says."""
    try:
        return ask(choice)
    except EngineUnavailable:
        return ask(EngineChoice(database_engine(), degraded=True))


def _answer_of(
    choice: EngineChoice, question: Question, labels: Labels, synonyms: SynonymTable
) -> CatalogAnswer:
    findings = choice.engine.search(question)
    suggestion: str | None = None
    near: tuple[Hit, ...] = ()
    if not findings.count and question.expression is not None:
        suggestion, near = _help(choice, question, synonyms)
    return CatalogAnswer(
        query=question.query,
        count=findings.count,
        hits=hits_of(findings.records, question.expression),
        facets=tuple(_facets(question, findings, labels)),
        suggestion=suggestion,
        near=near,
        engine=choice.engine.name,
        degraded=choice.degraded,
    )


def hits_of(records: Iterable[Found], expression: Expression | None = None) -> tuple[Hit, ...]:
    """Return what results show of records; a text is highlighted in them."""
    highlighter = Highlighter(expression) if expression and expression.groups else None
    return tuple([_hit(record, highlighter) for record in records])


def _hit(record: Found, highlighter: Highlighter | None) -> Hit:
    payload = record.payload
    summary = payload["summary"]
    return Hit(
        Kind(payload["kind"]),
        payload["uid"],
        payload["slug"],
        payload["title"],
        summary,
        payload["path"],
        highlighter.snippet((summary, record.body)) if highlighter else "",
        tuple([(slug, label) for slug, label in payload["core_topics"]]),
        payload["fields"],
    )


def _facets(question: Question, findings: Findings, labels: Labels) -> Iterable[FacetAnswer]:
    for facet in facets_for(question.query.kind):
        selected = question.query.selections.get(facet.name, ())
        counts = findings.facets.get(facet.name, {})
        buckets = _buckets(facet, counts, selected, labels)
        yield FacetAnswer(facet.name, labels.names.get(facet.name, facet.label), buckets)


def _buckets(
    facet: Facet, counts: Mapping[str, int], selected: Sequence[str], labels: Labels
) -> tuple[Bucket, ...]:
    """Return the buckets with a record and the selected ones, in the order of the facet."""
    known = labels.known.get(facet.name, _NOTHING)
    parents = labels.parents.get(facet.name, _NOTHING)
    shown = {value for value, count in counts.items() if count}
    shown.update(selected)
    places = labels.places.get(facet.name, _NOTHING)
    if facet.order is Order.DESCENDING:
        ordered = sorted(shown, reverse=True)
    elif shown <= places.keys():
        ordered = sorted(shown, key=places.__getitem__)
    else:  # a value that is no longer known comes last
        last = len(places)
        ordered = sorted(shown, key=lambda value: (places.get(value, last), value))
    return tuple(
        [
            Bucket(
                value,
                known.get(value, value),
                counts.get(value, 0),
                value in selected,
                parents.get(value),
            )
            for value in ordered
        ]
    )


def _help(
    choice: EngineChoice, question: Question, synonyms: SynonymTable
) -> tuple[str | None, tuple[Hit, ...]]:
    """Return a corrected text that finds something, and records near to the text as it is."""
    expression = question.expression
    if expression is None or not expression.groups:
        return None, ()
    suggestion = suggested_text(question.query.text, choice.engine.vocabulary(question.state))
    corrected = parse_text(suggestion, synonyms) if suggestion else None
    nearest = choice.engine.nearest(question, corrected, NEAR_LIMIT)
    return suggestion if nearest.corrected else None, hits_of(nearest.records, expression)


def suggested_text(text: str, vocabulary: Mapping[str, int]) -> str | None:
    """Return the text with each unknown word replaced by the likest known one, or None."""
    parts: list[str] = []
    place = 0
    changed = False
    for word in words(text):
        if word.folded in vocabulary or len(word.folded) < _LEAST_LENGTH or not vocabulary:
            continue
        best = process.extract(
            word.folded, vocabulary.keys(), scorer=fuzz.ratio, score_cutoff=_LEAST_LIKENESS, limit=3
        )
        if not best:
            continue
        likest = max(best, key=lambda found: (found[1], vocabulary[found[0]], found[0]))
        parts += [text[place : word.start], likest[0]]
        place = word.end
        changed = True
    return "".join([*parts, text[place:]]) if changed else None
