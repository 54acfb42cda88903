"""The approvals register in the admin: a ledger to read, filter and export."""

from datetime import date, timedelta
from typing import Any, ClassVar

from django.contrib.admin import SimpleListFilter
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.auth.models import Permission
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail_modeladmin.helpers import PermissionHelper
from wagtail_modeladmin.options import ModelAdmin
from wagtail_modeladmin.views import IndexView, InspectView

from resource_library.viewsets import SafeExportMixin
from review_workflow.enums import IN_FORCE, ApprovalStatus
from review_workflow.models import Approval
from review_workflow.models.approval import STATUS_LABELS
from review_workflow.permissions import (
    APPROVAL_PERMISSIONS,
    can_read_approvals,
    can_record_approval,
)
from review_workflow.services import verify_history

ENDING_SOON_DAYS = 120
"""An approval in force whose last day lies at most so many days ahead is ending."""
_ENDS_BY_CALENDAR = [status.value for status in (*IN_FORCE, ApprovalStatus.SUSPENDED)]


def status_condition(status: str, today: date) -> Q:
    """Return the condition of a status on `today`, or of "ending": in force, but not for long."""
    if status == "ending":
        return Q(
            standing__in=[each.value for each in IN_FORCE],
            expires_on__range=(today, today + timedelta(days=ENDING_SOON_DAYS)),
        )
    if status == ApprovalStatus.EXPIRED:
        return Q(standing__in=_ENDS_BY_CALENDAR, expires_on__lt=today)
    if status in _ENDS_BY_CALENDAR:
        return Q(standing=status, expires_on__gte=today)
    return Q(standing=status)


class StatusTodayFilter(SimpleListFilter):
    """Approvals by their status on the local day."""

    title = _("status today")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return every status, and those in force that end within 120 days."""
        return [("ending", _("Ends within 120 days"))] + [
            (status.value, label) for status, label in STATUS_LABELS.items()
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the approvals with the chosen status."""
        value = self.value()
        return queryset.filter(status_condition(value, timezone.localdate())) if value else queryset


class RegisterPermissions(PermissionHelper):
    """Reading for whoever may read approvals; writing for nobody."""

    def get_all_model_permissions(self) -> QuerySet[Permission]:
        """Return the two permissions that groups can be given."""
        return (
            super()
            .get_all_model_permissions()
            .filter(codename__in=[name.partition(".")[2] for name in APPROVAL_PERMISSIONS])
        )

    def user_can_list(self, user: Any) -> bool:
        """Return whether `user` reads the register."""
        return can_read_approvals(user)

    def user_can_inspect_obj(self, user: Any, obj: Any) -> bool:
        """Return whether `user` reads one approval."""
        return can_read_approvals(user)

    def user_can_create(self, user: Any) -> bool:
        """Return no: approvals come from services."""
        return False

    def user_can_edit_obj(self, user: Any, obj: Any) -> bool:
        """Return no: the history is append-only."""
        return False

    def user_can_delete_obj(self, user: Any, obj: Any) -> bool:
        """Return no: approvals are never deleted."""
        return False


class RegisterView(SafeExportMixin, IndexView):
    """The list; parameters that are no filter of it are left aside."""

    _filtered = frozenset({"basis", "standing", "status", "approved_on", "expires_on"})

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer; a filter with an impossible value leads back to the whole list."""
        try:
            return super().dispatch(request, *args, **kwargs)
        except IncorrectLookupParameters:
            return redirect(self.index_url)

    def get_filters_params(self, params: Any = None) -> dict[str, Any]:
        """Return the parameters of the filters only: others could ask for what no column shows."""
        given: dict[str, Any] = super().get_filters_params(params)
        return {key: value for key, value in given.items() if key.split("__")[0] in self._filtered}

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        """Return the approvals that match; a NUL, which no database takes, is left out."""
        return super().get_search_results(request, queryset, search_term.replace("\x00", ""))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Tell whether to offer recording an approval."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["may_record"] = can_record_approval(self.request.user)
        return context


class ApprovalInspectView(InspectView):
    """One approval with its history and whether the chain of hashes holds."""

    def get_fields_dict(self) -> list[dict[str, Any]]:
        """Return the fields with today's status, which no column holds, in front."""
        status = {"label": _("status today"), "value": self.instance.get_status_display()}
        fields = [status, *super().get_fields_dict()]
        return [field | {"label": capfirst(str(field["label"]))} for field in fields]

    def get_field_label(self, field_name: str, field: Any = None) -> Any:
        """Return the name of a field in words."""
        if field_name == "snapshot_sha256":
            return _("SHA-256 of the approved content")
        return super().get_field_label(field_name, field)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the events in order, each with its fault if the chain breaks there."""
        faults = verify_history(self.instance)
        events = list(self.instance.events.select_related("actor").order_by("seq"))
        return super().get_context_data(
            events=[(event, faults.get(event.seq, "")) for event in events],
            chain_holds=not faults and bool(events),
            **kwargs,
        )


class ApprovalsRegister(ModelAdmin):
    """Every approval ever granted, in force or not."""

    model = Approval
    menu_label = _("Approvals")
    menu_item_name = "approvals"
    menu_icon = "success"
    menu_order = 15
    add_to_admin_menu = False  # the group's own hook puts it into the menu
    base_url_path = None
    permission_helper_class = RegisterPermissions
    index_view_class = RegisterView
    inspect_view_class = ApprovalInspectView
    index_template_name = "review_workflow/admin/register.html"
    inspect_template_name = "review_workflow/admin/inspect_approval.html"
    inspect_view_enabled = True
    history_view_enabled = False
    inspect_view_fields: ClassVar = [
        "number",
        "page",
        "basis",
        "approved_on",
        "expires_on",
        "created_at",
        "snapshot_sha256",
    ]
    list_display = ("number", "page_title", "basis", "status_today", "approved_on", "expires_on")
    list_display_add_buttons = "number"
    list_filter = ("basis", StatusTodayFilter, "standing", "approved_on", "expires_on")
    list_select_related: ClassVar = ["page"]
    list_per_page = 50
    list_export = (
        "number",
        "page_title",
        "basis",
        "status_today",
        "approved_on",
        "expires_on",
        "sha256",
    )
    export_filename = "approvals"
    search_fields = ("number", "page__title")
    ordering = ("-approved_on", "number")

    def page_title(self, approval: Approval) -> str:
        """Return the title of the page as it is today."""
        return str(approval.page.title)

    page_title.short_description = _("page")  # type: ignore[attr-defined]  # the admin's protocol
    page_title.admin_order_field = "page__title"  # type: ignore[attr-defined]  # the admin's protocol

    def status_today(self, approval: Approval) -> str:
        """Return the status on the local day in words."""
        return approval.get_status_display()

    status_today.short_description = _("status today")  # type: ignore[attr-defined]  # the admin's protocol

    def sha256(self, approval: Approval) -> str:
        """Return the hash of the approved content."""
        return approval.snapshot_sha256

    sha256.short_description = _("SHA-256 of the content")  # type: ignore[attr-defined]  # the admin's protocol

    def get_queryset(self, request: HttpRequest) -> QuerySet[Approval]:
        """Return the approvals without the content they freeze, which a list never shows."""
        rows: QuerySet[Approval] = super().get_queryset(request)
        return rows.defer("snapshot")

    def register_indexing(self) -> None:
        """Keep approvals out of the index of references: a page's usage is not its approval."""

    def inspect_view(self, request: HttpRequest, instance_pk: str) -> HttpResponseBase:
        """Show one approval; whatever is no key is not found."""
        return super().inspect_view(request, _key(instance_pk))

    def edit_view(self, request: HttpRequest, instance_pk: str) -> HttpResponseBase:
        """Refuse."""
        return super().edit_view(request, _key(instance_pk))

    def delete_view(self, request: HttpRequest, instance_pk: str) -> HttpResponseBase:
        """Refuse."""
        return super().delete_view(request, _key(instance_pk))


def _key(text: str) -> str:
    if not (text.isascii() and text.isdecimal() and len(text) < 19):  # noqa: PLR2004 - what fits a bigint
        raise Http404
    return text
