"""What ties reviewers to the parties of a case, found from what the platform knows.

A tie that `permissions` makes a wall of always blocks a seat. Others are likely only: they block it
until the reviewer's own word is recorded (a known conflict of kind “no conflict”), or they are too
old to block and the reviewer is asked about them when declaring.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from resource_library.models import Organisation
from review_workflow.enums import ConflictKind
from review_workflow.models import (
    Affiliation,
    ConflictDeclaration,
    KnownConflict,
    ReviewRound,
)
from review_workflow.models.labels import CONFLICT_KINDS
from review_workflow.permissions import UNSETTLED


@dataclass(frozen=True, slots=True)
class FoundConflict:
    """One tie: its kind, a sentence that says how it is known, and whether it blocks a seat."""

    kind: ConflictKind
    reason: str
    blocks: bool = True


def same_domain(email: str, website: str) -> bool:
    """Return whether the address and the website lie in one domain, or one's below the other's.

    A bare top-level domain is nobody's; `www.` is left aside.
    """
    try:
        host = urlsplit(website if "//" in website else f"//{website}").hostname or ""
    except ValueError:  # what is no address is in no domain
        return False
    host = host.lower().removeprefix("www.").strip(".")
    domain = email.rpartition("@")[2].lower().strip(".")
    if "." not in host or "." not in domain:
        return False
    return host == domain or host.endswith(f".{domain}") or domain.endswith(f".{host}")


def found_conflicts(round_: ReviewRound, users: Iterable[Any]) -> dict[int, list[FoundConflict]]:
    """Return the ties of each of `users` to the case of `round_`, by key; five queries in all."""
    people = {user.pk: user for user in users}
    parties = {
        party.pk: party
        for party in Organisation.objects.filter(pk__in=round_.case.parties.values("organisation"))
    }
    found: dict[int, list[FoundConflict]] = defaultdict(list)
    settled = set[tuple[int, int]]()
    for known in KnownConflict.objects.filter(reviewer__in=people, organisation__in=parties):
        party = parties[known.organisation_id]
        if known.kind == ConflictKind.NONE:
            settled.add((known.reviewer_id, party.pk))
            continue
        reason = _("%(kind)s: %(organisation)s (%(source)s)") % {
            "kind": CONFLICT_KINDS[ConflictKind(known.kind)],
            "organisation": party,
            "source": known.source,
        }
        found[known.reviewer_id].append(FoundConflict(ConflictKind(known.kind), reason))
    for key, conflict in (
        *_affiliations(round_, people, parties),
        *_declarations(round_, people, parties),
        *_offices(round_, people),
        *_addresses(people, parties, settled),
    ):
        found[key].append(conflict)
    return dict(found)


def _affiliations(
    round_: ReviewRound, people: Collection[int], parties: dict[int, Organisation]
) -> Iterator[tuple[int, FoundConflict]]:
    since = timezone.localdate().year - int(round_.rule_snapshot["look_back_years"])
    ties = Affiliation.objects.filter(profile__user__in=people, organisation__in=parties).exclude(
        kind=ConflictKind.NONE.value
    )
    for tie in ties.select_related("profile"):
        reason = _("%(kind)s: %(organisation)s, %(first)s–%(last)s") % {
            "kind": CONFLICT_KINDS[ConflictKind(tie.kind)],
            "organisation": parties[tie.organisation_id],
            "first": tie.from_year,
            "last": tie.until_year or _("today"),
        }
        blocks = tie.until_year is None or tie.until_year >= since
        yield tie.profile.user_id, FoundConflict(ConflictKind(tie.kind), reason, blocks)


def _declarations(
    round_: ReviewRound, people: Collection[int], parties: Collection[int]
) -> Iterator[tuple[int, FoundConflict]]:
    """Yield what was declared in cases of the same page or parties and not cleared."""
    declared = (
        ConflictDeclaration.objects.filter(
            Q(assignment__round__case__page=round_.case.page_id)
            | Q(assignment__round__case__parties__organisation__in=parties),
            assignment__reviewer__in=people,
            resolution__in=UNSETTLED,
        )
        .exclude(kind=ConflictKind.NONE.value)
        .select_related("assignment__round")
        .distinct()
    )
    for declaration in declared:
        kind = ConflictKind(declaration.kind)
        reason = _("%(kind)s: declared on %(day)s") % {
            "kind": CONFLICT_KINDS[kind],
            "day": timezone.localdate(declaration.declared_at),
        }
        yield declaration.assignment.reviewer_id, FoundConflict(kind, reason)


def _offices(round_: ReviewRound, people: dict[int, Any]) -> Iterator[tuple[int, FoundConflict]]:
    """Yield who wrote the page, put it forward, chairs the round, or works for the operator."""
    if round_.case.is_operators:
        for key, user in people.items():
            if user.is_staff:
                reason = _("Works for the operator of this platform, whose own case this is")
                yield key, FoundConflict(ConflictKind.EMPLOYEE, reason)
    offices = (
        (round_.case.page.owner_id, ConflictKind.AUTHOR, _("Owns the page")),
        (round_.revision.user_id, ConflictKind.AUTHOR, _("Saved the version under review")),
        (round_.case.opened_by_id, ConflictKind.AUTHOR, _("Put the page forward for review")),
        (round_.chair_id, ConflictKind.OTHER, _("Chairs this round")),
    )
    for holder, kind, reason in offices:
        if holder in people:
            yield holder, FoundConflict(kind, reason)


def _addresses(
    people: dict[int, Any], parties: dict[int, Organisation], settled: Collection[tuple[int, int]]
) -> Iterator[tuple[int, FoundConflict]]:
    for key, user in people.items():
        for party in parties.values():
            if (key, party.pk) not in settled and same_domain(user.email, party.url):
                reason = _(
                    "E-mail address in the domain of %(organisation)s: record first what the "
                    "reviewer says about it"
                ) % {"organisation": party}
                yield key, FoundConflict(ConflictKind.EMPLOYEE, reason)
