"""The life of an approval: what its events add up to, on any day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review_workflow.enums import IN_FORCE, ApprovalEventKind, ApprovalStatus
from review_workflow.lifecycle import Event, ImpossibleEvent, Life, life_of

FIRST, LAST = date(2025, 1, 10), date(2026, 1, 9)
GRANTED = Event(ApprovalEventKind.GRANTED, FIRST, LAST)
days = st.dates(date(2020, 1, 1), date(2035, 1, 1))


def after(*kinds: ApprovalEventKind, provisional: bool = False) -> Life:
    first = Event(ApprovalEventKind.GRANTED, FIRST, LAST, provisional)
    return life_of([first, *(Event(kind, FIRST) for kind in kinds)])


@pytest.mark.parametrize(
    ("kinds", "standing"),
    [
        ([], ApprovalStatus.ACTIVE),
        ([ApprovalEventKind.REVIEW_OPENED], ApprovalStatus.UNDER_REVIEW),
        (
            [ApprovalEventKind.REVIEW_OPENED, ApprovalEventKind.REVIEW_CLOSED],
            ApprovalStatus.ACTIVE,
        ),
        ([ApprovalEventKind.SUSPENDED], ApprovalStatus.SUSPENDED),
        ([ApprovalEventKind.SUSPENDED, ApprovalEventKind.REINSTATED], ApprovalStatus.ACTIVE),
        ([ApprovalEventKind.WITHDRAWN], ApprovalStatus.WITHDRAWN),
        ([ApprovalEventKind.SUPERSEDED], ApprovalStatus.SUPERSEDED),
        ([ApprovalEventKind.SUSPENDED, ApprovalEventKind.WITHDRAWN], ApprovalStatus.WITHDRAWN),
    ],
)
def test_standing_after(kinds: list[ApprovalEventKind], standing: ApprovalStatus) -> None:
    assert after(*kinds) == Life(standing, FIRST, LAST)


def test_a_provisional_one_stays_provisional_after_a_review() -> None:
    opened, closed = ApprovalEventKind.REVIEW_OPENED, ApprovalEventKind.REVIEW_CLOSED
    assert after(provisional=True).standing is ApprovalStatus.PROVISIONAL
    assert after(opened, closed, provisional=True).standing is ApprovalStatus.PROVISIONAL
    met = after(opened, closed, ApprovalEventKind.CONDITIONS_MET, provisional=True)
    assert met.standing is ApprovalStatus.ACTIVE


@pytest.mark.parametrize(
    "events",
    [
        [],
        [Event(ApprovalEventKind.RENEWED, FIRST, LAST)],
        [Event(ApprovalEventKind.GRANTED, FIRST)],
        [Event(ApprovalEventKind.GRANTED, LAST, FIRST)],
        [GRANTED, GRANTED],
        [GRANTED, Event(ApprovalEventKind.REINSTATED, FIRST)],
        [GRANTED, Event(ApprovalEventKind.REVIEW_CLOSED, FIRST)],
        [GRANTED, Event(ApprovalEventKind.CONDITIONS_MET, FIRST)],
        [
            GRANTED,
            Event(ApprovalEventKind.WITHDRAWN, FIRST),
            Event(ApprovalEventKind.RENEWED, LAST),
        ],
        [GRANTED, Event(ApprovalEventKind.CORRECTED, LAST, FIRST)],
    ],
)
def test_impossible(events: list[Event]) -> None:
    with pytest.raises(ImpossibleEvent):
        life_of(events)


def test_a_correction_moves_both_days_and_nothing_else() -> None:
    corrected = Event(ApprovalEventKind.CORRECTED, date(2024, 1, 1), date(2024, 6, 30))
    withdrawn = Event(ApprovalEventKind.WITHDRAWN, FIRST)
    assert life_of([GRANTED, corrected]) == Life(
        ApprovalStatus.ACTIVE, date(2024, 1, 1), date(2024, 6, 30)
    )
    assert life_of([GRANTED, withdrawn, corrected]).standing is ApprovalStatus.WITHDRAWN


def test_a_renewal_moves_the_last_day() -> None:
    renewed = Event(ApprovalEventKind.RENEWED, LAST, date(2028, 1, 9))
    assert life_of([GRANTED, renewed]) == Life(ApprovalStatus.ACTIVE, FIRST, date(2028, 1, 9))


def test_first_and_last_day_count() -> None:
    life = life_of([GRANTED])
    day = timedelta(days=1)
    assert [life.is_in_force(on) for on in (FIRST - day, FIRST, LAST, LAST + day)] == [
        False,
        True,
        True,
        False,
    ]
    assert life.status_on(LAST + day) is ApprovalStatus.EXPIRED


@given(st.lists(st.sampled_from(ApprovalEventKind)), days)
def test_nothing_follows_the_end(kinds: list[ApprovalEventKind], day: date) -> None:
    """Whatever happens: what is withdrawn is never again in force."""
    events = [GRANTED, Event(ApprovalEventKind.WITHDRAWN, FIRST)]
    for kind in kinds:
        try:
            life = life_of([*events, Event(kind, FIRST, LAST)])
        except ImpossibleEvent:
            continue
        assert not life.is_in_force(day)


@given(days, days, days)
def test_in_force_is_an_interval(first: date, last: date, day: date) -> None:
    if last < first:
        with pytest.raises(ImpossibleEvent):
            life_of([Event(ApprovalEventKind.GRANTED, first, last)])
        return
    life = life_of([Event(ApprovalEventKind.GRANTED, first, last)])
    assert life.is_in_force(day) == (first <= day <= last)


@given(st.lists(st.sampled_from(ApprovalEventKind), max_size=8), days)
def test_the_status_is_total(kinds: list[ApprovalEventKind], day: date) -> None:
    """Every possible history has a status on every day, and only counts between its days."""
    try:
        life = after(*kinds)
    except ImpossibleEvent:
        return
    assert life.approved_on <= life.expires_on
    if life.is_in_force(day):
        assert life.status_on(day) in IN_FORCE
        assert life.approved_on <= day <= life.expires_on
