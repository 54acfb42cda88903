"""Who may do what with approvals. Publishing itself is decided by the gate in `models.gate`."""

from typing import Any

VIEW = "clearinghouse_review.view_approval"
RECORD = "clearinghouse_review.record_outside_approval"
APPROVAL_PERMISSIONS = (VIEW, RECORD)
"""What groups can be given; there is nothing to add, change or delete approvals."""


def can_record_approval(user: Any) -> bool:
    """Return whether `user` may record an approval that was given outside this platform."""
    return bool(user.is_active and user.has_perm(RECORD))


def can_read_approvals(user: Any) -> bool:
    """Return whether `user` may read the register, reasons and documents included."""
    return bool(user.is_active and any(user.has_perm(name) for name in APPROVAL_PERMISSIONS))
