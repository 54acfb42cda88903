"""The list of the library's resources in the admin, and which of them need a check."""

from datetime import date, timedelta
from typing import Any, ClassVar

import django_filters
from django.db.models import Q, QuerySet
from django.forms import RadioSelect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.ui.tables.pages import BulkActionsColumn, PageStatusColumn, PageTitleColumn

from resource_library.enums import Vocabulary
from resource_library.models import Organisation, ResourcePage, Term

from .pages import (
    ClearinghousePageListing,
    PageFilterSet,
    PageListingView,
    state_of,
    topics_of,
    updated_on,
)

REVIEW_SOON_DAYS = 30
"""A resource whose review-by date lies at most so many days ahead is due soon."""
REVIEW_STATES = [
    ("overdue", _("Past its date")),
    ("soon", _("Due within 30 days")),
    ("none", _("Without a date")),
]


def review_state(state: str, today: date) -> Q:
    """Return the condition of one of `REVIEW_STATES`."""
    return {
        "overdue": Q(review_by__lt=today),
        "soon": Q(review_by__range=(today, today + timedelta(days=REVIEW_SOON_DAYS))),
        "none": Q(review_by__isnull=True),
    }[state]


class ResourceFilterSet(PageFilterSet):
    """By subject, origin, date of the next check and state."""

    resource_type = django_filters.ModelMultipleChoiceFilter(
        label=_("Type"), queryset=Term.objects.filter(vocabulary=Vocabulary.RESOURCE_TYPE.value)
    )
    publisher = django_filters.ModelMultipleChoiceFilter(
        label=_("Publisher"),
        queryset=Organisation.objects.filter(published_resources__isnull=False).distinct(),
    )
    review = django_filters.ChoiceFilter(
        label=_("Review by"),
        choices=REVIEW_STATES,
        method="filter_review",
        empty_label=_("All"),
        widget=RadioSelect,
    )

    class Meta:
        model = ResourcePage
        fields: ClassVar[list[str]] = []

    def filter_review(self, pages: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Return the resources whose check is in one state."""
        return pages.filter(review_state(value, timezone.localdate()))


class ResourceListingView(PageListingView):
    """Every resource in one list."""

    select_related: ClassVar = ("resource_type", "publisher")
    export_values: ClassVar = {
        "resource_type": lambda page: str(page.resource_type),
        "publisher": lambda page: str(page.publisher or ""),
        "core_topics": topics_of,
        "state": state_of,
        "updated_on": updated_on,
        "url": lambda page: page.full_url or "",
    }
    export_headings: ClassVar = {
        "state": _("State"),
        "updated_on": _("Updated"),
        "url": _("Address"),
    }


class ResourceListingViewSet(ClearinghousePageListing):
    """Resources by type, publisher and date of the next check."""

    model = ResourcePage
    name = "resources"
    icon = "doc-full"
    menu_label = _("Resources")
    menu_order = 20
    index_view_class = ResourceListingView
    filterset_class = ResourceFilterSet
    columns: ClassVar = [
        BulkActionsColumn("bulk_actions"),
        PageTitleColumn("title", label=_("Title"), sort_key="title", classname="title"),
        Column("resource_type", label=_("Type"), sort_key="resource_type__label"),
        Column("publisher", label=_("Publisher"), sort_key="publisher__name"),
        Column("review_by", label=_("Review by"), sort_key="review_by"),
        DateColumn(
            "latest_revision_created_at", label=_("Updated"), sort_key="latest_revision_created_at"
        ),
        PageStatusColumn("status", label=_("Status"), sort_key="live"),
    ]
    list_export: ClassVar = [
        "title",
        "slug",
        "resource_type",
        "publisher",
        "core_topics",
        "published_on",
        "review_by",
        "state",
        "updated_on",
        "url",
    ]
    export_filename = "resources"
