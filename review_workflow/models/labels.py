"""The words of the closed lists, for choices and pages."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from review_workflow.enums import (
    AssignmentState,
    BlindMode,
    CaseKind,
    CaseState,
    ConflictKind,
    ConflictResolution,
    CriterionKind,
    DecisionRule,
    EditionState,
    MailFrequency,
    Outcome,
    RatingKind,
    Recommendation,
    RoleClass,
    RoundState,
    SelfAssessmentShown,
)

EDITION_STATES = {
    EditionState.DRAFT: _("Draft"),
    EditionState.IN_FORCE: _("In force"),
    EditionState.SUPERSEDED: _("Superseded"),
}
CRITERION_KINDS = {
    CriterionKind.ESSENTIAL: _("Essential"),
    CriterionKind.WEIGHTED: _("Weighted"),
}
ROLE_CLASSES = {
    RoleClass.LAW_ENFORCEMENT: _("Law-enforcement practitioner"),
    RoleClass.CLINICIAN: _("Mental- or behavioral-health clinician"),
    RoleClass.RESEARCHER: _("Academic researcher"),
    RoleClass.LEGAL: _("Legal or policy expert"),
    RoleClass.LIVED_EXPERIENCE: _("Person with lived experience"),
}
DECISION_RULES = {
    DecisionRule.MAJORITY: _("Majority"),
    DecisionRule.UNANIMOUS: _("Unanimous"),
    DecisionRule.WEIGHTED_THRESHOLD: _("Weighted threshold"),
}
BLIND_MODES = {
    BlindMode.OPEN: _("Open"),
    BlindMode.ANONYMOUS_TO_PROVIDER: _("Reviewers anonymous to the provider"),
}
SELF_ASSESSMENT_SHOWN = {
    SelfAssessmentShown.AFTER_OWN_REVIEW: _("After their own review is filed"),
    SelfAssessmentShown.FROM_THE_START: _("While they review"),
    SelfAssessmentShown.NEVER: _("Never"),
}
CASE_KINDS = {
    CaseKind.INITIAL: _("Initial review"),
    CaseKind.RENEWAL: _("Renewal"),
    CaseKind.APPEAL: _("Appeal"),
    CaseKind.REASSESSMENT: _("Reassessment"),
}
CASE_STATES = {
    CaseState.IN_REVIEW: _("In review"),
    CaseState.AWAITING_RESPONSE: _("Waiting for the provider's response"),
    CaseState.DECIDED: _("Decided"),
    CaseState.WITHDRAWN: _("Withdrawn"),
}
ROUND_STATES = {
    RoundState.ASSEMBLING: _("Assembling the panel"),
    RoundState.REVIEWING: _("Reviewing"),
    RoundState.DECIDED: _("Decided"),
    RoundState.CANCELLED: _("Cancelled"),
}
ASSIGNMENT_STATES = {
    AssignmentState.INVITED: _("Invited"),
    AssignmentState.ACCEPTED: _("Accepted, declaration outstanding"),
    AssignmentState.DECLINED: _("Declined"),
    AssignmentState.CONFLICT_DECLARED: _("Conflict declared"),
    AssignmentState.IN_PROGRESS: _("In progress"),
    AssignmentState.FILED: _("Filed"),
    AssignmentState.AMENDED: _("Filed and amended"),
    AssignmentState.OVERDUE: _("Overdue"),
    AssignmentState.RELEASED: _("Released"),
    AssignmentState.RECUSED: _("Recused"),
}
CONFLICT_KINDS = {
    ConflictKind.NONE: _("No conflict"),
    ConflictKind.AUTHOR: _("Author of the curriculum"),
    ConflictKind.INSTRUCTOR: _("Instructor of the curriculum"),
    ConflictKind.EMPLOYEE: _("Employed by the provider"),
    ConflictKind.PAID_BY_PROVIDER: _("Paid by the provider"),
    ConflictKind.SELLS_COMPETING: _("Sells a competing product"),
    ConflictKind.EVALUATOR: _("Evaluated the curriculum"),
    ConflictKind.FAMILY: _("Family or close relation"),
    ConflictKind.OTHER: _("Other"),
}
CONFLICT_RESOLUTIONS = {
    ConflictResolution.PENDING: _("Waiting for the chair"),
    ConflictResolution.CLEAR: _("Cleared: no conflict"),
    ConflictResolution.MANAGE: _("Managed: may review, disclosed"),
    ConflictResolution.RECUSE: _("Recused"),
}
RECOMMENDATIONS = {
    Recommendation.APPROVE: _("Approve"),
    Recommendation.APPROVE_WITH_CONDITIONS: _("Approve with conditions"),
    Recommendation.REVISE_AND_RESUBMIT: _("Revise and resubmit"),
    Recommendation.DECLINE: _("Decline"),
    Recommendation.ABSTAIN: _("Abstain"),
}
OUTCOMES = {
    Outcome.APPROVE: _("Approve"),
    Outcome.APPROVE_WITH_CONDITIONS: _("Approve with conditions"),
    Outcome.REVISE_AND_RESUBMIT: _("Revise and resubmit"),
    Outcome.DECLINE: _("Decline"),
    Outcome.OUT_OF_SCOPE: _("Out of scope"),
    Outcome.WITHDRAWN: _("Withdrawn"),
}
RATING_KINDS = {RatingKind.INITIAL: _("Initial"), RatingKind.FINAL: _("Final")}
MAIL_FREQUENCIES = {
    MailFrequency.EACH: _("A message for each event"),
    MailFrequency.DAILY: _("One message a day"),
}


def choices(labels: dict[Any, Any]) -> list[tuple[str, Any]]:
    """Return the pairs that a field's choices take."""
    return [(member.value, label) for member, label in labels.items()]
