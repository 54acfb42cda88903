"""What the flat lists of pages share: few queries, safe exports, filters by topic and state."""

from typing import Any, ClassVar

import django_filters
from django.conf import settings
from django.db.models import Q, QuerySet
from django.forms import RadioSelect
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.pages.listing import IndexView
from wagtail.admin.viewsets.pages import PageListingViewSet
from wagtail.permissions import page_permission_policy

from resource_library.models import CoreTopicArea

from .exports import SafeExportMixin
from .menu import MENU_HOOK
from .vocabulary import topic_walk

LIVE_STATES = [
    ("live", _("Published")),
    ("changed", _("Published, with newer changes")),
    ("draft", _("Not published")),
]


class PageListingView(SafeExportMixin, IndexView):
    """Pages of one type; the number of queries does not grow with the rows."""

    select_related: ClassVar[tuple[str, ...]] = ()
    prefetch_related: ClassVar[tuple[Any, ...]] = ("core_topics",)
    default_ordering = "title"

    def annotate_queryset(self, pages: Any) -> Any:
        """Return the pages with everything their columns show, already of their own type."""
        pages = pages.defer_streamfields()
        if self.select_related:
            pages = pages.select_related(*self.select_related)
        pages = pages.prefetch_related("content_type", "sites_rooted_here", *self.prefetch_related)
        if getattr(settings, "WAGTAIL_WORKFLOW_ENABLED", True):
            pages = pages.prefetch_workflow_states()
        if self.i18n_enabled:
            pages = pages.prefetch_related("locale").annotate_has_untranslated_locale()
        return pages.annotate_site_root_state().annotate_approved_schedule()


class TopicFilter(django_filters.ModelMultipleChoiceFilter):
    """Pages with any of the chosen topics or with a topic below them."""

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        """Return the pages; all of them where nothing is chosen."""
        if not value:
            return qs
        chosen, wanted, above = {topic.pk for topic in value}, set(), list[bool]()
        for pk, depth in topic_walk():
            inside = pk in chosen or (depth > 0 and any(above[:depth]))
            above[depth:] = [inside]
            if inside:
                wanted.add(pk)
        through = qs.model._meta.get_field("core_topics").remote_field.through
        source = qs.model._meta.get_field("core_topics").m2m_column_name()
        return qs.filter(pk__in=through.objects.filter(coretopicarea_id__in=wanted).values(source))


class PageFilterSet(WagtailFilterSet):
    """The filters that every list of pages has."""

    core_topics = TopicFilter(
        label=_("Core topic area"), queryset=CoreTopicArea.objects.filter(active=True)
    )
    live_state = django_filters.ChoiceFilter(
        label=_("State"),
        choices=LIVE_STATES,
        method="filter_live_state",
        empty_label=_("All"),
        widget=RadioSelect,
    )

    def filter_live_state(self, pages: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Return the pages in one state of publication."""
        states = {
            "live": Q(live=True),
            "changed": Q(live=True, has_unpublished_changes=True),
            "draft": Q(live=False),
        }
        return pages.filter(states[value])


class PagesMenuItem(MenuItem):
    """A menu item for whoever may do anything with pages."""

    def is_shown(self, request: Any) -> bool:
        """Return whether the user works on pages."""
        return bool(
            page_permission_policy.user_has_any_permission(
                request.user, PageListingView.any_permission_required
            )
        )


class ClearinghousePageListing(PageListingViewSet):
    """A list of pages in the group; its menu item is there for whoever works on pages."""

    menu_hook = MENU_HOOK
    menu_item_class = PagesMenuItem
    list_per_page = 50


def topics_of(page: Any) -> str:
    """Return the labels of the page's topics in one line."""
    return ", ".join(topic.label for topic in page.core_topics.all())


def updated_on(page: Any) -> Any:
    """Return the day of the page's last revision."""
    return page.latest_revision_created_at.date() if page.latest_revision_created_at else None


def state_of(page: Any) -> str:
    """Return the state of publication in words."""
    if not page.live:
        return str(_("Not published"))
    changed = page.has_unpublished_changes
    return str(_("Published, with newer changes") if changed else _("Published"))
