"""The submissions of the providers that somebody acts for, grouped by who acts next."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from curriculum_pages.enums import WRITING_ROLES
from curriculum_pages.models import Provider, ProviderMember
from submission_portal.enums import Actor, Stage
from submission_portal.models.labels import ACTORS, STAGES
from submission_portal.permissions import memberships_of, own_submissions

from .standing import Standing, standing_of, with_standing

PER_PAGE = 25
_WRITING = {role.value for role in WRITING_ROLES}
_NEEDS_YOU, _WAITS, _DONE = range(3)


@dataclass(frozen=True, slots=True)
class Row:
    """One submission of the overview."""

    uid: UUID
    number: str
    title: str
    provider: str
    stage: str
    actor: str
    since: dt.datetime
    has_unread: bool
    group: int


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under one heading."""

    name: str
    heading: str
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Overview:
    """A page of rows in their groups."""

    groups: Sequence[Group]
    page: "Page[Row]"


def providers_acted_for(user: Any) -> list[ProviderMember]:
    """Return the user's parts in providers, each with its provider, by its name."""
    found = memberships_of(user).select_related("provider__organisation")
    return sorted(found, key=lambda member: member.provider.name.lower())


def writes_for(members: Sequence[ProviderMember]) -> list[Provider]:
    """Return the providers among `members` that submissions can be begun for."""
    return [member.provider for member in members if member.role in _WRITING]


def overview_of(user: Any, *, provider: Provider | None, number: str) -> Overview:
    """Return page `number` of the user's submissions, of one provider or of all of them."""
    submissions = own_submissions(user)
    if provider is not None:
        submissions = submissions.filter(provider=provider)
    rows = [_row(submission) for submission in with_standing(submissions)]
    rows.sort(key=lambda row: row.since, reverse=True)
    rows.sort(key=lambda row: row.group)
    page = Paginator(rows, PER_PAGE).get_page(number)
    headings = {
        _NEEDS_YOU: ("needs-you", _("Needs you")),
        _WAITS: ("waits", _("Waits for others")),
        _DONE: ("done", _("Done")),
    }
    groups = [
        Group(name, heading, [row for row in page if row.group == key])
        for key, (name, heading) in headings.items()
    ]
    return Overview([group for group in groups if group.rows], page)


def _row(submission: Any) -> Row:
    standing = standing_of(submission)
    return Row(
        uid=submission.uid,
        number=submission.number or "",
        title=submission.title or _("Without a title"),
        provider=submission.provider.name,
        stage=str(STAGES[standing.stage]),
        actor=str(ACTORS[standing.actor]),
        since=standing.since,
        has_unread=submission.has_unread,
        group=_group(standing),
    )


def _group(standing: Standing) -> int:
    if standing.actor is Actor.PROVIDER:
        return _NEEDS_YOU
    waits = standing.is_open or (
        standing.stage is Stage.APPROVED_WITH_CONDITIONS and standing.actor is not Actor.NOBODY
    )
    return _WAITS if waits else _DONE
