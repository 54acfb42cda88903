"""What the lists of snippets share, and those of organisations and sources."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import ObjectList
from wagtail.snippets.views.snippets import IndexView, SnippetViewSet

from resource_library.forms import StableSlugForm
from resource_library.models import Organisation, Source
from resource_library.panels import organisation_panels, source_panels

from .exports import SafeExportMixin
from .menu import MENU_HOOK


class SnippetListingView(SafeExportMixin, IndexView):
    """A list of snippets with safe exports and a search by parts of words in the database."""

    select_related: ClassVar[tuple[str, ...]] = ()

    def get_base_queryset(self) -> Any:
        """Return the rows with what their columns show."""
        rows = super().get_base_queryset()
        return rows.select_related(*self.select_related) if self.select_related else rows


class ClearinghouseSnippetViewSet(SnippetViewSet):
    """A snippet in the group: never copied, searched without an index so that nothing is missed."""

    menu_hook = MENU_HOOK
    copy_view_enabled = False
    list_per_page = 50
    search_backend_name = None
    index_view_class = SnippetListingView


class OrganisationViewSet(ClearinghouseSnippetViewSet):
    """Publishers, providers and employers in one list."""

    model = Organisation
    icon = "home"
    menu_order = 40
    list_display: ClassVar = ["name", "acronym", "kind", "sector", "is_operator"]
    list_filter: ClassVar = ["kind", "sector", "is_operator"]
    list_export: ClassVar = ["name", "acronym", "slug", "kind", "sector", "url", "is_operator"]
    search_fields: ClassVar = ["name", "acronym", "slug"]
    export_filename = "organisations"
    edit_handler = ObjectList(organisation_panels, base_form_class=StableSlugForm)


class SourceViewSet(ClearinghouseSnippetViewSet):
    """What claims and requirements cite."""

    model = Source
    icon = "openquote"
    menu_order = 70
    list_display: ClassVar = ["short_name", "citation", "url"]
    list_export: ClassVar = ["short_name", "citation", "url"]
    search_fields: ClassVar = ["short_name", "citation", "url"]
    export_filename = "sources"
    menu_label = _("Sources")
    edit_handler = ObjectList(source_panels)
