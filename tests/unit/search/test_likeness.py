"""The best of what bitmaps share, compared with adding up everything."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from search.engines.database.likeness import most_alike

SHARED = st.lists(st.tuples(st.integers(1, 9), st.frozensets(st.integers(0, 30))), max_size=12)


@given(SHARED, st.integers(1, 8))
def test_cutting_the_sum_short_changes_nothing(
    shared: list[tuple[int, frozenset[int]]], limit: int
) -> None:
    points: Counter[int] = Counter()
    for worth, records in shared:
        for record in records:
            points[record] += worth
    wanted = sorted(points, key=lambda record: (-points[record], -record))[:limit]
    bitmaps = [(worth, BitMap(records)) for worth, records in shared]
    assert most_alike(bitmaps, limit, lambda record: -record) == wanted
