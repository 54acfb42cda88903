"""Totals of a curriculum: from modules, else from the claim, else none; never 0."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from curriculum_pages.hours import ModuleTime, Totals, totals

slugs = st.one_of(st.none(), st.sampled_from(["lecture", "scenario", "video"]))
modules = st.lists(st.builds(ModuleTime, st.integers(0, 600), slugs, slugs))
claims = st.one_of(st.none(), st.decimals(Decimal("0.25"), Decimal(100), places=2))


def test_modules_count_once_each() -> None:
    found = totals(
        [
            ModuleTime(90, "scenario", "tactical-skills"),
            ModuleTime(60, "lecture", "tactical-skills"),
            ModuleTime(30, "scenario", None),
        ],
        Decimal(3),
    )
    assert found == Totals(
        minutes=180,
        is_claimed=False,
        by_method=(("scenario", 120), ("lecture", 60)),
        by_topic=(("tactical-skills", 150),),
        difference=0,
    )
    assert found.hours == 3
    assert found.agrees_with_claim


def test_the_claim_counts_where_no_module_is_timed() -> None:
    found = totals([ModuleTime(0, "lecture", None)], Decimal("1.5"))
    assert found == Totals(90, True, (), (), None)
    assert found.hours == Decimal("1.5")


def test_nothing_known_is_none() -> None:
    assert totals([], None) == Totals(None, False, (), (), None)
    assert totals([], None).hours is None
    assert totals([], Decimal(0)).minutes is None


def test_a_difference_is_told() -> None:
    found = totals([ModuleTime(60, None, None)], Decimal(2))
    assert (found.minutes, found.difference, found.agrees_with_claim) == (60, -60, False)


@given(modules, claims)
def test_the_total_is_never_zero(rows: list[ModuleTime], claim: Decimal | None) -> None:
    found = totals(rows, claim)
    assert found.minutes is None or found.minutes > 0
    assert (found.hours is None) == (found.minutes is None)


@given(modules, claims)
def test_the_order_of_modules_never_matters(rows: list[ModuleTime], claim: Decimal | None) -> None:
    assert totals(rows, claim) == totals(reversed(rows), claim)


@given(modules)
def test_parts_add_up(rows: list[ModuleTime]) -> None:
    """Hours by method and by topic sum to what the modules with one state, once."""
    found = totals(rows, None)
    for parts, name in ((found.by_method, "method"), (found.by_topic, "topic")):
        with_one = [row for row in rows if getattr(row, name) is not None]
        assert sum(minutes for _slug, minutes in parts) == sum(row.minutes for row in with_one)
        assert all(minutes > 0 for _slug, minutes in parts)
        assert [minutes for _slug, minutes in parts] == sorted(
            (minutes for _slug, minutes in parts), reverse=True
        )
