"""Closed lists of submissions that code depends on."""

from enum import StrEnum


class SubmissionState(StrEnum):
    """Where a submission stands before and beside a panel; from `accepted` on its case tells."""

    DRAFT = "draft"
    SCREENING = "screening"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    OUT_OF_SCOPE = "out_of_scope"
    WITHDRAWN = "withdrawn"


EDITABLE = frozenset({SubmissionState.DRAFT, SubmissionState.RETURNED})
"""States in which the provider writes; while its case waits for a response it writes, too."""
OPEN_STATES = frozenset(
    {
        SubmissionState.DRAFT,
        SubmissionState.SCREENING,
        SubmissionState.RETURNED,
        SubmissionState.ACCEPTED,
    }
)
"""States that a submission can still move on from; duplicates are looked for among these."""


class Stage(StrEnum):
    """Where a submission stands in the words of its provider: its state and its case together."""

    DRAFT = "draft"
    SCREENING = "screening"
    RETURNED = "returned"
    ASSEMBLING = "assembling"
    IN_REVIEW = "in_review"
    AWAITING_RESPONSE = "awaiting_response"
    APPROVED = "approved"
    APPROVED_WITH_CONDITIONS = "approved_with_conditions"
    DECLINED = "declined"
    OUT_OF_SCOPE = "out_of_scope"
    WITHDRAWN = "withdrawn"


class Actor(StrEnum):
    """Who acts next."""

    PROVIDER = "provider"
    STAFF = "staff"
    CHAIR = "chair"
    REVIEWERS = "reviewers"
    NOBODY = "nobody"


class Step(StrEnum):
    """The steps of the guided form, in their order."""

    ABOUT = "about"
    AUDIENCE = "audience"
    MODULES = "modules"
    ASSESSMENT = "assessment"
    EVIDENCE = "evidence"
    IMPLEMENTATION = "implementation"
    FILES = "files"
    SELF_ASSESSMENT = "self-assessment"
    ATTEST = "attest"


class EventKind(StrEnum):
    """What happened to a submission; events are appended, never changed."""

    CREATED = "created"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    OUT_OF_SCOPE = "out_of_scope"
    REVERTED = "reverted"
    WITHDRAWN = "withdrawn"
    RESPONDED = "responded"


class ReasonKind(StrEnum):
    """What a screening reason is given for."""

    RETURN = "return"
    OUT_OF_SCOPE = "out_of_scope"


class InvitationKind(StrEnum):
    """What an invited person becomes."""

    PROVIDER_MEMBER = "provider_member"
    REVIEWER = "reviewer"
    PROVIDER = "provider"


class LoggedAction(StrEnum):
    """What Wagtail's audit log keeps of providers and their people."""

    ROLE_CHANGED = "clearinghouse.provider.role"
    MEMBER_ENDED = "clearinghouse.provider.end_membership"
    INVITED = "clearinghouse.invitation.send"
    ACCEPTED = "clearinghouse.invitation.accept"
    REVOKED = "clearinghouse.invitation.revoke"
    VERIFIED = "clearinghouse.provider.verify"
    MERGED = "clearinghouse.provider.merge"
    EMPTIED = "clearinghouse.provider.merge_away"
