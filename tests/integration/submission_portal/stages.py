"""Submissions at each stage for tests of the provider's pages, planted without the guided form."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from curriculum_pages.models import Provider
from review_workflow.enums import Outcome, Recommendation
from review_workflow.models import ReviewRound
from review_workflow.reviewing import FiledLocator, FiledRating, FiledReview
from review_workflow.services import file_review
from submission_portal.enums import EventKind, ReasonKind, SubmissionState
from submission_portal.models import (
    ScreeningReason,
    Submission,
    SubmissionEvent,
    SubmissionMessage,
    SubmissionVersion,
)
from tests.integration.review_workflow.panels import Panel, make_panel

from .planting import make_member, make_provider, make_screener

HIDDEN = ("Quillfeather", "Brambleshank", "Wexcombe", "Ottermoor")
"""Words of reviewers, comments to the chair, notes of staff: none may reach a provider."""


@dataclass
class Planted:
    """A provider's submissions, made by its owner and handled by a screener and a panel."""

    provider: Provider
    owner: Any
    screener: Any
    panel: Panel

    def draft(self, title: str = "Calm calls") -> Submission:
        """Return a draft."""
        submission = Submission.objects.create(
            provider=self.provider, created_by=self.owner, title=title
        )
        self.event(submission, EventKind.CREATED)
        return submission

    def screening(self, title: str = "Calm calls") -> Submission:
        """Return what waits for staff, with a finding in its version."""
        submission = self.draft(title)
        return self.move(
            submission,
            SubmissionState.SCREENING,
            EventKind.SUBMITTED,
            number=f"S-2026-{submission.pk:04d}",
            submitted_at=timezone.now(),
        )

    def move(
        self, submission: Submission, state: SubmissionState, kind: EventKind, **fields: Any
    ) -> Submission:
        """Lead a submission on with an event that carries a note for staff only."""
        words = fields.pop("words", "")
        if kind is EventKind.SUBMITTED:
            fields["submitted_title"] = submission.title
        for name, value in ({"state": state.value, "state_since": timezone.now()} | fields).items():
            setattr(submission, name, value)
        submission.save()
        if kind is EventKind.SUBMITTED:
            SubmissionVersion.objects.create(
                submission=submission,
                number=submission.versions.count() + 1,
                content={"about": {"title": [submission.title]}},
                findings=[
                    {"code": "x", "severity": "warning", "message": "No pass mark is given."}
                ],
                sha256="0" * 64,
                submitted_by=self.owner,
            )
        self.event(submission, kind, words=words)
        return submission

    def event(self, submission: Submission, kind: EventKind, words: str = "") -> None:
        """Append an event of staff or of the owner."""
        is_staffs = kind in {
            EventKind.ACCEPTED,
            EventKind.RETURNED,
            EventKind.OUT_OF_SCOPE,
            EventKind.REVERTED,
        }
        SubmissionEvent.objects.create(
            submission=submission,
            seq=submission.events.count() + 1,
            kind=kind.value,
            actor=self.screener if is_staffs else self.owner,
            is_staffs=is_staffs,
            words=words,
            note=f"{HIDDEN[3]} says so." if is_staffs else "",
            data={"reasons": ["no-scenario"]} if kind is EventKind.RETURNED else {},
        )

    def accepted(self, title: str = "Calm calls") -> Submission:
        """Return what a panel is put together for."""
        submission = self.screening(title)
        page = self.panel.make_curriculum(
            f"course-{submission.pk}", title=title, provider=self.provider, owner=self.owner
        )
        round_ = self.panel.submit(page, self.owner)
        return self.move(
            submission,
            SubmissionState.ACCEPTED,
            EventKind.ACCEPTED,
            page=page,
            case=round_.case,
        )

    def in_review(self, title: str = "Calm calls") -> Submission:
        """Return what is under review: one review is filed, full of hidden words."""
        submission = self.accepted(title)
        seats = self.panel.ready(round_of(submission))
        for seat in seats[:1]:
            self.file(seat)
        return submission

    def file(self, seat: Any) -> None:
        """File a review whose every text holds a hidden word."""
        sheet = self.panel.sheet(seat.round, Recommendation.APPROVE)
        file_review(
            assignment_id=seat.pk,
            actor=seat.reviewer,
            filed=FiledReview(
                recommendation=sheet.recommendation,
                ratings=tuple(
                    FiledRating(
                        criterion_id=rating.criterion_id,
                        level=rating.level,
                        note=f"{HIDDEN[1]} on page 3.",
                        locators=(FiledLocator(None, "page 3"),),
                    )
                    for rating in sheet.ratings
                ),
                comment=f"{HIDDEN[2]} throughout.",
                confidential=f"{HIDDEN[2]} for the chair.",
            ),
        )

    def decided(
        self, outcome: Outcome, title: str = "Calm calls", letter: str = "We have decided."
    ) -> Submission:
        """Return what the chair decided, whatever the reviews recommend."""
        submission = self.accepted(title)
        round_ = round_of(submission)
        for seat in self.panel.ready(round_):
            self.file(seat)
        self.panel.decide(
            round_,
            outcome,
            letter=letter,
            override_reason="" if outcome is Outcome.APPROVE else f"{HIDDEN[1]} decides.",
        )
        return Submission.objects.get(pk=submission.pk)

    def message(self, submission: Submission, body: str, *, is_staffs: bool) -> SubmissionMessage:
        """Return a message of one side."""
        return SubmissionMessage.objects.create(
            submission=submission,
            author=self.screener if is_staffs else self.owner,
            is_staffs=is_staffs,
            body=body,
        )

    def past(self, days: float) -> Submission:
        """Return a submission that staff returned so many days after it came."""
        submission = self.screening("Past")
        came = submission.events.get(kind=EventKind.SUBMITTED.value).at
        SubmissionEvent.objects.create(
            submission=submission,
            seq=submission.events.count() + 1,
            kind=EventKind.RETURNED.value,
            actor=self.screener,
            is_staffs=True,
            at=came + dt.timedelta(days=days),
        )
        return submission


def round_of(submission: Submission) -> ReviewRound:
    """Return the last round of a submission's case."""
    return ReviewRound.objects.filter(case=submission.case_id).order_by("-number")[0]


def make_reason() -> ScreeningReason:
    """Return a reason for a return."""
    return ScreeningReason.objects.create(
        code="no-scenario",
        label="No scenario exercise",
        letter="Describe one.",
        kind=ReasonKind.RETURN.value,
    )


def make_planted(site_tree: Mapping[str, Any]) -> Planted:
    """Return a provider with an owner, beside a panel and a screener who all bear a hidden name."""
    provider = make_provider("Riverbend Training")
    planted = Planted(
        provider, make_member(provider, "pat"), make_screener(), make_panel(site_tree)
    )
    people = [planted.screener, planted.panel.chair, *planted.panel.reviewers]
    for person in people:
        person.last_name = HIDDEN[0]
        person.save(update_fields=["last_name"])
    return planted
