"""The work queue of staff: what waits for them, what for others, what is done.

The rows are those of `permissions.screened`, so a conflict takes them out and lowers every count.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from review_workflow.enums import CaseState
from submission_portal.enums import SubmissionState
from submission_portal.models import Submission, SubmissionEvent, SubmissionMessage
from submission_portal.permissions import screened


class Tab(StrEnum):
    """The parts of the queue; a submission is in one of them, and beside that it can be overdue."""

    NEW = "new"
    SCREENING = "screening"
    RETURNED = "returned"
    WAITING = "waiting"
    OVERDUE = "overdue"
    DONE = "done"
    ALL = "all"


ORDERS: Mapping[str, Sequence[str]] = {
    "number": ["number", "pk"],
    "title": ["submitted_title", "pk"],
    "provider": ["provider__organisation__name", "pk"],
    "since": ["state_since", "pk"],
    "submitted": ["submitted_at", "pk"],
}
"""What the rows can be sorted by; a minus in front turns it round."""
DEFAULT_ORDER = "since"
_OVER = (CaseState.DECIDED.value, CaseState.WITHDRAWN.value)


@dataclass(frozen=True, slots=True)
class QueueQuery:
    """What somebody asks the queue for; `chosen` picks single submissions of it."""

    tab: Tab = Tab.NEW
    text: str = ""
    order: str = DEFAULT_ORDER
    chosen: Sequence[UUID] = ()


def queue_of(user: Any, query: QueueQuery) -> "QuerySet[Submission]":
    """Return what `user` may see and asks for, with everything that a row shows."""
    rows = _found(user, query.text).filter(_conditions()[query.tab])
    if query.chosen:
        rows = rows.filter(uid__in=query.chosen)
    name = query.order.removeprefix("-")
    order = ORDERS.get(name, ORDERS[DEFAULT_ORDER])
    turned = query.order.startswith("-") and name in ORDERS
    return rows.select_related("provider__organisation", "case").order_by(
        *(f"-{field}" if turned else field for field in order)
    )


def counts_of(user: Any, text: str = "") -> dict[Tab, int]:
    """Return how many there are in each part of the queue for `user`, by one statement."""
    counts = _found(user, text).aggregate(
        **{tab.value: Count("pk", filter=condition) for tab, condition in _conditions().items()}
    )
    return {tab: counts[tab.value] for tab in Tab}


def overdue_since() -> dt.datetime:
    """Return the moment before which a submission in screening must have come not to be overdue."""
    return timezone.now() - dt.timedelta(days=settings.CLEARINGHOUSE_SCREENING_DAYS)


def is_overdue(submission: Submission) -> bool:
    """Return whether it waits for staff for longer than the setting allows."""
    return (
        submission.state == SubmissionState.SCREENING and submission.state_since < overdue_since()
    )


def _found(user: Any, text: str) -> Any:
    staffs = {"submission": OuterRef("pk"), "is_staffs": True}
    rows = screened(user).annotate(
        was_touched=Q(Exists(SubmissionEvent.objects.filter(**staffs)))
        | Q(Exists(SubmissionMessage.objects.filter(submission=OuterRef("pk")))),
    )
    wanted = text.replace("\x00", "").strip()
    if wanted:
        rows = rows.filter(
            Q(number__icontains=wanted)
            | Q(submitted_title__icontains=wanted)
            | Q(provider__organisation__name__icontains=wanted)
        )
    return rows


def _conditions() -> dict[Tab, Q]:
    screening = Q(state=SubmissionState.SCREENING.value)
    accepted = Q(state=SubmissionState.ACCEPTED.value)
    over = Q(state__in=[SubmissionState.OUT_OF_SCOPE.value, SubmissionState.WITHDRAWN.value])
    return {
        Tab.NEW: screening & Q(was_touched=False),
        Tab.SCREENING: screening & Q(was_touched=True),
        Tab.RETURNED: Q(state=SubmissionState.RETURNED.value),
        Tab.WAITING: accepted & ~Q(case__state__in=_OVER),
        Tab.OVERDUE: screening & Q(state_since__lt=overdue_since()),
        Tab.DONE: over | (accepted & Q(case__state__in=_OVER)),
        Tab.ALL: Q(),
    }
