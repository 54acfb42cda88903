"""The vocabulary in the admin: the tree of core topic areas, and the terms of all flat lists."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import ObjectList
from wagtail.admin.ui.tables import TitleColumn

from resource_library.forms import StableSlugForm
from resource_library.models import CoreTopicArea, Term
from resource_library.panels import term_panels, topic_panels

from .snippets import ClearinghouseSnippetViewSet, SnippetListingView


def topic_walk() -> Iterator[tuple[int, int]]:
    """Yield every topic's key with its depth in the order of the tree, in one query.

    Topics that a loop cuts off from the roots come last, at depth 0.
    """
    children: dict[int | None, list[int]] = {}
    for pk, parent in CoreTopicArea.objects.order_by("sort_order", "label").values_list(
        "pk", "parent"
    ):
        children.setdefault(parent, []).append(pk)
    left = {pk for siblings in children.values() for pk in siblings}
    stack = [(pk, 0) for pk in reversed(children.get(None, []))]
    while stack:
        pk, depth = stack.pop()
        left.discard(pk)
        yield pk, depth
        stack.extend((child, depth + 1) for child in reversed(children.get(pk, [])))
    yield from ((pk, 0) for pk in sorted(left))


class IndentedTitleColumn(TitleColumn):
    """A title that stands further right the deeper its topic lies."""

    def get_value(self, instance: Any) -> str:
        """Return the label behind as many arrows as it has topics above it."""
        return "\u2003" * instance.depth + ("\u21b3 " if instance.depth else "") + instance.label


class TopicListingView(SnippetListingView):
    """The topics as a tree, unless the reader sorts them otherwise."""

    select_related: ClassVar = ("parent",)

    def get_base_queryset(self) -> QuerySet[Any]:
        """Return the topics with their depth and their place in the tree."""
        places = [
            (When(pk=pk, then=Value(place)), When(pk=pk, then=Value(depth)))
            for place, (pk, depth) in enumerate(topic_walk())
        ]
        rows: QuerySet[Any] = super().get_base_queryset()
        if not places:
            return rows.annotate(place=Value(0), depth=Value(0))
        return rows.annotate(
            place=Case(*(place for place, _depth in places), output_field=IntegerField()),
            depth=Case(*(depth for _place, depth in places), output_field=IntegerField()),
        )

    def order_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the topics in the order asked for, else in that of the tree."""
        if self.is_explicitly_ordered:
            ordered: QuerySet[Any] = super().order_queryset(queryset)
            return ordered
        return queryset.order_by("place")

    def _get_title_column(self, field_name: str, **kwargs: Any) -> Any:
        return super()._get_title_column(field_name, column_class=IndentedTitleColumn, **kwargs)


class CoreTopicAreaViewSet(ClearinghouseSnippetViewSet):
    """The main facet of catalog and library; rows are deactivated, never deleted."""

    model = CoreTopicArea
    icon = "list-ul"
    menu_order = 50
    index_view_class = TopicListingView
    list_per_page = 500
    list_display: ClassVar = ["label", "slug", "sort_order", "active"]
    list_filter: ClassVar = ["active"]
    list_export: ClassVar = ["label", "slug", "description", "parent", "sort_order", "active"]
    search_fields: ClassVar = ["label", "slug", "description"]
    export_filename = "core-topic-areas"
    edit_handler = ObjectList(topic_panels, base_form_class=StableSlugForm)


class TermViewSet(ClearinghouseSnippetViewSet):
    """The values of every flat list; rows are deactivated, never deleted."""

    model = Term
    icon = "tag"
    menu_order = 60
    menu_label = _("Terms of other lists")
    list_display: ClassVar = ["label", "vocabulary", "slug", "sort_order", "active"]
    list_filter: ClassVar = ["vocabulary", "active"]
    list_export: ClassVar = ["vocabulary", "label", "slug", "sort_order", "active"]
    search_fields: ClassVar = ["label", "slug"]
    export_filename = "terms"
    edit_handler = ObjectList(term_panels, base_form_class=StableSlugForm)
