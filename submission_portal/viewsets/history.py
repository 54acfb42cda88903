"""The words of what is logged of providers and their people, for histories and reports."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _
from wagtail.admin.utils import get_user_display_name
from wagtail.log_actions import LogActionRegistry, LogFormatter

from submission_portal.models.labels import INVITATION_KINDS, ROLES, WORDS_OF_LOGGED

_ROLES: Mapping[Any, Any] = dict([*ROLES.items(), *INVITATION_KINDS.items()])


class Formatter(LogFormatter):
    """Says what an entry tells, with the people and roles that it names."""

    words: Any = ""

    def format_message(self, log_entry: Any) -> str:
        """Return the sentence."""
        data: Mapping[str, Any] = log_entry.data or {}
        return str(self.words) % {
            "who": _name_of(data.get("user")),
            "role": _role(data.get("role")),
            "before": _role(data.get("before")),
            "name": data.get("name", ""),
        }


def register_logged(actions: LogActionRegistry) -> None:
    """Make every action known to Wagtail's log."""
    for action, (label, words) in WORDS_OF_LOGGED.items():
        name = f"{action.name.title()}Formatter"
        said = {"label": label, "words": words}
        actions.register_action(action.value)(type(name, (Formatter,), said))


def _name_of(key: Any) -> str:
    """Return the name that the admin shows of a user."""
    if key is None:
        return ""
    user = get_user_model()._default_manager.filter(pk=key).first()
    return str(get_user_display_name(user)) if user is not None else _("Somebody")


def _role(value: Any) -> str:
    return str(_ROLES.get(value, "")) if value else ""
