"""Jurisdictions and what training they require, in the admin."""

from typing import ClassVar

from wagtail.admin.panels import ObjectList

from curriculum_pages.models import Jurisdiction, TrainingRequirement
from curriculum_pages.panels import jurisdiction_panels, requirement_panels
from resource_library.forms import StableSlugForm, VocabularyForm
from resource_library.viewsets import ClearinghouseSnippetViewSet
from resource_library.viewsets.snippets import SnippetListingView


class JurisdictionListingView(SnippetListingView):
    """Jurisdictions with what they lie in."""

    select_related: ClassVar = ("parent",)


class JurisdictionViewSet(ClearinghouseSnippetViewSet):
    """Nations, states and localities."""

    model = Jurisdiction
    icon = "site"
    menu_order = 100
    index_view_class = JurisdictionListingView
    list_display: ClassVar = ["name", "code", "kind", "parent"]
    list_filter: ClassVar = ["kind"]
    list_export: ClassVar = ["name", "slug", "code", "kind", "parent", "note"]
    search_fields: ClassVar = ["name", "code"]
    export_filename = "jurisdictions"
    edit_handler = ObjectList(jurisdiction_panels, base_form_class=StableSlugForm)


class RequirementListingView(SnippetListingView):
    """Requirements with their places and sources."""

    select_related: ClassVar = ("jurisdiction", "source")


class TrainingRequirementViewSet(ClearinghouseSnippetViewSet):
    """What jurisdictions require; a failed bill is kept, and never binds."""

    model = TrainingRequirement
    icon = "tasks"
    menu_order = 110
    index_view_class = RequirementListingView
    list_display: ClassVar = [
        "title",
        "jurisdiction",
        "basis",
        "requirement_status",
        "minimum_minutes",
        "last_checked_on",
    ]
    list_filter: ClassVar = ["basis", "requirement_status", "jurisdiction"]
    list_export: ClassVar = [
        "jurisdiction",
        "title",
        "text",
        "basis",
        "requirement_status",
        "minimum_minutes",
        "minimum_minutes_part",
        "period_months",
        "from_on",
        "from_year",
        "source",
        "locator",
        "last_checked_on",
    ]
    search_fields: ClassVar = ["title", "text", "jurisdiction__name"]
    export_filename = "training-requirements"
    edit_handler = ObjectList(requirement_panels, base_form_class=VocabularyForm)
