"""Closed lists of curricula, evidence and requirements that code depends on."""

from enum import StrEnum


class Visibility(StrEnum):
    """Who may open a file of a curriculum."""

    PUBLIC = "public"
    REVIEWERS = "reviewers"
    STAFF = "staff"


class FileRole(StrEnum):
    """What a file of a curriculum is for."""

    CURRICULUM = "curriculum"
    INSTRUCTOR_GUIDE = "instructor_guide"
    PARTICIPANT_MATERIAL = "participant_material"
    ASSESSMENT = "assessment"
    EVIDENCE = "evidence"
    OTHER = "other"


class OpenedAs(StrEnum):
    """As what somebody opened a file that is not public."""

    PROVIDER = "provider"
    REVIEWER = "reviewer"
    STAFF = "staff"


class YesNoUnknown(StrEnum):
    """A fact that a provider states, denies or has not told."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Direction(StrEnum):
    """Which way an outcome went."""

    FAVOURABLE = "favourable"
    NULL = "null"
    UNFAVOURABLE = "unfavourable"
    MIXED = "mixed"


class Independence(StrEnum):
    """How far the evaluators stood from the provider."""

    INDEPENDENT = "independent"
    PARTIAL = "partial"
    PROVIDER = "provider"
    UNKNOWN = "unknown"


class ClaimFlag(StrEnum):
    """Why a claim needs a reader's care."""

    NONE = ""
    CONFLICTING = "conflicting"
    IMPLAUSIBLE = "implausible"
    UNCERTAIN = "uncertain"


class RequirementBasis(StrEnum):
    """What a requirement rests on."""

    STATUTE = "statute"
    BOARD_RULE = "board_rule"
    AGENCY_POLICY = "agency_policy"
    NOT_STATED = "not_stated"
    NONE = "none"


class RequirementStatus(StrEnum):
    """Whether a requirement binds; a failed bill is never shown as a requirement."""

    IN_FORCE = "in_force"
    PROPOSED = "proposed"
    FAILED = "failed"


class JurisdictionKind(StrEnum):
    """The level of a jurisdiction."""

    NATION = "nation"
    STATE = "state"
    LOCAL = "local"


class MemberRole(StrEnum):
    """What somebody may do for a provider: manage its people too, write, or only read."""

    OWNER = "owner"
    EDITOR = "editor"
    VIEWER = "viewer"


WRITING_ROLES = frozenset({MemberRole.OWNER, MemberRole.EDITOR})
"""Roles that write, submit, answer and withdraw for their provider."""
