"""How far submissions of a period came, and how long each stage took: counted from the rows.

The rows are those that the reader may screen, so a conflict lowers every figure. Of drafts nothing
is told but how many there are: neither whose, nor of which sector or month.
"""

import datetime as dt
import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from resource_library.enums import Sector
from review_workflow.enums import APPROVING, CaseState, Outcome
from review_workflow.models import Decision
from submission_portal.enums import EventKind, SubmissionState
from submission_portal.models import SubmissionEvent
from submission_portal.permissions import drafts_to_count, screened

_DAY = 86_400


@dataclass(frozen=True, slots=True)
class FunnelRow:
    """One line: how many of a group were submitted, accepted, decided and approved."""

    label: str
    submitted: int
    accepted: int
    decided: int
    approved: int


@dataclass(frozen=True, slots=True)
class Duration:
    """A stage: how many passed through it, and the median of their days; None where nobody did."""

    label: str
    count: int
    median: float | None


@dataclass(frozen=True, slots=True)
class Funnel:
    """The figures of what was begun in a period; `begun` counts `drafts`, never submitted, too."""

    begun: int
    drafts: int
    whole: FunnelRow
    by_sector: Sequence[FunnelRow]
    by_month: Sequence[FunnelRow]
    durations: Sequence[Duration]


@dataclass(frozen=True, slots=True)
class _Way:
    """How far one submission came, and when."""

    sector: str
    month: dt.date
    begun: dt.datetime
    submitted: dt.datetime
    accepted: dt.datetime | None
    decided: dt.datetime | None
    is_approved: bool


def funnel_of(user: Any, begin: dt.date, end: dt.date) -> Funnel:
    """Return the figures of what was begun from `begin` to `end`, both included, by two statements.

    A submission counts as accepted while that stands, as decided once a decision has closed its
    case; a panel that asks for a revision has not decided yet.
    """
    ways = _ways(user, begin, end)
    drafts = drafts_to_count(user).filter(**_begun(begin, end)).count()
    sectors: dict[str, list[_Way]] = defaultdict(list)
    months: dict[dt.date, list[_Way]] = defaultdict(list)
    for way in ways:
        sectors[way.sector].append(way)
        months[way.month].append(way)
    labels = {Sector.PUBLIC.value: _("Public"), Sector.PRIVATE.value: _("Private")}
    return Funnel(
        begun=len(ways) + drafts,
        drafts=drafts,
        whole=_row(_("All"), ways),
        by_sector=[
            _row(labels.get(sector, _("Not stated")), sectors[sector])
            for sector in sorted(sectors, key=lambda name: (not name, name))
        ],
        by_month=[_row(f"{month:%Y-%m}", months[month]) for month in sorted(months)],
        durations=[
            _duration(
                _("Writing: begun to submitted"), ((way.begun, way.submitted) for way in ways)
            ),
            _duration(
                _("Screening: submitted first to accepted"),
                ((way.submitted, way.accepted) for way in ways),
            ),
            _duration(
                _("Review: accepted to decided"), ((way.accepted, way.decided) for way in ways)
            ),
        ],
    )


def _begun(begin: dt.date, end: dt.date) -> dict[str, dt.datetime]:
    from_ = timezone.make_aware(dt.datetime.combine(begin, dt.time.min))
    until = timezone.make_aware(dt.datetime.combine(end + dt.timedelta(days=1), dt.time.min))
    return {"created_at__gte": from_, "created_at__lt": until}


def _ways(user: Any, begin: dt.date, end: dt.date) -> list[_Way]:
    events = SubmissionEvent.objects.filter(submission=OuterRef("pk"))
    submitted = events.filter(kind=EventKind.SUBMITTED.value).order_by("seq")
    accepted = events.filter(kind=EventKind.ACCEPTED.value).order_by("-seq")
    decisions = (
        Decision.objects.filter(round__case=OuterRef("case"), is_superseded=False)
        .exclude(outcome=Outcome.REVISE_AND_RESUBMIT.value)
        .order_by("-round__number")
    )
    rows = (
        screened(user)
        .filter(**_begun(begin, end))
        .annotate(
            first_submitted=Subquery(submitted.values("at")[:1]),
            last_accepted=Subquery(accepted.values("at")[:1]),
            decided_at=Subquery(decisions.values("decided_at")[:1]),
            outcome=Subquery(decisions.values("outcome")[:1]),
        )
        .values_list(
            "provider__organisation__sector",
            "created_at",
            "state",
            "submitted_at",
            "first_submitted",
            "last_accepted",
            "case__state",
            "decided_at",
            "outcome",
        )
    )
    return [_way(row) for row in rows]


def _way(row: Sequence[Any]) -> _Way:
    sector, begun, state, last, first, accepted, case_state, decided, outcome = row
    is_accepted = state == SubmissionState.ACCEPTED or case_state is not None
    is_decided = case_state == CaseState.DECIDED and decided is not None
    return _Way(
        sector=sector,
        month=timezone.localtime(begun).date().replace(day=1),
        begun=begun,
        submitted=first or last,
        accepted=accepted if is_accepted else None,
        decided=decided if is_decided else None,
        is_approved=is_decided and outcome in APPROVING,
    )


def _row(label: str, ways: Sequence[_Way]) -> FunnelRow:
    return FunnelRow(
        label=label,
        submitted=len(ways),
        accepted=sum(way.accepted is not None for way in ways),
        decided=sum(way.decided is not None for way in ways),
        approved=sum(way.is_approved for way in ways),
    )


def _duration(
    label: str, spans: Iterable[tuple[dt.datetime | None, dt.datetime | None]]
) -> Duration:
    days = [
        (ended - began).total_seconds() / _DAY
        for began, ended in spans
        if began is not None and ended is not None
    ]
    return Duration(label, len(days), round(statistics.median(days), 1) if days else None)
