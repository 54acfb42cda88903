"""How alike two curricula are: the same either way, whole for the same, whatever the order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from submission_portal.similarity import THRESHOLD, Outline, likeness, nearest

WORDS = st.sampled_from(
    ["calm", "Calls", "scenario", "listening", "crisis", "Team", "first", "contact", "übung", "2"]
)
NAMES = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)
MODULES = st.lists(st.tuples(NAMES, st.none() | st.integers(1, 600)), max_size=6)
OUTLINES = st.builds(Outline, title=NAMES, provider=NAMES, modules=MODULES)


@given(OUTLINES, OUTLINES)
def test_the_same_either_way_and_between_nothing_and_whole(one: Outline, other: Outline) -> None:
    found = likeness(one, other)
    assert found == pytest.approx(likeness(other, one))
    assert 0.0 <= found <= 1.0


@given(OUTLINES)
def test_the_same_is_whole(one: Outline) -> None:
    assert likeness(one, one) == pytest.approx(1.0)


@given(OUTLINES, OUTLINES, st.randoms())
def test_the_order_of_modules_does_not_matter(one: Outline, other: Outline, random: object) -> None:
    shuffled = list(one.modules)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # a random generator
    moved = Outline(one.title, one.provider, tuple(shuffled))
    assert likeness(moved, other) == pytest.approx(likeness(one, other))


COURSE = Outline(
    "Calm Calls: de-escalation on patrol",
    "Riverbend Training",
    (("Active listening", 120), ("Scenarios at the door", 240), ("Working with clinicians", 60)),
)


def test_what_counts_as_a_duplicate() -> None:
    renumbered = Outline("CALM CALLS - De-Escalation on Patrol (2nd edition)", COURSE.provider)
    copied = Outline("Patrol de-escalation, calm calls", "Hilltop Academy", COURSE.modules)
    renamed = Outline("Safer words", COURSE.provider, COURSE.modules)
    other = Outline("Traffic stops at night", COURSE.provider, (("Lights", 60), ("Approach", 90)))
    assert all(likeness(COURSE, each) >= THRESHOLD for each in (renumbered, copied, renamed))
    assert likeness(COURSE, other) < THRESHOLD / 2 + 0.1


def test_minutes_and_missing_modules_tell_outlines_apart() -> None:
    longer = Outline(COURSE.title, COURSE.provider, [(name, 600) for name, _ in COURSE.modules])
    shorter = Outline(COURSE.title, COURSE.provider, COURSE.modules[:1])
    assert 0.8 < likeness(COURSE, longer) < 1.0
    assert likeness(COURSE, shorter) < likeness(COURSE, longer)


def test_nothing_is_like_nothing() -> None:
    assert likeness(Outline(), Outline()) == 0.0
    assert nearest("", {1: "Calm"}, 5) == []
    assert nearest("Calm calls", {1: "Night driving", 2: "calm CALLS!", 3: "Calm"}, 2) == [2, 3]
