"""What a panel lacks by its rule: seats, roles, and reviewers who share an organisation.

Pure: the facts come in, what is missing comes out. Words for people are made by `services.seats`.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any


@dataclass(frozen=True, slots=True)
class PanelRule:
    """The part of a rule that says who sits on a panel; `roles` maps a role to its least seats."""

    seats: int
    roles: Mapping[str, int] = field(default_factory=dict)
    distinct_organisations: bool = True

    @classmethod
    def of(cls, snapshot: Mapping[str, Any]) -> "PanelRule":
        """Return the rule that a round froze."""
        return cls(
            seats=int(snapshot["seats"]),
            roles={role: int(least) for role, least in snapshot["composition"].items()},
            distinct_organisations=bool(snapshot["distinct_organisations"]),
        )


@dataclass(frozen=True, slots=True)
class Member:
    """One reviewer on a panel: a key, the role, and the organisations they belong to now.

    Who `keeps_seat` fills a seat; a reviewer who is overdue keeps none, but may still file, and so
    counts for the organisations.
    """

    key: int
    role: str
    organisations: frozenset[int] = frozenset()
    keeps_seat: bool = True


@dataclass(frozen=True, slots=True)
class Lack:
    """What is wrong with a panel; `shared` holds two members and an organisation of both."""

    seats: int = 0
    surplus: int = 0
    roles: Mapping[str, int] = field(default_factory=dict)
    shared: tuple[tuple[int, int, int], ...] = ()

    @property
    def is_nothing(self) -> bool:
        """Whether the panel is as the rule wants it."""
        return not (self.seats or self.surplus or self.roles or self.shared)


def lack_of(rule: PanelRule, members: Collection[Member]) -> Lack:
    """Return what the panel lacks; the order of its members never matters."""
    seated = [member for member in members if member.keeps_seat]
    return Lack(
        seats=max(rule.seats - len(seated), 0),
        surplus=max(len(seated) - rule.seats, 0),
        roles=missing_roles(rule, seated),
        shared=shared_organisations(members) if rule.distinct_organisations else (),
    )


def missing_roles(rule: PanelRule, members: Iterable[Member]) -> dict[str, int]:
    """Return how many seats of each role are still to be filled."""
    held = Counter(member.role for member in members if member.keeps_seat)
    return {role: least - held[role] for role, least in rule.roles.items() if held[role] < least}


def shared_organisations(members: Iterable[Member]) -> tuple[tuple[int, int, int], ...]:
    """Return each two members, smaller key first, with each organisation that both belong to."""
    ordered = sorted(members, key=lambda member: member.key)
    return tuple(
        (one.key, other.key, organisation)
        for one, other in combinations(ordered, 2)
        for organisation in sorted(one.organisations & other.organisations)
    )


def can_join(rule: PanelRule, members: Collection[Member], candidate: Member) -> bool:
    """Return whether the panel with `candidate` can still become what the rule wants.

    There must be a seat, no organisation in common, and enough seats afterwards for the roles that
    are still missing. A panel that cannot meet its roles any more takes whoever brings one nearer.
    """
    if any(member.key == candidate.key for member in members):
        return False
    seated = [member for member in members if member.keeps_seat]
    if len(seated) >= rule.seats:
        return False
    if rule.distinct_organisations and any(
        member.organisations & candidate.organisations for member in members
    ):
        return False
    missing = sum(missing_roles(rule, seated).values())
    left = rule.seats - len(seated) - 1
    still_missing = sum(missing_roles(rule, [*seated, candidate]).values())
    return still_missing <= left or still_missing < missing
