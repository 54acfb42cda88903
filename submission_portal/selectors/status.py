"""What the status page of a submission says, as plain values: nothing else can reach the page.

No name of staff or reviewers, no count of reviews and nothing of what they hold is ever read here.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from submission_portal.enums import Actor, Stage
from submission_portal.models import Submission
from submission_portal.models.labels import ACTORS, STAGES
from submission_portal.permissions import SubmissionAccess, own_submissions

from .correspondence import Letter, Note, letter_of, messages_of
from .durations import Expectation, expectation_for
from .obligations import ConditionRow, Point, conditions_of, points_of
from .standing import Standing, standing_of, with_standing
from .timeline import Happening, last_handed_over, timeline_of


@dataclass(frozen=True, slots=True)
class Found:
    """A gap that was open when the last version was submitted."""

    severity: str
    message: str


@dataclass(frozen=True, slots=True)
class Rights:
    """What this user may do on the page now."""

    edits: bool
    writes: bool
    withdraws: bool


@dataclass(frozen=True, slots=True)
class StatusPage:
    """Everything the template is given about the submission."""

    uid: UUID
    number: str
    title: str
    provider: str
    provider_uid: UUID
    stage: Stage
    stage_label: str
    actor: Actor
    actor_label: str
    since: dt.datetime
    round_number: int
    rights: Rights
    expectation: Expectation | None
    timeline: Sequence[Happening]
    messages: Sequence[Note]
    letter: Letter | None
    conditions: Sequence[ConditionRow]
    points: Sequence[Point]
    findings: Sequence[Found]
    version: int

    @property
    def answered(self) -> int:
        """How many points have an answer."""
        return sum(bool(point.answer) for point in self.points)


def own_with_standing(user: Any, uid: UUID) -> Submission | None:
    """Return the submission with its standing, None where it is of no provider of the user's."""
    return with_standing(own_submissions(user)).filter(uid=uid).first()


def status_page(submission: Submission, access: SubmissionAccess) -> StatusPage:
    """Return the page of a submission of `own_with_standing`, as `access` lets it be used."""
    standing = standing_of(submission)
    events, timeline = timeline_of(submission)
    version = submission.versions.order_by("-number").first()
    return StatusPage(
        uid=submission.uid,
        number=submission.number or "",
        title=submission.title,
        provider=submission.provider.name,
        provider_uid=submission.provider.uid,
        stage=standing.stage,
        stage_label=str(STAGES[standing.stage]),
        actor=standing.actor,
        actor_label=str(ACTORS[standing.actor]),
        since=standing.since,
        round_number=standing.round_number,
        rights=_rights(standing, access),
        expectation=expectation_for(standing, last_handed_over(events, standing)),
        timeline=timeline,
        messages=messages_of(submission),
        letter=letter_of(submission),
        conditions=conditions_of(submission),
        points=points_of(submission) if standing.stage is Stage.AWAITING_RESPONSE else (),
        findings=_findings(version),
        version=version.number if version else 0,
    )


def _rights(standing: Standing, access: SubmissionAccess) -> Rights:
    return Rights(
        edits=access.can_edit,
        writes=access.writes,
        withdraws=access.can_withdraw and standing.is_open,
    )


def _findings(version: Any) -> list[Found]:
    found = version.findings if version else []
    return [
        Found(str(each.get("severity", "")), str(each.get("message") or each.get("code", "")))
        for each in found
    ]
