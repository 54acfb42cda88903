"""Staying signed in: asked for by a page that is written on for a long time."""

from http import HTTPStatus

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from submission_portal.throttling import STAY, allows


@require_POST
@login_required
def stay(request: HttpRequest) -> HttpResponse:
    """Let the session last from now, and answer nothing; 429 where it is asked for too often."""
    if not allows(request, STAY):
        return HttpResponse(status=HTTPStatus.TOO_MANY_REQUESTS)
    request.session.modified = True
    return HttpResponse(status=HTTPStatus.NO_CONTENT)
