"""Messages and letters of a submission, as its provider reads them."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from submission_portal.models import Submission

from .standing import standing_decisions
from .timeline import own_name, staff_name


@dataclass(frozen=True, slots=True)
class Note:
    """One message; whoever wrote it for the platform has no name here."""

    uid: UUID
    sent_at: dt.datetime
    author: str
    is_staffs: bool
    body: str
    read_at: dt.datetime | None

    @property
    def is_new(self) -> bool:
        """Whether staff wrote it and nobody of the provider has opened it yet."""
        return self.is_staffs and self.read_at is None


@dataclass(frozen=True, slots=True)
class Letter:
    """The letter of a decision that stands."""

    uid: UUID
    round_number: int
    decided_at: dt.datetime
    outcome: str
    text: str


def messages_of(submission: Submission) -> list[Note]:
    """Return the messages, the oldest in front."""
    return [
        Note(
            uid=message.uid,
            sent_at=message.sent_at,
            author=staff_name() if message.is_staffs else own_name(message.author),
            is_staffs=message.is_staffs,
            body=message.body,
            read_at=message.read_at,
        )
        for message in submission.messages.select_related("author").order_by("sent_at", "pk")
    ]


def letters_of(submission: Submission) -> list[Letter]:
    """Return the letters of the decisions that stand, that of the last round in front."""
    if submission.case_id is None:
        return []
    return [
        Letter(
            uid=decision.uid,
            round_number=decision.round.number,
            decided_at=decision.decided_at,
            outcome=decision.get_outcome_display(),
            text=decision.letter,
        )
        for decision in standing_decisions()
        .filter(round__case=submission.case_id)
        .select_related("round")
    ]


def letter_of(submission: Submission) -> Letter | None:
    """Return the letter of the last decision that stands."""
    return next(iter(letters_of(submission)), None)
