"""Figures of a ranking by what judges said of its records: nDCG@10, the mean, and what fell.

Pure: no framework, no engine. Grades are 0 (useless) to 3 (what the searcher wants).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log2
from statistics import fmean

DEPTH = 10
MEAN_TOLERANCE = 0.005
"""How far a mean may fall: a tie that breaks the other way is no fault."""
QUERY_TOLERANCE = 0.15

Grades = Mapping[str, int]
Scores = Mapping[str, float]
"""nDCG@10 by query."""


def ndcg(ranking: Sequence[str], grades: Grades, depth: int = DEPTH) -> float:
    """Return the normalised discounted cumulative gain of the first records, from 0 to 1.

    A gain is 2 ** grade - 1, the discount log2(place + 1). Records without a grade gain nothing,
    and a record gains only once. Without any useful record every ranking is worth 1.
    """
    best = _gained(sorted(grades.values(), reverse=True), depth)
    if not best:
        return 1.0
    return _gained([grades.get(name, 0) for name in dict.fromkeys(ranking)], depth) / best


def _gained(grades: Iterable[int], depth: int) -> float:
    return sum(
        (2.0**grade - 1) / log2(place + 1)
        for place, grade in zip(range(1, depth + 1), grades, strict=False)
    )


def mean(scores: Scores) -> float:
    """Return the mean over the queries."""
    return fmean(scores.values())


@dataclass(frozen=True, slots=True)
class Fall:
    """A query that is answered worse than the baseline says."""

    query: str
    before: float
    now: float

    def __str__(self) -> str:
        return f"{self.query!r}: {self.before:.3f} -> {self.now:.3f}"


def falls(baseline: Scores, scores: Scores) -> list[Fall]:
    """Return the queries that fell, the worst first; a query without a baseline cannot fall."""
    found = [
        Fall(query, baseline[query], score)
        for query, score in scores.items()
        if query in baseline and score < baseline[query]
    ]
    return sorted(found, key=lambda fall: (fall.now - fall.before, fall.query))


def faults(baseline: Scores, scores: Scores) -> list[str]:
    """Return a sentence for each way in which a ranking is worse than may be; none is fine."""
    found = [
        f"{fall} fell by more than {QUERY_TOLERANCE}"
        for fall in falls(baseline, scores)
        if fall.before - fall.now > QUERY_TOLERANCE
    ]
    if (now := mean(scores)) < (before := mean(baseline)) - MEAN_TOLERANCE:
        found.insert(0, f"the mean fell from {before:.4f} to {now:.4f}")
    if missing := sorted(set(scores) ^ set(baseline)):
        found.append(f"not in both the set and the baseline: {missing}")
    return found
