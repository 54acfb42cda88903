"""Closed lists of the library that code depends on. Lists that staff may extend are `Term` rows."""

from enum import StrEnum


class Sector(StrEnum):
    """Whether an organisation is public or private."""

    PUBLIC = "public"
    PRIVATE = "private"


class OrganisationKind(StrEnum):
    """What sort of body an organisation is."""

    LAW_ENFORCEMENT_AGENCY = "law-enforcement-agency"
    TRAINING_ACADEMY = "training-academy"
    UNIVERSITY = "university"
    NON_PROFIT = "non-profit"
    COMPANY = "company"
    PROFESSIONAL_ASSOCIATION = "professional-association"
    GOVERNMENT = "government"


class Vocabulary(StrEnum):
    """The lists that `Term` rows belong to."""

    AUDIENCE = "audience"
    KEY_ELEMENT = "key_element"
    CRISIS_CAUSE = "crisis_cause"
    TACTIC = "tactic"
    STAGE = "stage"
    MODALITY = "modality"
    METHOD = "method"
    PROGRAMME_KIND = "programme_kind"
    IMPACT_AREA = "impact_area"
    IMPLEMENTATION_SUPPORT = "implementation_support"
    STUDY_DESIGN = "study_design"
    RESOURCE_TYPE = "resource_type"
    LANGUAGE = "language"
    LICENCE = "licence"


class TextState(StrEnum):
    """What became of the text of a file."""

    WAITING = "waiting"
    READ = "read"
    EMPTY = "empty"
    UNREADABLE = "unreadable"
    TOO_LARGE = "too-large"


class Unreadable(StrEnum):
    """Why a file gave no text."""

    KIND = "kind"
    DAMAGED = "damaged"
    ENCRYPTED = "encrypted"
    EXPANDS = "expands"
    MEMORY = "memory"
    TIME = "time"
    MISSING = "missing"
    INTERRUPTED = "interrupted"
