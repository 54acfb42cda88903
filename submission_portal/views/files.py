"""The step of the files: what there is, taking more in, changing and removing.

The body of an upload is read only after it is known who sends it and that they may: the check of
the form's token, which needs the body, comes after that.
"""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    TooManyFilesSent,
    ValidationError,
)
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from curriculum_pages.services import is_full, no_space
from submission_portal.enums import Step
from submission_portal.forms.files import (
    ACCEPT,
    UPLOAD_FIELD,
    DescriptionForm,
    UploadForm,
    size_limit,
)
from submission_portal.models import Submission, SubmissionFile
from submission_portal.permissions import (
    SubmissionAccess,
    access_to_submission,
    visible_submissions,
)
from submission_portal.selectors.files import earlier_files_of, files_of, is_drawn, open_file
from submission_portal.services.files import add_file, change_file, remove_file
from submission_portal.services.prefilling import is_course_package
from submission_portal.services.thumbnails import thumbnail_path
from submission_portal.throttling import UPLOAD, allows

from .unsaved import wants_json
from .uploading import IncomingHandler, is_whole, take_in

_TEMPLATE = "submission_portal/files/step.html"


@csrf_exempt
@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def files_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show the files of a submission, or take more in; not found for whoever may not see it."""
    submission = get_object_or_404(
        visible_submissions(request.user).select_related("provider__organisation", "case"), uid=uid
    )
    access = access_to_submission(request.user, submission)
    if request.method != "POST":
        return _page(request, submission, access, UploadForm())
    if not access.can_edit:
        raise PermissionDenied
    if not allows(request, UPLOAD):
        return _refusal(
            request,
            submission,
            access,
            _("You have uploaded a great many files in the last hour. Try again later."),
            HTTPStatus.TOO_MANY_REQUESTS,
        )
    handler = take_in(request)
    try:
        fault = _read_body(request)
        if fault is not None:
            return _refusal(request, submission, access, *fault)
        return _protected(request, submission, access, handler)
    finally:
        handler.discard()


def _read_body(request: HttpRequest) -> tuple[str, HTTPStatus] | None:
    """Read the form with its files; return why that failed, else None."""
    cut_off = _("The upload was cut off on its way; nothing of it was stored. Send it again.")
    try:
        if is_whole(request):
            return None
    except (UnreadablePostError, MultiPartParserError):
        return cut_off, HTTPStatus.BAD_REQUEST
    except (TooManyFilesSent, RequestDataTooBig):
        return _("Too much was sent at once. Send fewer files."), HTTPStatus.BAD_REQUEST
    except OSError as error:
        if not is_full(error):
            raise
        return " ".join(no_space().messages), HTTPStatus.INSUFFICIENT_STORAGE
    return cut_off, HTTPStatus.BAD_REQUEST


@csrf_protect
def _protected(
    request: HttpRequest,
    submission: Submission,
    access: SubmissionAccess,
    handler: IncomingHandler,
) -> HttpResponse:
    """Store the files one by one: what is wrong with one does not keep out the others."""
    data, uploads = request.POST, request.FILES.getlist(UPLOAD_FIELD)
    form = UploadForm(data, request.FILES)
    if handler.too_large:
        form.fields[UPLOAD_FIELD].required = False
    if not form.is_valid():
        return _answer(request, submission, access, form, [], is_full=False)
    for name in handler.too_large:
        form.refuse(name, [_("The file has more than %(limit)s.") % {"limit": size_limit()}])
    replaced = _replaced(request, submission, len(uploads))
    stored, has_room = [], True
    for upload in uploads:
        try:
            row = add_file(
                submission_id=submission.pk,
                upload=upload,
                title=form.cleaned_data["title"] if len(uploads) == 1 else "",
                role=form.cleaned_data["role"],
                visibility=form.cleaned_data["visibility"],
                actor=request.user,
                replaces=replaced,
            )
        except ValidationError as error:
            form.refuse(upload.name or "", error.messages)
            has_room = has_room and "no_space" not in _codes(error)
        else:
            stored.append(row)
    return _answer(request, submission, access, form, stored, is_full=not has_room)


def _replaced(request: HttpRequest, submission: Submission, count: int) -> SubmissionFile | None:
    """Return the file that is to be replaced, if one is; raises Http404 for another's."""
    given = request.POST.get("replaces", "")
    if not given:
        return None
    if count != 1:
        raise Http404
    try:
        found = open_file(request.user, UUID(given))
    except ValueError as error:
        raise Http404 from error
    if found is None or found.row.submission_id != submission.pk:
        raise Http404
    return found.row


def _codes(error: ValidationError) -> set[str]:
    listed = error.error_dict.values() if hasattr(error, "error_dict") else [error.error_list]
    return {str(each.code) for errors in listed for each in errors}


def _answer(
    request: HttpRequest,
    submission: Submission,
    access: SubmissionAccess,
    form: UploadForm,
    stored: list[SubmissionFile],
    *,
    is_full: bool,
) -> HttpResponse:
    """Say what was stored and what was not: as JSON to the page's script, else as a page."""
    faults = [str(message) for errors in form.errors.values() for message in errors]
    bad = HTTPStatus.INSUFFICIENT_STORAGE if is_full else HTTPStatus.BAD_REQUEST
    if wants_json(request):
        answer = {"stored": [row.name for row in stored], "faults": faults}
        return JsonResponse(answer, status=bad if faults else HTTPStatus.CREATED)
    if stored:
        said = ngettext("%(count)s file was stored.", "%(count)s files were stored.", len(stored))
        messages.success(request, said % {"count": len(stored)})
    if not faults:
        return redirect("portal_files", submission.uid)
    return _page(request, submission, access, form, status=bad if is_full else HTTPStatus.OK)


def _refusal(
    request: HttpRequest,
    submission: Submission,
    access: SubmissionAccess,
    reason: str,
    status: HTTPStatus,
) -> HttpResponse:
    """Answer with the reason why nothing of the request was taken."""
    if wants_json(request):
        return JsonResponse({"stored": [], "faults": [reason]}, status=status)
    return _page(request, submission, access, UploadForm(), refusal=reason, status=status)


def _page(
    request: HttpRequest,
    submission: Submission,
    access: SubmissionAccess,
    form: UploadForm,
    *,
    refusal: str = "",
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    rows = files_of(request.user, submission)
    return TemplateResponse(
        request,
        _TEMPLATE,
        {
            "submission": submission,
            "access": access,
            "step": Step.FILES.value,
            "form": form,
            "refusal": refusal,
            "files": list(_shown(rows, earlier_files_of(request.user, submission), access)),
            "size_limit": size_limit(),
            "accept": ACCEPT,
        },
        status=status,
    )


def _shown(
    rows: list[SubmissionFile], earlier: dict[UUID, list[SubmissionFile]], access: SubmissionAccess
) -> Iterable[dict[str, Any]]:
    for row in rows:
        described = {"title": row.title, "role": row.role, "visibility": row.visibility}
        yield {
            "row": row,
            "earlier": earlier.get(row.lasting_uid, []),
            "has_thumbnail": is_drawn(row) and thumbnail_path(row.stored_file.sha256).exists(),
            "is_package": access.can_edit and is_course_package(row),
            "change": DescriptionForm(initial=described, auto_id=f"id_{row.uid.hex}_%s")
            if access.can_edit
            else None,
        }


@login_required
@require_POST
def change(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Give a file another title, use or visibility."""
    row = _row(request, uid)
    form = DescriptionForm(request.POST)
    if not form.is_valid():
        faults = [str(message) for errors in form.errors.values() for message in errors]
        messages.error(request, " ".join(faults))
        return redirect("portal_files", row.submission.uid)
    try:
        change_file(
            submission_id=row.submission_id,
            file_id=row.pk,
            actor=request.user,
            **form.cleaned_data,
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("“%(title)s” is changed.") % {"title": row.title})
    return redirect("portal_files", row.submission.uid)


@login_required
@require_POST
def remove(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take a file out of the submission; it is kept."""
    row = _row(request, uid)
    try:
        remove_file(submission_id=row.submission_id, file_id=row.pk, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("“%(title)s” is removed.") % {"title": row.title})
    return redirect("portal_files", row.submission.uid)


def _row(request: HttpRequest, uid: UUID) -> SubmissionFile:
    found = open_file(request.user, uid)
    if found is None:
        raise Http404
    return found.row
