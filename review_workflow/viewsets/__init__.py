"""Lists of the review workflow in the admin, by subject."""

from .approvals import ApprovalsRegister, status_condition

__all__ = ["ApprovalsRegister", "status_condition"]
