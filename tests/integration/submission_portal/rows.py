"""Submissions planted as rows, for lists and figures that need many and read no form."""

import datetime as dt
from typing import Any

from django.utils import timezone

from curriculum_pages.models import Provider
from submission_portal.enums import EventKind, SubmissionState
from submission_portal.models import Submission, SubmissionEvent, SubmissionVersion

NUMBERS = iter(range(9001, 100_000))


def ago(days: float) -> dt.datetime:
    """Return the moment that many days ago."""
    return timezone.now() - dt.timedelta(days=days)


def make_row(
    provider: Provider,
    owner: Any,
    title: str,
    state: SubmissionState = SubmissionState.SCREENING,
    *,
    since: float = 1,
    modules: dict[str, int] | None = None,
    **fields: Any,
) -> Submission:
    """Return a submission in a state for `since` days; a draft has no submitted version."""
    is_draft = state is SubmissionState.DRAFT
    submission = Submission.objects.create(
        provider=provider,
        created_by=owner,
        title=title,
        state=state.value,
        **{
            "number": None if is_draft else f"S-2026-{next(NUMBERS)}",
            "state_since": ago(since),
            "submitted_at": None if is_draft else ago(since),
            "submitted_title": "" if is_draft else title,
        }
        | fields,
    )
    content = content_of_rows(title, modules or {})
    for step, typed in content.items():
        submission.steps.create(step=step, content=typed, version=1)
    if not is_draft:
        SubmissionVersion.objects.create(
            submission=submission, number=1, content=content, sha256="0" * 64, submitted_by=owner
        )
        add_event(submission, EventKind.SUBMITTED, owner, ago(since))
    return submission


def content_of_rows(title: str, modules: dict[str, int]) -> dict[str, dict[str, list[str]]]:
    """Return what a browser sends for a title and modules with their minutes."""
    rows = {"modules-TOTAL_FORMS": [str(len(modules))], "modules-INITIAL_FORMS": ["0"]}
    for place, (name, minutes) in enumerate(modules.items()):
        rows |= {
            f"modules-{place}-title": [name],
            f"modules-{place}-contact_minutes": [str(minutes)],
        }
    return {"about": {"title": [title]}, "modules": rows}


def add_event(
    submission: Submission, kind: EventKind, actor: Any, at: dt.datetime, **fields: Any
) -> None:
    """Append an event at a moment."""
    SubmissionEvent.objects.create(
        submission=submission,
        seq=submission.events.count() + 1,
        kind=kind.value,
        actor=actor,
        at=at,
        **fields,
    )
