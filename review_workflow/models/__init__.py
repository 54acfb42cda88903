"""Facade of the review workflow's models; import from here, never from the submodules."""

from .approval import Approval, ApprovalEvent, ApprovalQuerySet
from .gate import GatedAncestorMixin, GatedIndexMixin, NotApproved, RequiresApproval

__all__ = [
    "Approval",
    "ApprovalEvent",
    "ApprovalQuerySet",
    "GatedAncestorMixin",
    "GatedIndexMixin",
    "NotApproved",
    "RequiresApproval",
]
