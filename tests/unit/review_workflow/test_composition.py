"""What a panel lacks: seats, roles, and reviewers who share an organisation."""

from itertools import permutations

from hypothesis import assume, given
from hypothesis import strategies as st

from review_workflow.composition import Lack, Member, PanelRule, can_join, lack_of, missing_roles

ROLES = ("police", "clinician", "researcher", "legal")
RULES = st.builds(
    PanelRule,
    seats=st.integers(1, 6),
    roles=st.dictionaries(st.sampled_from(ROLES), st.integers(0, 3)),
    distinct_organisations=st.booleans(),
)
PEOPLE = st.lists(
    st.builds(
        Member,
        key=st.integers(1, 20),
        role=st.sampled_from(ROLES),
        organisations=st.frozensets(st.integers(1, 6), max_size=2),
        keeps_seat=st.booleans(),
    ),
    max_size=7,
    unique_by=lambda member: member.key,
)
RULE = PanelRule(3, {"police": 1, "clinician": 1})


def member(key: int, role: str, *organisations: int, keeps_seat: bool = True) -> Member:
    return Member(key, role, frozenset(organisations), keeps_seat)


def test_an_empty_panel_lacks_everything() -> None:
    assert lack_of(RULE, []) == Lack(seats=3, roles={"police": 1, "clinician": 1})


def test_a_full_panel_lacks_nothing() -> None:
    panel = [member(1, "police", 1), member(2, "clinician", 2), member(3, "legal", 3)]
    assert lack_of(RULE, panel).is_nothing


def test_a_panel_can_have_too_many_seats_too_few_roles_and_shared_organisations_at_once() -> None:
    panel = [member(number, "police", 7 if number in {1, 3} else number) for number in range(1, 5)]
    assert lack_of(RULE, panel) == Lack(surplus=1, roles={"clinician": 1}, shared=((1, 3, 7),))


def test_who_is_overdue_keeps_no_seat_but_an_organisation() -> None:
    panel = [
        member(1, "police", 1, keeps_seat=False),
        member(2, "police", 1),
        member(3, "clinician", 2),
        member(4, "legal", 3),
    ]
    assert lack_of(RULE, panel) == Lack(shared=((1, 2, 1),))


def test_the_last_seats_are_kept_for_the_roles_that_are_missing() -> None:
    panel = [member(1, "legal")]
    assert not can_join(RULE, panel, member(2, "legal"))
    assert can_join(RULE, panel, member(2, "police"))
    assert can_join(RULE, [], member(2, "legal"))


def test_a_rule_may_allow_colleagues() -> None:
    rule = PanelRule(2, {}, distinct_organisations=False)
    assert can_join(rule, [member(1, "legal", 1)], member(2, "legal", 1))


def test_the_frozen_rule_is_read() -> None:
    frozen = {"seats": 3, "composition": {"police": 1, "clinician": 1}}
    assert PanelRule.of(frozen | {"distinct_organisations": True}) == RULE


@given(RULES, PEOPLE.filter(lambda people: len(people) <= 4))
def test_order_never_matters(rule: PanelRule, people: list[Member]) -> None:
    expected = lack_of(rule, people)
    assert all(lack_of(rule, order) == expected for order in permutations(people))


@given(RULES, PEOPLE, PEOPLE)
def test_whoever_joins_makes_nothing_worse(
    rule: PanelRule, people: list[Member], others: list[Member]
) -> None:
    assume(others)
    candidate = Member(99, others[0].role, others[0].organisations)
    assume(can_join(rule, people, candidate))
    before, after = lack_of(rule, people), lack_of(rule, [*people, candidate])
    assert after.seats == before.seats - 1
    assert after.surplus == before.surplus == 0
    assert after.shared == before.shared
    assert sum(after.roles.values()) <= sum(before.roles.values())


@given(RULES, PEOPLE)
def test_filling_seat_by_seat_never_leads_into_a_dead_end(
    rule: PanelRule, people: list[Member]
) -> None:
    """With every role at hand in plenty, joining one by one ends in a panel without fault."""
    assume(sum(rule.roles.values()) <= rule.seats)
    panel: list[Member] = []
    pool = [member(100 + number, role) for number in range(6) for role in ROLES]
    for candidate in [Member(p.key, p.role, frozenset({p.key})) for p in people] + pool:
        if can_join(rule, panel, candidate):
            panel.append(candidate)
    assert lack_of(rule, panel).is_nothing


@given(RULES, PEOPLE)
def test_what_is_missing_is_counted_over_seats_only(rule: PanelRule, people: list[Member]) -> None:
    held = [person.role for person in people if person.keeps_seat]
    assert missing_roles(rule, people) == {
        role: least - held.count(role)
        for role, least in rule.roles.items()
        if held.count(role) < least
    }
