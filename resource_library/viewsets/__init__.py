"""Lists and forms of the admin: safe exports, the menu group, the library's own listings."""

from .attention import AttentionPanel, AttentionRow
from .exports import SafeExportMixin
from .menu import MENU_HOOK, ClearinghouseGroup
from .pages import PageListingView
from .resources import ResourceListingViewSet
from .snippets import ClearinghouseSnippetViewSet, OrganisationViewSet, SourceViewSet
from .vocabulary import CoreTopicAreaViewSet, TermViewSet

__all__ = [
    "MENU_HOOK",
    "AttentionPanel",
    "AttentionRow",
    "ClearinghouseGroup",
    "ClearinghouseSnippetViewSet",
    "CoreTopicAreaViewSet",
    "OrganisationViewSet",
    "PageListingView",
    "ResourceListingViewSet",
    "SafeExportMixin",
    "SourceViewSet",
    "TermViewSet",
]
