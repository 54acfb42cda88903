"""Timing: several ways to answer the same calls, in turn, and what their times say."""

import gc
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds of each call, in the order of the calls."""

    each: tuple[float, ...]

    @property
    def p50(self) -> float:
        """The median."""
        return median(self.each)

    @property
    def p95(self) -> float:
        """The 95th percentile."""
        return quantiles(self.each, n=20, method="inclusive")[-1]

    def ratio_to(self, anchor: "Times") -> float:
        """Return the median of the ratios call by call: this over the anchor.

        An anchor may have answered only the first of the calls.
        """
        return median(own / other for own, other in zip(self.each, anchor.each, strict=False))


@dataclass(frozen=True, slots=True)
class Way:
    """One way to answer a call; what `before` does each time is not timed."""

    answer: Callable[[Any], object]
    before: Callable[[], object] = bool


def in_turn(
    calls: Sequence[Any],
    ways: Mapping[str, Way],
    *,
    rounds: int,
    progress: Callable[[Iterable[Any]], Iterable[Any]] = iter,
) -> dict[str, Times]:
    """Answer call by call in every way, one way after the other, after a pass unmeasured.

    So whatever else the machine does hits all ways alike. A way answers a call `rounds` times in a
    row, each after its `before`; the fastest time counts.
    """
    for call in calls:
        for way in ways.values():
            way.answer(call)
    best: dict[str, list[float]] = {name: [] for name in ways}
    for call in progress(calls):
        gc.collect()
        for name, way in ways.items():
            taken: list[float] = []
            for _ in range(rounds):
                way.before()
                begin = time.perf_counter()
                way.answer(call)
                taken.append((time.perf_counter() - begin) * 1000)
            best[name].append(min(taken))
    return {name: Times(tuple(times)) for name, times in best.items()}


def once(calls: Iterable[Any], answer: Callable[[Any], object]) -> Times:
    """Answer each call a single time: for what takes too long to be asked again."""
    times = []
    for call in calls:
        begin = time.perf_counter()
        answer(call)
        times.append((time.perf_counter() - begin) * 1000)
    return Times(tuple(times))
