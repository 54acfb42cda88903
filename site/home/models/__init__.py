"""Facade of the site's pages; import from here, never from the submodules."""

from .experts import Expert, ExpertsPage
from .faq import FaqPage, FaqQuestion
from .home_page import HomePage, HomeStep
from .information import InformationPage
from .key_elements import KeyElement, KeyElementsPage
from .policy_brief import BriefSource, ImpactArea, ImplementationSupport, PolicyBriefPage
from .site_information import SiteInformation
from .standards import StandardsPage

__all__ = [
    "BriefSource",
    "Expert",
    "ExpertsPage",
    "FaqPage",
    "FaqQuestion",
    "HomePage",
    "HomeStep",
    "ImpactArea",
    "ImplementationSupport",
    "InformationPage",
    "KeyElement",
    "KeyElementsPage",
    "PolicyBriefPage",
    "SiteInformation",
    "StandardsPage",
]
