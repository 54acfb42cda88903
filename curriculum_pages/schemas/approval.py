"""The approval that counts today, and what readers may know of its history."""

import datetime as dt
from collections.abc import Iterable

from ninja import Schema
from pydantic import Field

from review_workflow.models import Approval, ApprovalEvent


class EventDetail(Schema):
    """A published entry of an approval's history."""

    event: str
    effective_on: dt.date
    until: dt.date | None
    wording: str

    @classmethod
    def of(cls, event: ApprovalEvent) -> "EventDetail":
        """Return what readers may know of an event."""
        return cls(
            event=event.kind,
            effective_on=event.effective_on,
            until=event.until,
            wording=event.public_wording,
        )


class ApprovalDetail(Schema):
    """The approval that counts today; basis `sample` stands for no real decision."""

    number: str
    status: str
    basis: str
    approved_on: dt.date
    expires_on: dt.date = Field(description="The last day on which it counts.")
    history: list[EventDetail] = Field(description="Newest first.")

    @classmethod
    def of(cls, approval: Approval, events: Iterable[ApprovalEvent]) -> "ApprovalDetail":
        """Return an approval with its public history."""
        return cls(
            number=approval.number,
            status=approval.status_today.value,
            basis=approval.basis,
            approved_on=approval.approved_on,
            expires_on=approval.expires_on,
            history=[EventDetail.of(event) for event in events],
        )
