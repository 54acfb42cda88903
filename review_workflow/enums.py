"""Closed lists of reviews and approvals that code depends on."""

from enum import StrEnum


class ApprovalBasis(StrEnum):
    """What an approval rests on."""

    PANEL = "panel"
    IMPORTED = "imported"
    RECORDED = "recorded"
    SAMPLE = "sample"


class ApprovalEventKind(StrEnum):
    """What happened to an approval; events are appended, never changed."""

    GRANTED = "granted"
    CONDITIONS_MET = "conditions_met"
    REVIEW_OPENED = "review_opened"
    REVIEW_CLOSED = "review_closed"
    SUSPENDED = "suspended"
    REINSTATED = "reinstated"
    RENEWED = "renewed"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"


class ApprovalStatus(StrEnum):
    """Where an approval stands on a date. The first three are in the catalog."""

    PROVISIONAL = "provisional"
    ACTIVE = "active"
    UNDER_REVIEW = "under_review"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"


IN_FORCE = frozenset(
    {ApprovalStatus.PROVISIONAL, ApprovalStatus.ACTIVE, ApprovalStatus.UNDER_REVIEW}
)
"""Statuses under which a page is in the catalog (DOMAIN §3)."""


class EditionState(StrEnum):
    """Where an edition of the standards stands; only a draft can be edited."""

    DRAFT = "draft"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"


class CriterionKind(StrEnum):
    """How a criterion counts: an essential one can veto, a weighted one adds points."""

    ESSENTIAL = "essential"
    WEIGHTED = "weighted"


class RoleClass(StrEnum):
    """What a reviewer stands for on a panel (DOMAIN §1)."""

    LAW_ENFORCEMENT = "law_enforcement_practitioner"
    CLINICIAN = "mental_health_clinician"
    RESEARCHER = "academic_researcher"
    LEGAL = "legal_policy"
    LIVED_EXPERIENCE = "lived_experience"


class DecisionRule(StrEnum):
    """How recommendations and ratings become an outcome."""

    MAJORITY = "majority"
    UNANIMOUS = "unanimous"
    WEIGHTED_THRESHOLD = "weighted_threshold"


class BlindMode(StrEnum):
    """Who learns the reviewers' names."""

    OPEN = "open"
    ANONYMOUS_TO_PROVIDER = "anonymous_to_provider"


class SelfAssessmentShown(StrEnum):
    """When reviewers read how the provider rates its own curriculum."""

    AFTER_OWN_REVIEW = "after_own_review"
    FROM_THE_START = "from_the_start"
    NEVER = "never"


class CaseKind(StrEnum):
    """The question that is put to a panel."""

    INITIAL = "initial"
    RENEWAL = "renewal"
    APPEAL = "appeal"
    REASSESSMENT = "reassessment"


class CaseState(StrEnum):
    """Where a case stands."""

    IN_REVIEW = "in_review"
    AWAITING_RESPONSE = "awaiting_response"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


OPEN_CASES = frozenset({CaseState.IN_REVIEW, CaseState.AWAITING_RESPONSE})
"""States of a case that has no last word yet; a page has at most one such case of a kind."""


class RoundState(StrEnum):
    """Where a round stands: its panel is put together, reviews, or is done."""

    ASSEMBLING = "assembling"
    REVIEWING = "reviewing"
    DECIDED = "decided"
    CANCELLED = "cancelled"


RUNNING_ROUNDS = frozenset({RoundState.ASSEMBLING, RoundState.REVIEWING})
"""States of a round in which seats and reviews can still change."""


class AssignmentState(StrEnum):
    """Where one reviewer's seat stands.

    `accepted` waits for the declaration of conflicts, `conflict_declared` for the chair's
    resolution; files open from `in_progress` on.
    """

    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    CONFLICT_DECLARED = "conflict_declared"
    IN_PROGRESS = "in_progress"
    FILED = "filed"
    AMENDED = "amended"
    OVERDUE = "overdue"
    RELEASED = "released"
    RECUSED = "recused"


HOLDS_SEAT = frozenset(
    {
        AssignmentState.INVITED,
        AssignmentState.ACCEPTED,
        AssignmentState.CONFLICT_DECLARED,
        AssignmentState.IN_PROGRESS,
        AssignmentState.FILED,
        AssignmentState.AMENDED,
    }
)
"""States that fill a seat of the rule; the others leave it to be offered again."""
CAN_REVIEW = frozenset({AssignmentState.IN_PROGRESS, AssignmentState.OVERDUE})
"""States in which a review can be written: conflicts are settled, nothing is filed."""
HAS_FILED = frozenset({AssignmentState.FILED, AssignmentState.AMENDED})
"""States whose review counts."""


class ConflictKind(StrEnum):
    """What ties a reviewer to a party; `none` declares that nothing does."""

    NONE = "none"
    AUTHOR = "author"
    INSTRUCTOR = "instructor"
    EMPLOYEE = "employee"
    PAID_BY_PROVIDER = "paid_by_provider"
    SELLS_COMPETING = "sells_competing"
    EVALUATOR = "evaluator"
    FAMILY = "family"
    OTHER = "other"


class ConflictResolution(StrEnum):
    """What the chair made of a declared conflict."""

    PENDING = "pending"
    CLEAR = "clear"
    MANAGE = "manage"
    RECUSE = "recuse"


class Recommendation(StrEnum):
    """What one reviewer recommends."""

    APPROVE = "approve"
    APPROVE_WITH_CONDITIONS = "approve_with_conditions"
    REVISE_AND_RESUBMIT = "revise_and_resubmit"
    DECLINE = "decline"
    ABSTAIN = "abstain"


class Outcome(StrEnum):
    """What a round ends with; the rule itself yields the first four only."""

    APPROVE = "approve"
    APPROVE_WITH_CONDITIONS = "approve_with_conditions"
    REVISE_AND_RESUBMIT = "revise_and_resubmit"
    DECLINE = "decline"
    OUT_OF_SCOPE = "out_of_scope"
    WITHDRAWN = "withdrawn"


APPROVING = frozenset({Outcome.APPROVE, Outcome.APPROVE_WITH_CONDITIONS})
"""Outcomes that grant an approval."""


class RatingKind(StrEnum):
    """Before or after the reviewers saw each other's ratings."""

    INITIAL = "initial"
    FINAL = "final"


class MailFrequency(StrEnum):
    """How somebody wants to be told: by each event, or once a day."""

    EACH = "each"
    DAILY = "daily"
