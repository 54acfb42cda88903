"""How often somebody may upload, submit and export; the limits are allauth's, as for login."""

import math
import time
from http import HTTPStatus

from allauth.core import ratelimit
from allauth.core.internal import ratelimit as limits
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

UPLOAD, SUBMIT = "portal_upload", "portal_submit"
INVITE, REGISTER = "portal_invite", "portal_register"
STAY = "portal_stay"
EXPORT, EXPORT_ALL = "portal_export", "portal_export_all"
"""Actions, as keys of the setting `ACCOUNT_RATE_LIMITS`."""
_APP = "allauth.account"


def allows(request: HttpRequest, action: str) -> bool:
    """Count one more `action` of the user and return whether it is within the limit."""
    return bool(ratelimit.consume(request, action=action, user=request.user))


def refused_download(request: HttpRequest, action: str) -> HttpResponse | None:
    """Count one more `action` of the user; beyond the limit return an answer that says until when.

    A download is a GET, which allauth's public function never counts.
    """
    if limits.consume(request, app=_APP, action=action, user=request.user, limit_get=True):
        return None
    seconds = _seconds_left(request, action)
    answer = render(
        request,
        "429.html",
        {"minutes": math.ceil(seconds / 60)},
        status=HTTPStatus.TOO_MANY_REQUESTS,
    )
    answer["Retry-After"] = str(seconds)
    answer["Cache-Control"] = "no-store"
    return answer


def _seconds_left(request: HttpRequest, action: str) -> int:
    """Return after how many seconds every rate of the action has room again."""
    now, left = time.time(), [1.0]
    for rate in limits.get_rates(app=_APP, action=action):
        key = limits.get_cache_key(request, app=_APP, action=action, rate=rate, user=request.user)
        history = cache.get(key, [])  # the newest in front
        if len(history) >= rate.amount:
            left.append(history[rate.amount - 1] + rate.duration - now)
    return math.ceil(max(left))
