"""The list of curricula in the admin, with what their approvals say today."""

from datetime import date
from typing import Any, ClassVar

import django_filters
from django.db.models import Prefetch, Q, QuerySet
from django.forms import RadioSelect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.ui.tables.pages import BulkActionsColumn, PageStatusColumn, PageTitleColumn

from curriculum_pages.models import CurriculumPage, Provider
from resource_library.viewsets.pages import (
    ClearinghousePageListing,
    PageFilterSet,
    PageListingView,
    state_of,
    topics_of,
    updated_on,
)
from review_workflow.models import Approval
from review_workflow.models.approval import STATUS_LABELS
from review_workflow.viewsets import status_condition

APPROVAL_STATES = [
    ("in-force", _("In force")),
    ("ending", _("Ends within 120 days")),
    ("none", _("Never approved")),
    *((status.value, label) for status, label in STATUS_LABELS.items()),
]


def approval_state(state: str, today: date) -> Q:
    """Return the condition on pages whose current approval has one of `APPROVAL_STATES`."""
    if state == "none":
        return Q(approvals__isnull=True)
    if state == "in-force":
        return Q(pk__in=Approval.objects.in_force(today).values("page_id"))
    current = Approval.objects.filter(status_condition(state, today), is_current=True)
    return Q(pk__in=current.values("page_id"))


class CurriculumFilterSet(PageFilterSet):
    """By subject, provider, approval and state."""

    provider = django_filters.ModelMultipleChoiceFilter(
        label=_("Provider"), queryset=Provider.objects.select_related("organisation")
    )
    approval = django_filters.ChoiceFilter(
        label=_("Approval"),
        choices=APPROVAL_STATES,
        method="filter_approval",
        empty_label=_("All"),
        widget=RadioSelect,
    )

    class Meta:
        model = CurriculumPage
        fields: ClassVar[list[str]] = []

    def filter_approval(self, pages: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Return the curricula whose approval is in one state today."""
        return pages.filter(approval_state(value, timezone.localdate()))


def current_approval_of(page: Any) -> Approval | None:
    """Return the approval that can count, from what the list has fetched."""
    return next((approval for approval in page.approvals.all() if approval.is_current), None)


def approval_in_words(page: Any) -> str:
    """Return today's status of the page's approval."""
    approval = current_approval_of(page)
    if approval is None:
        return str(_("None"))
    status = approval.get_status_display()
    return f"{status} ({approval.get_basis_display()})" if approval.is_sample else status


def last_day_of(page: Any) -> date | None:
    """Return the last day of the page's approval."""
    approval = current_approval_of(page)
    return approval.expires_on if approval else None


class CurriculumListingView(PageListingView):
    """Every curriculum in one list."""

    select_related: ClassVar = ("provider__organisation",)
    prefetch_related: ClassVar = (
        "core_topics",
        Prefetch("approvals", Approval.objects.defer("snapshot")),
    )
    export_values: ClassVar = {
        "provider": lambda page: str(page.provider or ""),
        "core_topics": topics_of,
        "approval": approval_in_words,
        "approval_number": lambda page: getattr(current_approval_of(page), "number", ""),
        "last_day": last_day_of,
        "state": state_of,
        "updated_on": updated_on,
        "url": lambda page: page.full_url or "",
    }
    export_headings: ClassVar = {
        "approval": _("Approval"),
        "approval_number": _("Number"),
        "last_day": _("Last day"),
        "state": _("State"),
        "updated_on": _("Updated"),
        "url": _("Address"),
    }


class CurriculumListingViewSet(ClearinghousePageListing):
    """Curricula by topic, provider and approval."""

    model = CurriculumPage
    name = "curricula"
    icon = "doc-full-inverse"
    menu_label = _("Curricula")
    menu_order = 10
    index_view_class = CurriculumListingView
    filterset_class = CurriculumFilterSet
    columns: ClassVar = [
        BulkActionsColumn("bulk_actions"),
        PageTitleColumn("title", label=_("Title"), sort_key="title", classname="title"),
        Column("provider", label=_("Provider"), sort_key="provider__organisation__name"),
        Column("core_topics", label=_("Core topic areas"), accessor=topics_of),
        Column("approval", label=_("Approval"), accessor=approval_in_words),
        Column("last_day", label=_("Last day"), accessor=last_day_of),
        DateColumn(
            "latest_revision_created_at", label=_("Updated"), sort_key="latest_revision_created_at"
        ),
        PageStatusColumn("status", label=_("Status"), sort_key="live"),
    ]
    list_export: ClassVar = [
        "title",
        "slug",
        "acronym",
        "provider",
        "core_topics",
        "approval",
        "approval_number",
        "last_day",
        "state",
        "updated_on",
        "url",
    ]
    export_filename = "curricula"
