"""How like two records are: what they share, and how many points each shared thing is worth.

Engines count the records with a trait and add up points, nothing else: so they agree. Pure.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from math import log

from search.text import searchable, stem

FACET_WEIGHTS: Mapping[str, int] = {"core_topic": 3, "key_element": 2, "audience": 1}
"""Facets that make records alike; a publisher or a year in common does not."""
MAX_WORDS = 12
"""Words of the title that count: the rarest."""
_MAX_COUNTED_WORDS = 40
_POINTS = 1000
"""Points are whole numbers, so that the sum of every engine is exact, even one made of floats."""


@dataclass(frozen=True, slots=True)
class Trait:
    """A value of a facet or, without a facet, the stem of a word in title or summary."""

    facet: str
    value: str


@dataclass(frozen=True, slots=True)
class Subject:
    """The record that others are compared with; `id` and `uid` are those of its row."""

    id: int
    uid: str
    traits: tuple[Trait, ...]


def traits_of(title: str, facets: Mapping[str, Iterable[str]]) -> tuple[Trait, ...]:
    """Return what others may share with a record of this title and these facet values."""
    stems = dict.fromkeys(stem(word.folded) for word in searchable(title))
    values = [Trait(facet, value) for facet in FACET_WEIGHTS for value in facets.get(facet, ())]
    return (*values, *(Trait("", word) for word in islice(stems, _MAX_COUNTED_WORDS)))


def points_of(
    traits: Sequence[Trait], counts: Sequence[int], total: int
) -> tuple[tuple[Trait, int], ...]:
    """Return the traits that count with what each is worth; the rarer, the more.

    `counts` are the other records with each trait, `total` is the number of all others. Nobody's
    trait is worth nothing; of words, only the rarest are worth something.
    """
    shared = [(trait, count) for trait, count in zip(traits, counts, strict=True) if count]
    words = sorted((count, trait.value) for trait, count in shared if not trait.facet)[:MAX_WORDS]
    kept = {value for _, value in words}
    return tuple(
        (trait, round(_POINTS * FACET_WEIGHTS.get(trait.facet, 1) * log(1 + total / (1 + count))))
        for trait, count in shared
        if trait.facet or trait.value in kept
    )
