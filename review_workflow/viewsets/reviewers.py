"""The directory of reviewers in the admin, and what is known to tie them to organisations.

Rows are deactivated, never deleted. A reviewer's load counts only cases that its reader may see.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.model import ModelViewSet

from resource_library.viewsets import MENU_HOOK, SafeExportMixin
from review_workflow.enums import HAS_FILED, HOLDS_SEAT, RUNNING_ROUNDS, AssignmentState
from review_workflow.models import KnownConflict, ReviewerProfile
from review_workflow.permissions import visible_cases

_OPEN_WORK = [state.value for state in (HOLDS_SEAT - HAS_FILED) | {AssignmentState.OVERDUE}]


class ReviewersView(SafeExportMixin, IndexView):
    """Every reviewer, with the open reviews that the reader may learn of."""

    export_values: ClassVar[Mapping[str, Any]] = {
        "name": str,
        "email": lambda profile: profile.user.email,
        "role": lambda profile: profile.get_role_class_display(),
        "expertise": lambda profile: ", ".join(topic.label for topic in profile.expertise.all()),
        "organisations": lambda profile: ", ".join(
            str(tie.organisation) for tie in profile.affiliations.all()
        ),
        "open_load": lambda profile: profile.open_load,
    }
    export_headings: ClassVar[Mapping[str, Any]] = {
        "name": _("Name"),
        "email": _("E-mail address"),
        "role": _("Role"),
        "expertise": _("Expertise"),
        "organisations": _("Organisations"),
        "open_load": _("Open reviews"),
    }

    def get_base_queryset(self) -> QuerySet[Any]:
        """Return the profiles with everything that their columns show."""
        work = Q(
            user__review_assignments__state__in=_OPEN_WORK,
            user__review_assignments__round__state__in=[state.value for state in RUNNING_ROUNDS],
            user__review_assignments__round__case__in=visible_cases(self.request.user),
        )
        return (
            ReviewerProfile.objects.select_related("user")
            .prefetch_related("expertise", "affiliations__organisation")
            .annotate(open_load=Count("user__review_assignments", filter=work))
            .order_by("user__last_name", "user__first_name", "pk")
        )


class ReviewerViewSet(ModelViewSet):
    """Experts who can be given seats: role, expertise, affiliations, training, capacity."""

    model = ReviewerProfile
    name = "reviewers"
    icon = "group"
    menu_hook = MENU_HOOK
    menu_label = _("Reviewers")
    menu_order = 17
    list_per_page = 50
    copy_view_enabled = False
    add_to_reference_index = False
    index_view_class = ReviewersView
    search_backend_name = None
    search_fields: ClassVar = ["user__first_name", "user__last_name", "user__email"]
    list_filter: ClassVar = ["role_class", "is_active"]
    list_display: ClassVar = [
        "__str__",
        Column("role", label=_("Role"), accessor="get_role_class_display", sort_key="role_class"),
        Column("open_load", label=_("Open reviews"), sort_key="open_load"),
        Column("capacity", label=_("Capacity"), sort_key="capacity"),
        DateColumn("trained_on", label=_("Trained on"), sort_key="trained_on"),
        BooleanColumn("is_active", label=_("Active"), sort_key="is_active"),
    ]
    list_export: ClassVar = [
        "name",
        "email",
        "role",
        "expertise",
        "organisations",
        "trained_on",
        "open_load",
        "capacity",
        "is_active",
    ]
    export_filename = "reviewers"
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [FieldPanel("user"), FieldPanel("role_class"), FieldPanel("expertise")],
                heading=_("Who"),
            ),
            MultiFieldPanel(
                [FieldPanel("trained_on"), FieldPanel("capacity"), FieldPanel("is_active")],
                heading=_("Availability"),
            ),
            InlinePanel(
                "affiliations",
                heading=_("Affiliations"),
                label=_("Affiliation"),
                panels=[
                    FieldPanel("organisation"),
                    FieldPanel("kind"),
                    FieldPanel("position"),
                    FieldPanel("from_year"),
                    FieldPanel("until_year"),
                ],
            ),
        ]
    )

    def get_urlpatterns(self) -> list[Any]:
        """Return the addresses without the one that deletes."""
        return [each for each in super().get_urlpatterns() if each.name != "delete"]

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """Return what all views take; none of them offers to delete."""
        return super().get_common_view_kwargs(**kwargs) | {"delete_url_name": None}


class KnownConflictsView(SafeExportMixin, IndexView):
    """Every known tie, with the reviewer and the organisation."""

    def get_base_queryset(self) -> QuerySet[Any]:
        """Return the ties with everything that their columns show."""
        return KnownConflict.objects.select_related("reviewer", "organisation").order_by(
            "reviewer__last_name", "organisation__name", "pk"
        )


class KnownConflictViewSet(ModelViewSet):
    """Ties that the platform was told of; the kind “No conflict” settles a likely one."""

    model = KnownConflict
    name = "known-conflicts"
    icon = "no-view"
    menu_hook = MENU_HOOK
    menu_label = _("Known conflicts")
    menu_order = 18
    list_per_page = 50
    copy_view_enabled = False
    add_to_reference_index = False
    index_view_class = KnownConflictsView
    search_backend_name = None
    search_fields: ClassVar = ["reviewer__last_name", "reviewer__email", "organisation__name"]
    list_filter: ClassVar = ["kind"]
    list_display: ClassVar = [
        Column("reviewer", label=_("Reviewer"), sort_key="reviewer__last_name"),
        "organisation",
        Column("kind", label=_("Kind"), accessor="get_kind_display", sort_key="kind"),
        "source",
    ]
    list_export: ClassVar = ["reviewer", "organisation", "kind", "source", "recorded_at"]
    export_filename = "known-conflicts"
    form_fields: ClassVar = ["reviewer", "organisation", "kind", "source"]
