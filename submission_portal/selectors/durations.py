"""How long checks and reviews took so far: medians of the past, none while there are too few."""

import datetime as dt
import math
import statistics
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, OuterRef, Subquery
from django.utils import timezone

from review_workflow.models import Decision
from submission_portal.enums import EventKind, Stage
from submission_portal.models import SubmissionEvent

from .standing import Standing

FEWEST = 5
"""Fewer cases than these give no median: they would say more about one case than about the next."""
MOST = 200
"""Only so many of the latest cases count, so that the figures follow how long it takes now."""
_ENDS = (EventKind.ACCEPTED.value, EventKind.RETURNED.value, EventKind.OUT_OF_SCOPE.value)
_TO_REVIEW = (EventKind.ACCEPTED.value, EventKind.RESPONDED.value)

Span = tuple[dt.datetime, dt.datetime]


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the past says about the step that runs; `days` is None while there are too few cases."""

    cases: int
    fewest: int = FEWEST
    days: int | None = None
    expected_on: dt.date | None = None
    is_late: bool = False


def median_days(spans: Iterable[Span]) -> tuple[int, int | None]:
    """Return how many cases there are, and the days that half of them took at most, rounded up.

    The days are None for fewer than `FEWEST` cases.
    """
    lasted = [(ended - begun).total_seconds() / 86_400 for begun, ended in spans]
    if len(lasted) < FEWEST:
        return len(lasted), None
    return len(lasted), math.ceil(statistics.median_low(lasted))


def expectation_for(standing: Standing, begun: dt.datetime) -> Expectation | None:
    """Return what the past says about a step that `begun` then; None where nobody is waited for.

    Only staff's check and a panel's work are measured: how long a provider takes is its own.
    """
    if standing.stage is Stage.SCREENING:
        cases, days = median_days(screenings())
    elif standing.stage in {Stage.ASSEMBLING, Stage.IN_REVIEW}:
        cases, days = median_days(reviews(is_first=standing.round_number <= 1))
    else:
        return None
    if days is None:
        return Expectation(cases)
    expected_on = timezone.localdate(begun) + dt.timedelta(days=days)
    return Expectation(
        cases, days=days, expected_on=expected_on, is_late=expected_on < timezone.localdate()
    )


def screenings() -> list[Span]:
    """Return the latest spans from being submitted to the last word of staff on it."""
    submitted = SubmissionEvent.objects.filter(
        submission=OuterRef("submission"), kind=EventKind.SUBMITTED.value, seq__lt=OuterRef("seq")
    ).order_by("-seq")
    rows = (
        SubmissionEvent.objects.filter(kind__in=_ENDS)
        .annotate(begun=Subquery(submitted.values("at")[:1]))
        .exclude(begun=None)
        .order_by("-at")
        .values_list("submission", "begun", "at")[:MOST]
    )
    # A step that staff took back counts once, with the word that stood in the end.
    last: dict[tuple[int, dt.datetime], dt.datetime] = {}
    for submission, begun, ended in rows:
        last.setdefault((submission, begun), ended)
    return [(begun, ended) for (_submission, begun), ended in last.items()]


def reviews(*, is_first: bool) -> list[Span]:
    """Return the latest spans from a panel's getting a version to the first decision on it.

    Later rounds have their reviewers already and are measured apart from first ones.
    """
    handed = SubmissionEvent.objects.filter(
        submission__case=OuterRef("round__case"),
        kind__in=_TO_REVIEW,
        at__lte=OuterRef("decided_at"),
    ).order_by("-at")
    decisions = Decision.objects.filter(supersedes=None)
    decisions = (
        decisions.filter(round__number=1) if is_first else decisions.filter(round__number__gt=1)
    )
    rows = (
        decisions.annotate(begun=Subquery(handed.values("at")[:1]))
        .filter(begun__isnull=False, decided_at__gte=F("begun"))
        .order_by("-decided_at")
        .values_list("begun", "decided_at")[:MOST]
    )
    return list(rows)
