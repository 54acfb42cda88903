"""Facade of the review workflow's models; import from here, never from the submodules."""

from .append_only import AppendOnlyError
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
from .fixed import FixedRowError
from .gate import GatedAncestorMixin, GatedIndexMixin, NotApproved, RequiresApproval
from .message import MailPreference, OutgoingMessage
from .review import DiscussionPost, EvidenceLocator, Rating, Review, ReviewDraft
from .rule import ReviewRule
from .seats import Affiliation, Assignment, ConflictDeclaration, KnownConflict, ReviewerProfile
from .standards import Criterion, Domain, RatingLevel, StandardsEdition
from .task import MultiReviewerApprovalTask

__all__ = [
    "Affiliation",
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
    "FixedRowError",
    "GatedAncestorMixin",
    "GatedIndexMixin",
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
