"""Facade of the curricula's models; import from here, never from the submodules."""

from .completeness import (
    OFF,
    SEVERITY_CHOICES,
    CompletenessSetting,
    severities_of,
)
from .curriculum import CurriculumEvidence, CurriculumIndexPage, CurriculumPage
from .evidence import Claim, EvidenceStudy
from .files import (
    FILE_ROLE_CHOICES,
    VISIBILITY_CHOICES,
    CurriculumFile,
    FileDownload,
    FileText,
    StoredFile,
    as_review_file,
    texts_of,
)
from .findings import CODE_LABELS
from .jurisdiction import Jurisdiction, RequirementsPage, TrainingRequirement
from .module import Module
from .provider import MEMBER_ROLE_CHOICES, Provider, ProviderMember

__all__ = [
    "CODE_LABELS",
    "FILE_ROLE_CHOICES",
    "MEMBER_ROLE_CHOICES",
    "OFF",
    "SEVERITY_CHOICES",
    "VISIBILITY_CHOICES",
    "Claim",
    "CompletenessSetting",
    "CurriculumEvidence",
    "CurriculumFile",
    "CurriculumIndexPage",
    "CurriculumPage",
    "EvidenceStudy",
    "FileDownload",
    "FileText",
    "Jurisdiction",
    "Module",
    "Provider",
    "ProviderMember",
    "RequirementsPage",
    "StoredFile",
    "TrainingRequirement",
    "as_review_file",
    "severities_of",
    "texts_of",
]
