"""Filling in modules from a course package: what would be added, then adding it."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from submission_portal.enums import Step
from submission_portal.models import SubmissionFile
from submission_portal.permissions import access_to_submission
from submission_portal.selectors.files import open_file
from submission_portal.services import StaleStep
from submission_portal.services.prefilling import fill_in_modules, propose_modules

_TEMPLATE = "submission_portal/files/prefill.html"


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def prefill(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show the modules that a package would add, or add them; not found for other people's."""
    row = _package(request, uid)
    if request.method != "POST":
        return _page(request, row)
    try:
        added = fill_in_modules(
            submission_id=row.submission_id,
            file_id=row.pk,
            version=_version(request),
            actor=request.user,
        )
    except StaleStep:
        stale = _(
            "Somebody has changed the modules in the meantime. Nothing was added; look again."
        )
        return _page(request, row, stale, HTTPStatus.CONFLICT)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("portal_files", row.submission.uid)
    said = ngettext("%(count)s module was added.", "%(count)s modules were added.", added)
    messages.success(request, said % {"count": added})
    return redirect("portal_step", row.submission.uid, Step.MODULES.value)


def _package(request: HttpRequest, uid: UUID) -> SubmissionFile:
    """Return the current file of whoever may write; raises Http404, or PermissionDenied."""
    found = open_file(request.user, uid)
    if found is None or found.row.ended_at is not None:
        raise Http404
    access = access_to_submission(request.user, found.row.submission)
    if not access.is_member:
        raise Http404
    if not access.can_edit:
        raise PermissionDenied
    return found.row


def _version(request: HttpRequest) -> int:
    """Return the version that was seen; what is no number is none that was."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1  # noqa: PLR2004 - digits of an integer column


def _page(
    request: HttpRequest, row: SubmissionFile, stale: str = "", status: int = HTTPStatus.OK
) -> HttpResponse:
    try:
        proposed = propose_modules(row)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("portal_files", row.submission.uid)
    context = {
        "submission": row.submission,
        "file": row,
        "proposed": proposed,
        "stale": stale,
    }
    return TemplateResponse(request, _TEMPLATE, context, status=status)
