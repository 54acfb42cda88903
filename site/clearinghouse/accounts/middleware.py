"""What holds for whoever is logged in: staff have a second factor, a session lasts while used."""

import time
from collections.abc import Callable
from typing import Final

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

GetResponse = Callable[[HttpRequest], HttpResponseBase]

ADMIN: Final = "/admin/"
LEAVING: Final = "/admin/logout/"
KEPT_AT: Final = "kept_at"
KEPT_SECONDS: Final = 60
"""How old the note of the last use may be: a page of the admin then costs no write each time."""
SECOND_FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


class StaffAuthenticatorMiddleware:
    """Leads whoever may enter the admin and has no second factor to setting one up."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, or lead away from the admin where the setting asks for a second factor."""
        if settings.CLEARINGHOUSE_STAFF_MFA_REQUIRED and _lacks_second_factor(request):
            messages.warning(
                request,
                _(
                    "Staff enter the admin with a second factor only. "
                    "Set up an authenticator app or a security key first."
                ),
            )
            return redirect("mfa_index")
        return self.get_response(request)


def _lacks_second_factor(request: HttpRequest) -> bool:
    path = request.path_info
    return (
        path.startswith(ADMIN)
        and path != LEAVING
        and request.user.is_authenticated
        and request.user.has_perm("wagtailadmin.access_admin")
        and not is_mfa_enabled(request.user, types=SECOND_FACTORS)
    )


class SessionUseMiddleware:
    """Lets a session last from the last page of the portal or the admin, not from the login."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, and note the use where the last note is old."""
        used = request.path_info.startswith((ADMIN, "/portal/"))
        if used and settings.SESSION_COOKIE_NAME in request.COOKIES:
            now = int(time.time())
            if request.user.is_authenticated and (
                now - request.session.get(KEPT_AT, 0) >= KEPT_SECONDS
            ):
                request.session[KEPT_AT] = now
        return self.get_response(request)
