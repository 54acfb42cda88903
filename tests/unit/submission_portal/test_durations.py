"""Medians of how long it took: none of too few cases, and never less than half of them."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from submission_portal.selectors.durations import FEWEST, median_days

BEGUN = dt.datetime(2026, 3, 1, 9, 30, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@given(st.lists(st.floats(min_value=0, max_value=4000), max_size=40))
def test_at_least_half_took_at_most_that(lasted: list[float]) -> None:
    cases, days = median_days((BEGUN, BEGUN + each * DAY) for each in lasted)
    assert cases == len(lasted)
    if cases < FEWEST:
        assert days is None
        return
    assert days is not None
    assert 2 * sum(each * DAY <= days * DAY for each in lasted) >= cases
    # A day less would not do for half of them.
    assert 2 * sum(each * DAY <= (days - 1) * DAY for each in lasted) < cases or days == 0


def test_four_cases_give_nothing() -> None:
    assert median_days([(BEGUN, BEGUN + DAY)] * 4) == (4, None)
    assert median_days([(BEGUN, BEGUN + DAY)] * 5) == (5, 1)
