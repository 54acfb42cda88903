"""Writes of the portal; import from here."""

from .conditions import hand_in_evidence
from .drafts import StaleStep, create_submission, save_step
from .exports import export_everything, export_submission
from .invitations import (
    accept_invitation,
    invite_member,
    invite_provider,
    invite_reviewer,
    revoke_invitation,
)
from .messages import mark_read, send_message
from .people import change_role, end_membership
from .providers import merge_provider, register_provider, verify_provider
from .screening import (
    accept_to_review,
    find_out_of_scope,
    return_to_provider,
    revert_screening,
)
from .submitting import IncompleteSubmission, submit
from .withdrawing import withdraw_submission

__all__ = [
    "IncompleteSubmission",
    "StaleStep",
    "accept_invitation",
    "accept_to_review",
    "change_role",
    "create_submission",
    "end_membership",
    "export_everything",
    "export_submission",
    "find_out_of_scope",
    "hand_in_evidence",
    "invite_member",
    "invite_provider",
    "invite_reviewer",
    "mark_read",
    "merge_provider",
    "register_provider",
    "return_to_provider",
    "revert_screening",
    "revoke_invitation",
    "save_step",
    "send_message",
    "submit",
    "verify_provider",
    "withdraw_submission",
]
