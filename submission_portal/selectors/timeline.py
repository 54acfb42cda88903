"""The timeline of a submission as its provider reads it: its events, and milestones of its case."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from review_workflow.models import Decision, ReviewRound
from submission_portal.enums import EventKind
from submission_portal.models import ScreeningReason, Submission, SubmissionEvent
from submission_portal.models.labels import EVENT_KINDS

from .standing import Standing

_HANDED_OVER = {
    EventKind.SUBMITTED.value,
    EventKind.ACCEPTED.value,
    EventKind.RESPONDED.value,
}


@dataclass(frozen=True, slots=True)
class Happening:
    """One entry; `by` names one of the provider's own people, and staff by their office only."""

    at: dt.datetime
    label: str
    by: str = ""
    words: str = ""
    reasons: Sequence[str] = ()


def staff_name() -> str:
    """Return the only name that a provider reads for anybody of the staff."""
    return _("Clearinghouse staff")


def own_name(user: Any) -> str:
    """Return how one of the provider's own people is named."""
    return (user.get_full_name() or user.email) if user is not None else ""


def timeline_of(submission: Submission) -> tuple[list[SubmissionEvent], list[Happening]]:
    """Return the events, and the timeline with the newest entry in front."""
    events = list(submission.events.select_related("actor").order_by("seq"))
    reasons = _labels_of(events)
    happened = [_of_event(event, reasons) for event in events]
    if submission.case_id is not None:
        happened += _milestones(submission.case_id)
    return events, sorted(happened, key=lambda entry: entry.at, reverse=True)


def last_handed_over(events: Sequence[SubmissionEvent], standing: Standing) -> dt.datetime:
    """Return when the provider or staff last handed it on: when the step that runs began."""
    handed = [event.at for event in events if event.kind in _HANDED_OVER]
    return handed[-1] if handed else standing.since


def reasons_of(event: SubmissionEvent) -> list[str]:
    """Return the codes of the reasons that staff gave."""
    return [str(code) for code in event.data.get("reasons", ())]


def _labels_of(events: Sequence[SubmissionEvent]) -> dict[str, str]:
    codes = {code for event in events for code in reasons_of(event)}
    return dict(ScreeningReason.objects.filter(code__in=codes).values_list("code", "label"))


def _of_event(event: SubmissionEvent, reasons: dict[str, str]) -> Happening:
    return Happening(
        at=event.at,
        label=str(EVENT_KINDS[EventKind(event.kind)]),
        by=staff_name() if event.is_staffs else own_name(event.actor),
        words=event.words,
        reasons=[reasons[code] for code in reasons_of(event) if code in reasons],
    )


def _milestones(case_id: int) -> list[Happening]:
    opened = ReviewRound.objects.filter(case=case_id, opened_at__isnull=False)
    found = [
        Happening(
            at,
            _("The panel is complete")
            if number == 1
            else _("The panel has the new version, round %(number)d") % {"number": number},
        )
        for number, at in opened.values_list("number", "opened_at")
        if at is not None
    ]
    decided = Decision.objects.filter(round__case=case_id, is_superseded=False)
    return found + [
        Happening(
            decision.decided_at,
            _("Decision: %(outcome)s") % {"outcome": decision.get_outcome_display()},
        )
        for decision in decided
    ]
