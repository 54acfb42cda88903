"""Where submissions stand, in one statement for many: stage, who acts next, since when."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from review_workflow.models import Condition, Decision, ReviewRound
from submission_portal.enums import Actor, Stage, SubmissionState
from submission_portal.models import Submission, SubmissionMessage
from submission_portal.stages import next_actor, stage_of

OPEN_STAGES = frozenset(
    {
        Stage.DRAFT,
        Stage.SCREENING,
        Stage.RETURNED,
        Stage.ASSEMBLING,
        Stage.IN_REVIEW,
        Stage.AWAITING_RESPONSE,
    }
)
"""Stages that have no last word yet."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one submission stands; `round_number` is 0 before any panel."""

    stage: Stage
    actor: Actor
    since: dt.datetime
    round_number: int = 0

    @property
    def is_open(self) -> bool:
        """Whether there is no last word yet."""
        return self.stage in OPEN_STAGES


def with_standing(submissions: "QuerySet[Submission]") -> "QuerySet[Submission]":
    """Return the submissions with everything that `standing_of` reads, without further queries."""
    rounds = ReviewRound.objects.filter(case=OuterRef("case")).order_by("-number")
    decisions = standing_decisions().filter(round__case=OuterRef("case"))
    unmet = Condition.objects.filter(
        decision__round__case=OuterRef("case"), decision__is_superseded=False, met_at=None
    )
    unread = SubmissionMessage.objects.filter(
        submission=OuterRef("pk"), is_staffs=True, read_at=None
    )
    return submissions.select_related("case", "provider__organisation").annotate(
        last_round=Subquery(rounds.values("number")[:1]),
        round_state=Subquery(rounds.values("state")[:1]),
        round_made=Subquery(rounds.values("created_at")[:1]),
        round_opened=Subquery(rounds.values("opened_at")[:1]),
        outcome=Subquery(decisions.values("outcome")[:1]),
        decided_at=Subquery(decisions.values("decided_at")[:1]),
        has_unmet=Exists(unmet),
        has_unanswered=Exists(unmet.filter(provider_uploads=None)),
        has_unread=Exists(unread),
    )


def standing_decisions() -> "QuerySet[Decision]":
    """Return the decisions that no later one replaced, those of the last round in front."""
    return Decision.objects.filter(is_superseded=False).order_by("-round__number")


def standing_of(submission: Any) -> Standing:
    """Return where a submission of `with_standing` stands."""
    case = submission.case
    stage = stage_of(
        submission.state,
        case_state=case.state if case else "",
        round_state=submission.round_state or "",
        outcome=submission.outcome or "",
    )
    return Standing(
        stage, _actor(submission, stage), _since(submission, stage), submission.last_round or 0
    )


def _actor(submission: Any, stage: Stage) -> Actor:
    if stage is not Stage.APPROVED_WITH_CONDITIONS or submission.has_unanswered:
        return next_actor(stage)
    # What was handed in waits for whoever verifies it.
    return Actor.CHAIR if submission.has_unmet else Actor.NOBODY


def _since(submission: Any, stage: Stage) -> dt.datetime:
    own: dt.datetime = submission.state_since
    if submission.state != SubmissionState.ACCEPTED:
        return own
    begun: Mapping[Stage, Any] = {
        Stage.ASSEMBLING: submission.round_made,
        Stage.IN_REVIEW: submission.round_opened,
        Stage.WITHDRAWN: submission.case and submission.case.closed_at,
    }
    since: dt.datetime = begun.get(stage, submission.decided_at) or own
    return since
