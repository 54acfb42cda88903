"""Addresses of accounts, below `/accounts/`: allauth's; the login also ends an endless redirect."""

from allauth.account.views import login
from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import include, path
from django.utils.translation import gettext as _

from .middleware import ADMIN


def log_in(request: HttpRequest) -> HttpResponseBase:
    """Answer as allauth does, but lead to the portal whoever the admin has just turned away.

    The admin sends them here, and allauth would send them back: they are logged in.
    """
    turned_away = (
        request.user.is_authenticated
        and request.GET.get("next", "").startswith(ADMIN)
        and not request.user.has_perm("wagtailadmin.access_admin")
    )
    if turned_away:
        messages.error(request, _("Your account does not enter the admin."))
        return redirect("portal_home")
    answer: HttpResponseBase = login(request)
    return answer


urlpatterns = [path("login/", log_in, name="account_login"), path("", include("allauth.urls"))]
