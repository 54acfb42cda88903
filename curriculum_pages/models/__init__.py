"""Facade of the curricula's models; import from here, never from the submodules."""

from .curriculum import CurriculumEvidence, CurriculumIndexPage, CurriculumPage
from .evidence import Claim, EvidenceStudy
from .files import CurriculumFile, StoredFile
from .jurisdiction import Jurisdiction, RequirementsPage, TrainingRequirement
from .module import Module
from .provider import Provider

__all__ = [
    "Claim",
    "CurriculumEvidence",
    "CurriculumFile",
    "CurriculumIndexPage",
    "CurriculumPage",
    "EvidenceStudy",
    "Jurisdiction",
    "Module",
    "Provider",
    "RequirementsPage",
    "StoredFile",
    "TrainingRequirement",
]
