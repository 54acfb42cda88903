"""Panels at work, for tests of reviews: seats in progress, and what their reviewers hand in."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from review_workflow.models import Assignment, Review, ReviewRound
from review_workflow.services import (
    accept_invitation,
    declare_conflicts,
    file_from_data,
    open_panel,
)

from .panels import Panel


def start_reviews(panel: Panel, round_: ReviewRound, seats: int = 3) -> list[Assignment]:
    """Return the seats of a panel whose reviewers have no conflict and can write."""
    open_panel(
        round_id=round_.pk,
        reviewers=[user.pk for user in panel.reviewers[:seats]],
        actor=panel.chair,
    )
    found = []
    for user in panel.reviewers[:seats]:
        seat = Assignment.objects.get(round=round_, reviewer=user)
        accept_invitation(assignment_id=seat.pk, actor=user)
        found.append(declare_conflicts(assignment_id=seat.pk, kinds=[], actor=user))
    return found


def review_data(round_: ReviewRound, level: int = 2, **changes: Any) -> dict[str, Any]:
    """Return a whole review as its form sends it: every criterion at `level`, with evidence."""
    data: dict[str, Any] = {"recommendation": "approve", "comment": "Sound."}
    for domain in round_.edition_snapshot["domains"]:
        for criterion in domain["criteria"]:
            prefix = f"c{criterion['id']}"
            data |= {
                f"{prefix}-level": str(level),
                f"{prefix}-note": f"Note on {criterion['code']}",
                f"{prefix}-unit-0": round_.units[0][0],
                f"{prefix}-place-0": "page 3",
            }
    return data | changes


def file_one(round_: ReviewRound, user: Any, level: int = 2, **changes: Any) -> Review:
    """File the review of `user` through the service."""
    round_.refresh_from_db()
    return file_from_data(round_=round_, data=review_data(round_, level, **changes), actor=user)


def field(round_: ReviewRound, code: str, part: str) -> str:
    """Return the name of a criterion's field."""
    return next(
        f"c{criterion['id']}-{part}"
        for domain in round_.edition_snapshot["domains"]
        for criterion in domain["criteria"]
        if criterion["code"] == code
    )


def action_url(round_: ReviewRound, action: str = "review", page: Any = None) -> str:
    """Return Wagtail's address of an action on the round."""
    return reverse(
        "wagtailadmin_pages:workflow_action",
        args=[page.pk if page else round_.case.page_id, action, round_.task_state_id],
    )


def as_posted(round_: ReviewRound, do: str, data: Mapping[str, Any], **controls: Any) -> Any:
    """Return what the review's page posts."""
    return {
        "do": do,
        "version": "0",
        "stored": "",
        "revision": str(round_.revision_id),
        "tab": "",
        "edit": "",
        **data,
        **controls,
    }
