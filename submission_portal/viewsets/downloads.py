"""Who was handed which file that is not public: read by staff, written by nobody here."""

from typing import Any, ClassVar

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.model import ModelViewSet

from curriculum_pages.models import FileDownload
from resource_library.viewsets import MENU_HOOK
from submission_portal.selectors.files import downloads_visible_to


class DownloadFilter(WagtailFilterSet):
    """Downloads by what somebody opened the file as."""

    class Meta:
        model = FileDownload
        fields: ClassVar[list[str]] = ["opened_as"]


class DownloadsView(IndexView):
    """The list, within the wall of conflicts."""

    any_permission_required: ClassVar[list[str]] = ["view"]

    def get_base_queryset(self) -> Any:
        """Return what the reader may learn of."""
        return downloads_visible_to(self.request.user).select_related("user", "stored_file")


class DownloadViewSet(ModelViewSet):
    """The downloads in the group of the menu."""

    name = "file_downloads"
    url_prefix = "file-downloads"
    model = FileDownload
    icon = "download"
    menu_label = gettext_lazy("Downloads")
    menu_hook = MENU_HOOK
    menu_order = 21
    add_to_reference_index = False
    copy_view_enabled = False
    inspect_view_enabled = False
    index_view_class = DownloadsView
    filterset_class = DownloadFilter
    list_per_page = 50
    search_fields: ClassVar[list[str]] = []
    list_display: ClassVar[list[Any]] = [
        Column("name", label=gettext_lazy("File")),
        Column("user", label=gettext_lazy("Who")),
        Column("opened_as", label=gettext_lazy("As"), accessor="get_opened_as_display"),
        Column("about", label=gettext_lazy("In")),
        Column(
            "content",
            label=gettext_lazy("Content"),
            accessor=lambda row: row.stored_file.sha256[:12],
        ),
        DateColumn("at", label=gettext_lazy("When")),
    ]

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """Return what all views take; no page leads to writing, whatever somebody may do."""
        nowhere = dict.fromkeys(("add_url_name", "edit_url_name", "delete_url_name"))
        return super().get_common_view_kwargs(**kwargs) | nowhere

    def get_urlpatterns(self) -> list[Any]:
        """Return the list's addresses: nothing is written here."""
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
        ]

    def get_permissions_to_register(self) -> "QuerySet[Permission]":
        """Return the right to read, which groups can be given."""
        return Permission.objects.filter(
            content_type__app_label="clearinghouse_curricula", codename="view_filedownload"
        )
