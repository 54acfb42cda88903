"""Writes of the review workflow; import from here. Every grant goes through `grant_approval`."""

from .approvals import (
    SNAPSHOT_SCHEMA,
    Term,
    correct_approval,
    grant_approval,
    record_approval_event,
    verify_history,
)
from .messages import Message, queue_messages

__all__ = [
    "SNAPSHOT_SCHEMA",
    "Message",
    "Term",
    "correct_approval",
    "grant_approval",
    "queue_messages",
    "record_approval_event",
    "verify_history",
]
