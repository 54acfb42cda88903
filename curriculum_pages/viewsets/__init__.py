"""Lists and forms of curricula, evidence and requirements in the admin."""

from .curricula import CurriculumListingView, CurriculumListingViewSet
from .evidence import ClaimViewSet, EvidenceStudyViewSet, ProviderViewSet
from .files import download_draft_file
from .requirements import JurisdictionViewSet, TrainingRequirementViewSet

__all__ = [
    "ClaimViewSet",
    "CurriculumListingView",
    "CurriculumListingViewSet",
    "EvidenceStudyViewSet",
    "JurisdictionViewSet",
    "ProviderViewSet",
    "TrainingRequirementViewSet",
    "download_draft_file",
]
