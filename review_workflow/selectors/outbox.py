"""What overseers may read of the outbox: messages within the wall, and the state each is in."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy
from wagtail.permission_policies import ModelPermissionPolicy

from review_workflow.models import OutgoingMessage
from review_workflow.permissions import can_oversee, visible_cases

STATES = {
    "waiting": (gettext_lazy("Waiting"), Q(sent_at=None, dropped_at=None, tries=0)),
    "failing": (
        gettext_lazy("Tried in vain, tried again later"),
        Q(sent_at=None, dropped_at=None, tries__gt=0),
    ),
    "sent": (gettext_lazy("Sent"), Q(sent_at__isnull=False)),
    "dropped": (gettext_lazy("Dropped: not to be told any more"), Q(dropped_at__isnull=False)),
}
"""By name of a state: its words, and the condition on messages in it."""


def state_of(message: OutgoingMessage) -> str:
    """Return the name of the state that a message is in."""
    if message.sent_at is not None:
        return "sent"
    if message.dropped_at is not None:
        return "dropped"
    return "failing" if message.tries else "waiting"


def messages_visible_to(user: Any) -> "QuerySet[OutgoingMessage]":
    """Return the messages that `user` may learn of; none for whoever does not oversee cases."""
    if not can_oversee(user):
        return OutgoingMessage.objects.none()
    return OutgoingMessage.objects.filter(Q(case=None) | Q(case__in=visible_cases(user)))


class OutboxPolicy(ModelPermissionPolicy):
    """Reading for overseers, changing for nobody; Wagtail's lists ask it."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Return whether `user` reads the outbox."""
        return action == "view" and can_oversee(user)

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        """Return whether `user` reads the outbox, where reading is among the actions."""
        return any(self.user_has_permission(user, action) for action in actions)
