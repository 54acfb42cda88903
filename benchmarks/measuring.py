"""Timing: how long each of a list of calls takes, and what two lists of times say of each other."""

import gc
import time
from collections.abc import Callable, Iterable, Sequence
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
        """Return the median of the ratios call by call: this over the anchor."""
        return median(own / other for own, other in zip(self.each, anchor.each, strict=True))


def measure(calls: Sequence[Any], run: Callable[[Any], object], *, rounds: int = 3) -> Times:
    """Run each call `rounds` times after one round unmeasured; return the fastest time of each."""
    best = [float("inf")] * len(calls)
    for call in calls:
        run(call)
    gc.collect()
    for _ in range(rounds):
        for place, call in enumerate(calls):
            begin = time.perf_counter()
            run(call)
            best[place] = min(best[place], (time.perf_counter() - begin) * 1000)
    return Times(tuple(best))


def once(calls: Iterable[Any], run: Callable[[Any], object]) -> Times:
    """Run each call a single time; nothing is warm that an earlier call has not warmed."""
    times = []
    for call in calls:
        begin = time.perf_counter()
        run(call)
        times.append((time.perf_counter() - begin) * 1000)
    return Times(tuple(times))
