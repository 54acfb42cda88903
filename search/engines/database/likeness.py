"""Which records share most with one: bitmaps of what is shared, added up no further than needed."""

from collections import Counter
from collections.abc import Callable, Sequence
from heapq import nlargest

from pyroaring import BitMap


def most_alike(
    shared: Sequence[tuple[int, BitMap]], limit: int, uid_of: Callable[[int], int]
) -> list[int]:
    """Return the records with the most points, best first, ties in the order of `uid_of`.

    What is worth most is added first: soon no record that was not met yet can be among the best,
    and a trait that half of the catalog has is added for a few records only.
    """
    points: Counter[int] = Counter()
    candidates: BitMap | None = None
    left = sum(worth for worth, _ in shared)
    for worth, records in sorted(shared, key=lambda pair: -pair[0]):
        left -= worth
        points.update(dict.fromkeys(records if candidates is None else records & candidates, worth))
        if len(points) < limit:
            continue
        least = nlargest(limit, points.values())[-1]
        if least > left:
            candidates = BitMap(key for key, gained in points.items() if gained + left >= least)
    return sorted(
        points if candidates is None else candidates,
        key=lambda record: (-points[record], uid_of(record)),
    )[:limit]
