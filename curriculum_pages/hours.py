"""How long a curriculum takes: totals of its modules, by method and topic, and the claim. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

MINUTES_PER_HOUR = 60


@dataclass(frozen=True, slots=True)
class ModuleTime:
    """What counts of one module: its minutes, and the one method and topic they count for."""

    minutes: int
    method: str | None
    topic: str | None


@dataclass(frozen=True, slots=True)
class Totals:
    """Minutes in all and by method and topic; `None` in all where nothing is known, never 0.

    `is_claimed` tells that the total is the provider's claim because no module states minutes.
    `difference` is modules minus claim in minutes where both are known, else None.
    """

    minutes: int | None
    is_claimed: bool
    by_method: tuple[tuple[str, int], ...]
    by_topic: tuple[tuple[str, int], ...]
    difference: int | None

    @property
    def hours(self) -> Decimal | None:
        """The total in hours, or None where it is not known."""
        return None if self.minutes is None else Decimal(self.minutes) / MINUTES_PER_HOUR

    @property
    def agrees_with_claim(self) -> bool:
        """Whether modules and claim say the same, or one of them says nothing."""
        return not self.difference


def totals(modules: Iterable[ModuleTime], claimed_hours: Decimal | None) -> Totals:
    """Return the totals: the sum of the modules, else the claimed hours, else none."""
    timed = [module for module in modules if module.minutes]
    summed = sum(module.minutes for module in timed) or None
    claimed = int(claimed_hours * MINUTES_PER_HOUR) if claimed_hours else None
    return Totals(
        minutes=summed if summed is not None else claimed,
        is_claimed=summed is None and claimed is not None,
        by_method=_grouped((module.method, module.minutes) for module in timed),
        by_topic=_grouped((module.topic, module.minutes) for module in timed),
        difference=summed - claimed if summed is not None and claimed is not None else None,
    )


def _grouped(pairs: Iterable[tuple[str | None, int]]) -> tuple[tuple[str, int], ...]:
    sums: dict[str, int] = {}
    for key, minutes in pairs:
        if key is not None:
            sums[key] = sums.get(key, 0) + minutes
    return tuple(sorted(sums.items(), key=lambda item: (-item[1], item[0])))
