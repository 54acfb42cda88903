"""Why a text finds a record, or does not: group by group and field by field.

Computed from the stored fields by `search.text`, which both engines match by. Pure; in no words:
whoever shows it has them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from search.enums import Field, Manner, Tier
from search.text import (
    MAX_BODY_WORDS,
    MAX_HEAD_WORDS,
    Alternative,
    Analysis,
    Expression,
    Group,
    Prefix,
    Term,
    analyse,
    searchable,
    stem,
)

MAX_WORDS = 5
"""Matching words that are named of a field."""
_LIMITS = {Field.TITLE: MAX_HEAD_WORDS, Field.SUMMARY: MAX_HEAD_WORDS, Field.BODY: MAX_BODY_WORDS}


@dataclass(frozen=True, slots=True)
class Place:
    """Words of a record that match, as they are compared (folded), and the field they are in."""

    field: Field
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which a group can match: as typed, continued, or by a synonym.

    `asked` is what must be there, as words or stems; `places` is empty where it is not.
    """

    manner: Manner
    asked: tuple[str, ...]
    matches: bool
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupExplanation:
    """What was typed, and every way in which it can match. One that does is enough."""

    words: tuple[str, ...]
    ways: tuple[Way, ...]

    @property
    def matches(self) -> bool:
        """Whether the record has any of the ways."""
        return any(way.matches for way in self.ways)


@dataclass(frozen=True, slots=True)
class TextExplanation:
    """What a text makes of a record; without a group the text can find nothing.

    `tier` is None where the record does not match.
    """

    groups: tuple[GroupExplanation, ...]
    tier: Tier | None

    @property
    def matches(self) -> bool:
        """Whether the text finds the record."""
        return self.tier is not None


class _Record:
    """The three fields of a record as they are matched."""

    def __init__(self, texts: Mapping[Field, str]) -> None:
        self._analysis: Analysis = analyse(
            title=texts[Field.TITLE], summary=texts[Field.SUMMARY], body=texts[Field.BODY]
        )
        self._texts = texts
        self._words: dict[Field, tuple[str, ...]] = {}

    def has(self, term: Term, field: Field) -> bool:
        """Return whether an engine finds the term in the field."""
        if isinstance(term, Prefix):
            words: Sequence[str] = getattr(self._analysis, f"{field.value}_words")
            return any(word.startswith(term.word) for word in words)
        stems: Sequence[str] = getattr(self._analysis, field.value)
        return next(_starts(stems, term.stems), None) is not None

    def words(self, term: Term, field: Field) -> tuple[str, ...]:
        """Return some of the field's words that the term finds, each once."""
        words = self._field_words(field)
        if isinstance(term, Prefix):
            found = (word for word in words if word.startswith(term.word))
        else:
            length = len(term.stems)
            starts = _starts([stem(word) for word in words], term.stems)
            found = (" ".join(words[start : start + length]) for start in starts)
        return tuple(islice(dict.fromkeys(found), MAX_WORDS))

    def _field_words(self, field: Field) -> tuple[str, ...]:
        if field not in self._words:
            found = islice(searchable(self._texts[field]), _LIMITS[field])
            self._words[field] = tuple(word.folded for word in found)
        return self._words[field]


def explain_text(
    expression: Expression,
    *,
    title: str,
    summary: str,
    body: str,
    names: Mapping[tuple[str, ...], str] | None = None,
) -> TextExplanation:
    """Return what an expression makes of a record's fields.

    `names` gives synonyms by their stems, as editors wrote them.
    """
    record = _Record({Field.TITLE: title, Field.SUMMARY: summary, Field.BODY: body})
    groups = tuple(_explained(group, record, names or {}) for group in expression.groups)
    return TextExplanation(groups, _tier(expression, record))


def _explained(
    group: Group, record: _Record, names: Mapping[tuple[str, ...], str]
) -> GroupExplanation:
    ways = (
        _way(alternative, _manner(group, alternative), record, names)
        for alternative in group.alternatives
    )
    return GroupExplanation(group.words, tuple(ways))


def _manner(group: Group, alternative: Alternative) -> Manner:
    if alternative == group.alternatives[0]:
        return Manner.TYPED
    if any(isinstance(term, Prefix) for term in alternative):
        return Manner.BEGINNING
    return Manner.SYNONYM


def _way(
    alternative: Alternative,
    manner: Manner,
    record: _Record,
    names: Mapping[tuple[str, ...], str],
) -> Way:
    matches = all(_fields_of(term, record, Tier.ANYWHERE) for term in alternative)
    found: dict[Field, dict[str, None]] = {}
    for term in alternative if matches else ():
        for field in _fields_of(term, record, Tier.ANYWHERE):
            found.setdefault(field, {}).update(dict.fromkeys(record.words(term, field)))
    places = tuple(Place(field, tuple(found[field])) for field in Field if field in found)
    return Way(manner, tuple(_asked(term, names) for term in alternative), matches, places)


def _asked(term: Term, names: Mapping[tuple[str, ...], str]) -> str:
    if isinstance(term, Prefix):
        return f"{term.word}\N{HORIZONTAL ELLIPSIS}"
    return names.get(term.stems) or " ".join(term.stems)


_FIELDS: Mapping[Tier, tuple[Field, ...]] = {
    Tier.TITLE: (Field.TITLE,),
    Tier.HEAD: (Field.TITLE, Field.SUMMARY),
    Tier.ANYWHERE: tuple(Field),
}


def _fields_of(term: Term, record: _Record, tier: Tier) -> list[Field]:
    return [field for field in _FIELDS[tier] if record.has(term, field)]


def _tier(expression: Expression, record: _Record) -> Tier | None:
    """Return the nearest to the top of the record that has all groups."""
    if not expression.groups:
        return None
    for tier in Tier:
        if all(_group_matches(group, record, tier) for group in expression.groups):
            return tier
    return None


def _group_matches(group: Group, record: _Record, tier: Tier) -> bool:
    return any(
        all(_fields_of(term, record, tier) for term in alternative)
        for alternative in group.alternatives
    )


def _starts(stems: Sequence[str], phrase: tuple[str, ...]) -> Iterator[int]:
    """Yield where a phrase stands in a field."""
    for start in range(len(stems) - len(phrase) + 1):
        if tuple(stems[start : start + len(phrase)]) == phrase:
            yield start


def excluded_by(
    selections: Mapping[str, Sequence[str]], facets: Mapping[str, Sequence[str]]
) -> tuple[str, ...]:
    """Return the facets of whose chosen values the record has none."""
    return tuple(
        facet
        for facet, values in selections.items()
        if not set(values).intersection(facets.get(facet, ()))
    )
