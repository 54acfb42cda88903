"""Writes of the review workflow; import from here. Every grant goes through `grant_approval`."""

from .actions import perform_action
from .amendments import amend_from_data, amend_review
from .anchors import drop_daily_anchor
from .approvals import (
    SNAPSHOT_SCHEMA,
    Term,
    correct_approval,
    grant_approval,
    record_approval_event,
    verify_history,
)
from .cases import open_round
from .chairs import name_chair
from .conflicts import break_glass, declare_conflicts, resolve_conflict
from .decisions import ConditionSpec, decide
from .delivery import deliver_due_messages, retry_message
from .discussion import post_to_discussion
from .messages import Message, queue_messages
from .offers import re_offer_seats
from .reviews import (
    StaleDraft,
    file_from_data,
    file_review,
    first_form,
    save_draft,
    sheet_of,
)
from .seats import (
    accept_invitation,
    decline_invitation,
    invite_reviewer,
    open_panel,
    release_seat,
)
from .standards import copy_edition, copy_rule, put_in_force
from .withdrawals import withdraw_case, withdraw_review

__all__ = [
    "SNAPSHOT_SCHEMA",
    "ConditionSpec",
    "Message",
    "StaleDraft",
    "Term",
    "accept_invitation",
    "amend_from_data",
    "amend_review",
    "break_glass",
    "copy_edition",
    "copy_rule",
    "correct_approval",
    "decide",
    "declare_conflicts",
    "decline_invitation",
    "deliver_due_messages",
    "drop_daily_anchor",
    "file_from_data",
    "file_review",
    "first_form",
    "grant_approval",
    "invite_reviewer",
    "name_chair",
    "open_panel",
    "open_round",
    "perform_action",
    "post_to_discussion",
    "put_in_force",
    "queue_messages",
    "re_offer_seats",
    "record_approval_event",
    "release_seat",
    "resolve_conflict",
    "retry_message",
    "save_draft",
    "sheet_of",
    "verify_history",
    "withdraw_case",
    "withdraw_review",
]
