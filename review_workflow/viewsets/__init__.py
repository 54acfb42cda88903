"""Lists of the review workflow in the admin, by subject."""

from .approvals import ApprovalsRegister, status_condition
from .reviewers import KnownConflictViewSet, ReviewerViewSet

__all__ = [
    "ApprovalsRegister",
    "KnownConflictViewSet",
    "ReviewerViewSet",
    "status_condition",
]
