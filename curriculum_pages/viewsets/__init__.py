"""Lists and forms of curricula, evidence and requirements in the admin."""

from .completeness import CompletenessView, completeness_button
from .curricula import CurriculumListingView, CurriculumListingViewSet
from .evidence import ClaimViewSet, EvidenceStudyViewSet, ProviderViewSet
from .files import download_draft_file
from .requirements import JurisdictionViewSet, TrainingRequirementViewSet

__all__ = [
    "ClaimViewSet",
    "CompletenessView",
    "CurriculumListingView",
    "CurriculumListingViewSet",
    "EvidenceStudyViewSet",
    "JurisdictionViewSet",
    "ProviderViewSet",
    "TrainingRequirementViewSet",
    "completeness_button",
    "download_draft_file",
]
