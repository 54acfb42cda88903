"""How alike two curricula are, by title, provider and outline, to find duplicates; pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process, utils

THRESHOLD = 0.6
"""From here on two curricula are shown as possibly the same."""
WEIGHTS: Mapping[str, float] = {"title": 0.45, "outline": 0.4, "provider": 0.15}
MINUTES_WEIGHT = 0.2
"""How much of the likeness of two modules their minutes are, where both say how many."""
MOST_MODULES = 60
"""A longer outline is compared by its first modules in the order of their titles."""

Module = tuple[str, int | None]
"""Title and contact minutes."""


@dataclass(frozen=True, slots=True)
class Outline:
    """What is compared of a curriculum; the order of its modules does not matter."""

    title: str = ""
    provider: str = ""
    modules: Sequence[Module] = ()


def likeness(one: Outline, other: Outline) -> float:
    """Return how alike both are, from 0.0 to 1.0; the same either way round.

    What neither has, or one of them lacks entirely, counts for nothing: the rest is weighed alone.
    """
    parts = {
        "title": _texts(one.title, other.title),
        "provider": _texts(one.provider, other.provider),
        "outline": _outlines(one.modules, other.modules),
    }
    known = {name: value for name, value in parts.items() if value is not None}
    whole = sum(WEIGHTS[name] for name in known)
    if not whole:
        return 0.0
    return min(1.0, sum(WEIGHTS[name] * value for name, value in known.items()) / whole)


def nearest(title: str, titles: Mapping[int, str], limit: int) -> list[int]:
    """Return the keys of the titles that are nearest to one: a cheap first choice among many."""
    wanted = normalised(title)
    if not wanted:
        return []
    found = process.extract(
        wanted,
        {key: normalised(text) for key, text in titles.items()},
        scorer=fuzz.token_set_ratio,
        limit=limit,
        score_cutoff=50,
    )
    return [key for _text, _score, key in found]


def normalised(text: str) -> str:
    """Return the words of a text in lower case, without marks."""
    return " ".join(utils.default_process(text).split())


def _texts(one: str, other: str) -> float | None:
    """Return how alike two names are, or None where there are not two.

    A name that merely holds all words of the other is like it, but not the same.
    """
    first, second = sorted((normalised(one), normalised(other)))
    if not first or not second:
        return None
    if first == second:
        return 1.0
    return (fuzz.token_set_ratio(first, second) + fuzz.token_sort_ratio(first, second)) / 200


def _outlines(one: Sequence[Module], other: Sequence[Module]) -> float | None:
    """Return the share of both outlines that goes together, each module with its best match."""
    first, second = _named(one), _named(other)
    if not first or not second:
        return None
    pairs = sorted(
        (
            (-_modules(mine, yours), sorted((_key(mine), _key(yours))), here, there)
            for here, mine in enumerate(first)
            for there, yours in enumerate(second)
        ),
        key=lambda pair: pair[:2],
    )
    used_here: set[int] = set()
    used_there: set[int] = set()
    total = 0.0
    for score, _names, here, there in pairs:
        if here not in used_here and there not in used_there:
            used_here.add(here)
            used_there.add(there)
            total -= score
    return total / max(len(first), len(second))


def _named(modules: Iterable[Module]) -> list[Module]:
    named = [(normalised(title), minutes) for title, minutes in modules]
    return sorted((module for module in named if module[0]), key=_key)[:MOST_MODULES]


def _key(module: Module) -> tuple[str, int]:
    title, minutes = module
    return title, -1 if minutes is None else minutes


def _modules(one: Module, other: Module) -> float:
    title = _texts(one[0], other[0]) or 0.0
    here, there = one[1], other[1]
    if not here or not there:
        return title
    return title * (1 - MINUTES_WEIGHT) + title * MINUTES_WEIGHT * min(here, there) / max(
        here, there
    )
