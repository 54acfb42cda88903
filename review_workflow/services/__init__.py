"""Writes of the review workflow; import from here. Every grant goes through `grant_approval`."""

from .actions import perform_action
from .amendments import amend_from_data, amend_review
from .approvals import (
    SNAPSHOT_SCHEMA,
    Term,
    correct_approval,
    grant_approval,
    record_approval_event,
    verify_history,
)
from .cases import open_round
from .discussion import post_to_discussion
from .messages import Message, queue_messages
from .reviews import (
    StaleDraft,
    file_from_data,
    file_review,
    first_form,
    save_draft,
    sheet_of,
)
from .standards import copy_edition, copy_rule, put_in_force

__all__ = [
    "SNAPSHOT_SCHEMA",
    "Message",
    "StaleDraft",
    "Term",
    "amend_from_data",
    "amend_review",
    "copy_edition",
    "copy_rule",
    "correct_approval",
    "file_from_data",
    "file_review",
    "first_form",
    "grant_approval",
    "open_round",
    "perform_action",
    "post_to_discussion",
    "put_in_force",
    "queue_messages",
    "record_approval_event",
    "save_draft",
    "sheet_of",
    "verify_history",
]
