"""Admin views of the review workflow, by subject."""

from .approvals import RecordApprovalView, download_document

__all__ = ["RecordApprovalView", "download_document"]
