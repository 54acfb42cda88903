"""The pager shows both ends, the neighbours and never more than seven numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from home.pagination import SLOTS, page_slots


@pytest.mark.parametrize(
    ("current", "last", "expected"),
    [
        (1, 1, [1]),
        (3, 7, [1, 2, 3, 4, 5, 6, 7]),
        (1, 8, [1, 2, 3, 4, 5, 0, 8]),
        (4, 20, [1, 2, 3, 4, 5, 0, 20]),
        (5, 20, [1, 0, 4, 5, 6, 0, 20]),
        (16, 20, [1, 0, 15, 16, 17, 0, 20]),
        (17, 20, [1, 0, 16, 17, 18, 19, 20]),
        (20, 20, [1, 0, 16, 17, 18, 19, 20]),
    ],
)
def test_slots(current: int, last: int, expected: list[int]) -> None:
    assert page_slots(current, last) == expected


@given(st.data(), st.integers(min_value=1, max_value=10_000))
def test_slots_always_hold_the_ends_and_the_neighbours(data: st.DataObject, last: int) -> None:
    current = data.draw(st.integers(min_value=1, max_value=last))
    slots = page_slots(current, last)
    numbers = [number for number in slots if number]
    assert len(slots) <= SLOTS
    assert numbers == sorted(set(numbers))
    near = {n for n in (current - 1, current, current + 1) if 1 <= n <= last}
    assert {1, last} | near <= set(numbers)
