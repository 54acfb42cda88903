"""The declared list of facets: names, labels, kinds, structure. No framework, no counting.

Labels are message ids: whoever shows them translates them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from search.enums import Kind, Order, Structure


def gettext_noop(message: str) -> str:
    """Mark a message for extraction; translation happens where it is shown."""
    return message


@dataclass(frozen=True, slots=True)
class Facet:
    """One way of narrowing the catalog; `name` is the parameter of the URL."""

    name: str
    label: str
    kinds: frozenset[Kind]
    structure: Structure = Structure.FLAT
    order: Order = Order.VOCABULARY


@dataclass(frozen=True, slots=True)
class HourRange:
    """Total hours from `lower` (included) to `upper` (excluded), both in minutes."""

    value: str
    label: str
    lower: int
    upper: int | None


_BOTH = frozenset(Kind)
_CURRICULA = frozenset({Kind.CURRICULUM})
_RESOURCES = frozenset({Kind.RESOURCE})

FACETS: tuple[Facet, ...] = (
    Facet("core_topic", gettext_noop("Core topic area"), _BOTH, Structure.TREE),
    Facet("audience", gettext_noop("Audience"), _BOTH),
    Facet("key_element", gettext_noop("Key element"), _CURRICULA),
    Facet("stage", gettext_noop("Training stage"), _CURRICULA),
    Facet("modality", gettext_noop("Delivery"), _CURRICULA),
    Facet("method", gettext_noop("Method"), _CURRICULA),
    Facet("hours", gettext_noop("Total hours"), _CURRICULA, Structure.RANGE),
    Facet("sector", gettext_noop("Provider sector"), _CURRICULA),
    Facet("provider", gettext_noop("Provider"), _CURRICULA, order=Order.LABEL),
    Facet("resource_type", gettext_noop("Resource type"), _RESOURCES),
    Facet("publisher", gettext_noop("Publisher"), _RESOURCES, order=Order.LABEL),
    Facet("language", gettext_noop("Language"), _BOTH),
    Facet("year", gettext_noop("Year"), _BOTH, order=Order.DESCENDING),
)

HOUR_RANGES: tuple[HourRange, ...] = (
    HourRange("lt4", gettext_noop("Under 4 hours"), 0, 240),
    HourRange("4-8", gettext_noop("4 to 8 hours"), 240, 480),
    HourRange("8-16", gettext_noop("8 to 16 hours"), 480, 960),
    HourRange("16-40", gettext_noop("16 to 40 hours"), 960, 2400),
    HourRange("40plus", gettext_noop("40 hours and more"), 2400, None),
)

FACETS_BY_NAME: Mapping[str, Facet] = MappingProxyType({facet.name: facet for facet in FACETS})


@cache
def facets_for(kind: Kind | None) -> tuple[Facet, ...]:
    """Facets that a search of this kind offers; the common search (`None`) offers all."""
    if kind is None:
        return FACETS
    return tuple(facet for facet in FACETS if kind in facet.kinds)


def hours_value(minutes: int | None) -> str | None:
    """Value of the `hours` facet for a total in minutes; `None` where the total is unknown."""
    if minutes is None:
        return None
    for hours in HOUR_RANGES:
        if hours.upper is None or minutes < hours.upper:
            return hours.value
    return None
