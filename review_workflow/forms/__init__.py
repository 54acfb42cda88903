"""Forms of the review workflow's admin, by subject."""

from .approvals import GatedPageForm, OutsideApprovalForm, gated_page_models

__all__ = ["GatedPageForm", "OutsideApprovalForm", "gated_page_models"]
