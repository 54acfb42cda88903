"""What is kept of a text that was asked: its matches by tier, and what is known of their order."""

from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby, islice
from operator import itemgetter
from typing import NamedTuple

from pyroaring import BitMap

from search.enums import Tier
from search.text import Expression

from .fulltext import fulltext
from .snapshot import Snapshot

NOTHING = BitMap()


class Ranked(NamedTuple):
    """Records whose scores are known, and those in order, the best first.

    Arrays: a common word matches most of a catalog, and many matches are kept.
    """

    known: BitMap
    scores: "array[float]"
    ids: "array[int]"


UNRANKED = Ranked(NOTHING, array("d"), array("Q"))


@dataclass(slots=True)
class TextMatch:
    """The records that match a text, by tier, and what is known of their order so far."""

    tiers: dict[Tier, BitMap] = field(default_factory=dict)
    ranked: dict[Tier, Ranked] = field(default_factory=dict)

    @property
    def all(self) -> BitMap:
        """Return everything that matches."""
        return self.tiers.get(Tier.ANYWHERE, NOTHING)


def with_scores(
    expression: Expression, match: TextMatch, wanted: Mapping[Tier, BitMap]
) -> dict[Tier, Ranked]:
    """Return tiers with the scores of at least these records; asks for those not known yet.

    A tier of which most is missing is scored as a whole: the next page or facet will want it.
    """
    ranked = {tier: match.ranked.get(tier, UNRANKED) for tier in wanted}
    asked: dict[Tier, BitMap | None] = {}
    for tier, ids in wanted.items():
        if missing := ids - ranked[tier].known:
            asked[tier] = None if 2 * len(missing) > len(match.tiers[tier]) else missing
    if asked:
        for tier, scores in fulltext().scores(expression, asked).items():
            only = asked[tier]
            before = UNRANKED if only is None else ranked[tier]
            ordered = sorted([*zip(before.scores, before.ids, strict=True), *scores])
            # One assignment, so that other threads see scores and ids that belong together.
            ranked[tier] = match.ranked[tier] = Ranked(
                match.tiers[tier] if only is None else before.known | only,
                array("d", [score for score, _ in ordered]),
                array("Q", [record for _, record in ordered]),
            )
    return ranked


def cut(snapshot: Snapshot, ranked: Ranked, own: BitMap, first: int, last: int) -> Iterator[int]:
    """Yield the records from `first` to `last` of those that belong here, ties by their id."""
    rows = snapshot.rows
    pairs = zip(ranked.scores, ranked.ids, strict=True)
    ordered = (
        record
        for _, tied in groupby((pair for pair in pairs if pair[1] in own), key=itemgetter(0))
        for record in sorted((record for _, record in tied), key=lambda key: rows[key].uid)
    )
    return islice(ordered, first, last)
