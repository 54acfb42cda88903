"""How often somebody may upload and submit; the limits are allauth's, as for sign-up and login."""

from allauth.core import ratelimit
from django.http import HttpRequest

UPLOAD, SUBMIT = "portal_upload", "portal_submit"
INVITE, REGISTER = "portal_invite", "portal_register"
STAY = "portal_stay"
"""Actions, as keys of the setting `ACCOUNT_RATE_LIMITS`."""


def allows(request: HttpRequest, action: str) -> bool:
    """Count one more `action` of the user and return whether it is within the limit."""
    return bool(ratelimit.consume(request, action=action, user=request.user))
