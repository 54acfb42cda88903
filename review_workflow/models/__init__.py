"""Facade of the review workflow's models; import from here, never from the submodules."""

from .append_only import AppendOnly, AppendOnlyError
from .approval import Approval, ApprovalEvent, ApprovalQuerySet
from .audit import AuditAnchor, AuditEntry
from .case import (
    BreakGlassAccess,
    Case,
    CaseNumberSeries,
    CaseParty,
    ResponseItem,
    ReviewRound,
)
from .decision import Condition, Decision
from .fixed import FixedRow, FixedRowError
from .gate import (
    GatedAncestorMixin,
    GatedIndexMixin,
    IncompletePage,
    NotApproved,
    RequiresApproval,
)
from .message import MailPreference, OutgoingMessage
from .review import DiscussionPost, EvidenceLocator, Rating, Review, ReviewDraft
from .rule import ReviewRule
from .seats import Affiliation, Assignment, ConflictDeclaration, KnownConflict, ReviewerProfile
from .standards import Criterion, Domain, RatingLevel, StandardsEdition
from .task import MultiReviewerApprovalTask

__all__ = [
    "Affiliation",
    "AppendOnly",
    "AppendOnlyError",
    "Approval",
    "ApprovalEvent",
    "ApprovalQuerySet",
    "Assignment",
    "AuditAnchor",
    "AuditEntry",
    "BreakGlassAccess",
    "Case",
    "CaseNumberSeries",
    "CaseParty",
    "Condition",
    "ConflictDeclaration",
    "Criterion",
    "Decision",
    "DiscussionPost",
    "Domain",
    "EvidenceLocator",
    "FixedRow",
    "FixedRowError",
    "GatedAncestorMixin",
    "GatedIndexMixin",
    "IncompletePage",
    "KnownConflict",
    "MailPreference",
    "MultiReviewerApprovalTask",
    "NotApproved",
    "OutgoingMessage",
    "Rating",
    "RatingLevel",
    "RequiresApproval",
    "ResponseItem",
    "Review",
    "ReviewDraft",
    "ReviewRound",
    "ReviewRule",
    "ReviewerProfile",
    "StandardsEdition",
]
