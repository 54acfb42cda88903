"""The outbox in the admin, for overseers: what was sent, what waits and why, what was dropped.

Messages about a case that a conflict hides from its reader are not in the list. Texts are in none.
"""

from typing import Any, ClassVar

import django_filters
from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import ListingButton

from resource_library.viewsets import MENU_HOOK
from review_workflow.models import OutgoingMessage
from review_workflow.selectors.outbox import STATES, messages_visible_to, state_of


class MessageFilter(WagtailFilterSet):
    """Messages by their state."""

    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"),
        method="in_state",
        choices=[(name, label) for name, (label, _condition) in STATES.items()],
    )

    class Meta:
        model = OutgoingMessage
        fields: ClassVar[list[str]] = []

    def in_state(self, messages: Any, _name: str, value: str) -> Any:
        """Return the messages in the chosen state."""
        return messages.filter(STATES[value][1])


class MessagesView(IndexView):
    """The list; a message that was tried in vain can be tried again at once."""

    def get_base_queryset(self) -> Any:
        """Return what the reader may learn of, without the texts."""
        rows = messages_visible_to(self.request.user)
        return rows.select_related("recipient", "case").defer("body").order_by("-due_at", "-pk")

    def get_list_buttons(self, instance: OutgoingMessage) -> list[ListingButton]:
        """Offer another try of what was tried in vain."""
        if state_of(instance) != "failing":
            return []
        return [
            ListingButton(
                _("Try again"),
                url=reverse("clearinghouse_message_retry", args=[instance.pk]),
                attrs={"aria-label": _("Try again: %(subject)s") % {"subject": instance.subject}},
                priority=10,
            )
        ]


class OutgoingMessageViewSet(ModelViewSet):
    """The outbox in the group of the menu."""

    name = "outgoing_messages"
    url_prefix = "outgoing-messages"
    model = OutgoingMessage
    icon = "mail"
    menu_label = gettext_lazy("Outgoing messages")
    menu_hook = MENU_HOOK
    menu_order = 19
    add_to_reference_index = False
    copy_view_enabled = False
    inspect_view_enabled = False
    index_view_class = MessagesView
    filterset_class = MessageFilter
    list_per_page = 50
    search_fields: ClassVar[list[str]] = []
    list_display: ClassVar[list[Any]] = [
        "subject",
        Column(
            "recipient", label=gettext_lazy("To"), accessor=lambda row: row.recipient or row.address
        ),
        Column("case", label=gettext_lazy("Case")),
        Column("state", label=gettext_lazy("State"), accessor=lambda row: STATES[state_of(row)][0]),
        DateColumn("due_at", label=gettext_lazy("Due")),
        DateColumn("sent_at", label=gettext_lazy("Sent")),
        Column("tries", label=gettext_lazy("Tries")),
        Column("error", label=gettext_lazy("Last error")),
    ]

    def get_urlpatterns(self) -> list[Any]:
        """Return the list's addresses: nothing is written here."""
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
        ]

    def get_permissions_to_register(self) -> "QuerySet[Permission]":
        """Return none: whoever oversees cases reads the outbox."""
        return Permission.objects.none()
