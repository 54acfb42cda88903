"""nDCG by what its definition says, and what counts as a fall."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.contract.search.relevance.judging import falls, faults, ndcg

GRADES = {"best": 3, "good": 2, "fair": 1}
slugs = st.lists(st.sampled_from(["best", "good", "fair", "other", "none"]), max_size=12)


def test_by_hand() -> None:
    # Gains 7, 3, 1 at discounts 1, 1.585, 2: best 7 + 1.8928 + 0.5; turned 1 + 1.8928 + 3.5.
    assert ndcg(["best", "good", "fair"], GRADES) == 1.0
    assert ndcg(["fair", "good", "best"], GRADES) == pytest.approx(6.3928 / 9.3928, abs=1e-4)
    assert ndcg([], GRADES) == 0.0
    assert ndcg(["other"], {}) == 1.0


@given(slugs)
def test_between_nothing_and_the_best_order(ranking: list[str]) -> None:
    assert 0.0 <= ndcg(ranking, GRADES) <= 1.0


@given(slugs)
def test_a_record_gains_once(ranking: list[str]) -> None:
    assert ndcg(ranking, GRADES) == ndcg(list(dict.fromkeys(ranking)), GRADES)


@given(slugs)
def test_a_better_record_further_up_gains_more(ranking: list[str]) -> None:
    rest = [slug for slug in ranking if slug != "best"]
    assert ndcg(["best", *rest], GRADES) >= ndcg([*rest, "best"], GRADES)


def test_the_eleventh_gains_nothing() -> None:
    assert ndcg(["other", *map(str, range(9)), "best"], GRADES) == 0.0


def test_falls_are_named_the_worst_first() -> None:
    before = {"a": 1.0, "b": 0.9, "c": 0.5}
    now = {"a": 0.9, "b": 0.5, "c": 0.6}
    assert [fall.query for fall in falls(before, now)] == ["b", "a"]
    assert faults(before, now)[0].startswith("the mean fell")
    assert faults(before, before) == []
    assert faults(before, {**before, "d": 1.0}) == ["not in both the set and the baseline: ['d']"]


def test_a_tie_that_breaks_the_other_way_is_no_fault() -> None:
    before = {str(number): 0.9 for number in range(40)}
    assert faults(before, {**before, "1": 0.8}) == []
    assert faults(before, {**before, "1": 0.7}) != []
