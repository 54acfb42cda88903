"""How long a session lasts, for the page that warns before it ends."""

from django import template
from django.conf import settings

register = template.Library()

SLACK_SECONDS = 60
"""A use is noted once in this time: the session may be older than the page by as much."""


@register.simple_tag
def session_seconds() -> int:
    """Return for how many seconds from now the session lasts at least."""
    return max(settings.SESSION_COOKIE_AGE - SLACK_SECONDS, 0)
