"""Closed lists of the approval's life that code depends on."""

from enum import StrEnum


class ApprovalBasis(StrEnum):
    """What an approval rests on."""

    PANEL = "panel"
    IMPORTED = "imported"
    RECORDED = "recorded"
    SAMPLE = "sample"


class ApprovalEventKind(StrEnum):
    """What happened to an approval; events are appended, never changed."""

    GRANTED = "granted"
    CONDITIONS_MET = "conditions_met"
    REVIEW_OPENED = "review_opened"
    REVIEW_CLOSED = "review_closed"
    SUSPENDED = "suspended"
    REINSTATED = "reinstated"
    RENEWED = "renewed"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"


class ApprovalStatus(StrEnum):
    """Where an approval stands on a date. The first three are in the catalog."""

    PROVISIONAL = "provisional"
    ACTIVE = "active"
    UNDER_REVIEW = "under_review"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"


IN_FORCE = frozenset(
    {ApprovalStatus.PROVISIONAL, ApprovalStatus.ACTIVE, ApprovalStatus.UNDER_REVIEW}
)
"""Statuses under which a page is in the catalog (DOMAIN §3)."""
