"""Answers to a save that cannot be taken: what was typed comes back, and nothing is written.

A session that has ended, a token that a new sign-in has made worthless, a submission that can no
longer be changed: none of them may cost somebody their text. What is answered to a person who is
not signed in says nothing about what exists: it holds what that person has sent, and no more.
"""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext as _

from submission_portal.enums import Step
from submission_portal.models.labels import STEPS
from submission_portal.steps import typed_texts

_TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of a field


def wants_json(request: HttpRequest) -> bool:
    """Return whether a script of the page asks: it saves while somebody types, or uploads."""
    return request.headers.get("Accept", "").startswith("application/json")


def refusal_of(request: HttpRequest, step: Step) -> HttpResponseBase | None:
    """Return the answer to a POST without a session or with a token that is out of date, or None.

    The view is exempt from Django's check of the token, because that would throw the text away; it
    is made here. A request from another site gets what Django's check answers.
    """
    rejected = CsrfViewMiddleware(_never).process_view(request, _never, (), {})
    if rejected is not None and not _is_from_here(request):
        return rejected
    if not request.user.is_authenticated:
        return unsaved(
            request,
            step,
            _("You were signed out before this was saved."),
            status=HTTPStatus.UNAUTHORIZED,
            can_resend=True,
        )
    if rejected is not None:
        return unsaved(
            request,
            step,
            _("You have signed in again since this page was opened."),
            status=HTTPStatus.FORBIDDEN,
            can_resend=True,
        )
    return None


def unsaved(
    request: HttpRequest,
    step: Step,
    reason: str,
    *,
    status: HTTPStatus,
    can_resend: bool = False,
) -> HttpResponseBase:
    """Return what was sent, with the reason why it was not saved."""
    signed_out = not request.user.is_authenticated
    login = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': request.path})}"
    if wants_json(request):
        said = {"error": "signed_out" if signed_out else "refused", "reason": reason}
        return _kept_private(
            JsonResponse(said | ({"login": login} if signed_out else {}), status=status)
        )
    sent = {name: texts for name, texts in request.POST.lists() if name != _TOKEN}
    context: dict[str, Any] = {
        "reason": reason,
        "step_label": STEPS[step],
        "signed_out": signed_out,
        "login": login,
        "can_resend": can_resend,
        "sent": [(name, text) for name, texts in sent.items() for text in texts],
        "typed": typed_texts(step, sent),
    }
    return _kept_private(
        render(request, "submission_portal/steps/unsaved.html", context, status=status)
    )


def _kept_private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store, private"
    return response


def _is_from_here(request: HttpRequest) -> bool:
    """Return whether a browser says that a page of this site sent the request."""
    origin = urlsplit(request.headers.get("Origin", ""))
    return bool(origin.netloc) and origin.netloc == request.get_host()


def _never(_request: HttpRequest) -> HttpResponseBase:
    raise NotImplementedError  # the middleware is asked for its check only
