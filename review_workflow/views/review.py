"""What the review's page needs beside itself: saving while typing, the files, the discussion."""

import json
import logging
from http import HTTPStatus
from typing import IO, Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages
from wagtail.admin.utils import get_valid_next_url_from_request

from review_workflow.models import Assignment, ReviewDraft, ReviewRound
from review_workflow.parsing import parse_draft
from review_workflow.permissions import CaseAccess, access_to
from review_workflow.selectors.discussion import discussion_for
from review_workflow.services import StaleDraft, post_to_discussion, save_draft, sheet_of
from review_workflow.signals import file_opened
from review_workflow.storage import ReviewFile, attachment
from review_workflow.watermark import CannotMark, mark_of, marked

_logger = logging.getLogger(__name__)


@never_cache
@require_http_methods(["GET", "POST"])
def autosave(request: HttpRequest, uid: UUID) -> JsonResponse:
    """Keep a review's draft: `{"version", "content"}` in, `{"version", "saved"}` out.

    GET answers the version that is stored, and a token for the next POST: signing in anew in
    another window makes the page's own worthless. Not found for whoever does not hold the seat;
    409 where another window saved in the meantime.
    """
    assignment = get_object_or_404(Assignment.objects.select_related("round__case"), uid=uid)
    access = access_to(request.user, assignment.round)
    if access.assignment is None or access.assignment.pk != assignment.pk:
        raise Http404
    if request.method == "GET":
        draft = ReviewDraft.objects.filter(assignment=assignment).first()
        return JsonResponse({"version": draft.version if draft else 0, "token": get_token(request)})
    try:
        version, content = _read(request)
        draft = save_draft(
            assignment_id=assignment.pk,
            content=parse_draft(content, sheet_of(assignment.round)),
            version=version,
            actor=request.user,
        )
    except StaleDraft as conflict:
        return JsonResponse(
            {"version": conflict.draft.version, **_saved(conflict.draft)}, status=409
        )
    except ValidationError as error:
        return JsonResponse({"error": " ".join(error.messages)}, status=400)
    except PermissionDenied as error:
        return JsonResponse({"error": str(error)}, status=403)
    return JsonResponse(_saved(draft))


def _read(request: HttpRequest) -> tuple[int, dict[str, Any]]:
    try:
        sent = json.loads(request.body)
    except ValueError as error:
        raise ValidationError(_("Send the draft as JSON.")) from error
    version = sent.get("version") if isinstance(sent, dict) else None
    content = sent.get("content") if isinstance(sent, dict) else None
    if not isinstance(content, dict):
        raise ValidationError(_("Send the draft's fields as the object “content”."))
    if not isinstance(version, int) or isinstance(version, bool):
        raise ValidationError(_("Send the draft's “version” as a whole number."))
    return version, content


def _saved(draft: ReviewDraft) -> dict[str, Any]:
    saved_at = date_format(localtime(draft.saved_at), "TIME_FORMAT")
    return {"version": draft.version, "saved": saved_at}


def round_for(request: HttpRequest, uid: UUID) -> tuple[ReviewRound, CaseAccess]:
    """Return a round and what the user may do with it; not found where they may not see it."""
    round_ = get_object_or_404(ReviewRound.objects.select_related("case", "revision"), uid=uid)
    access = access_to(request.user, round_)
    if not access.can_see:
        raise Http404
    return round_, access


@require_safe
def download_review_file(request: HttpRequest, uid: UUID, file_uid: UUID) -> HttpResponseBase:
    """Answer with a file of the reviewed version, for whoever that version is open to.

    A reviewer's copy of a PDF bears their name; one that cannot bear it is refused.
    """
    round_, access = round_for(request, uid)
    if not access.can_open_files:
        raise Http404
    files = round_.revision.as_object().review_files()
    found = next((each for each in files if each.uid == str(file_uid)), None)
    if found is None:
        raise Http404
    try:
        content = _content_for(request, round_, access, found)
    except FileNotFoundError as error:
        raise Http404 from error
    except CannotMark:
        _logger.warning(
            "A PDF of case %s could not be marked and was refused: %s",
            round_.case.number,
            found.sha256[:12],
        )
        return _refused_file(request, round_, found)
    if request.method == "GET":
        file_opened.send(
            ReviewRound,
            user=request.user,
            file=found,
            case=round_.case,
            is_reviewer=access.assignment is not None,
        )
    return attachment(content, name=found.name, content_type=found.content_type)


def _content_for(
    request: HttpRequest, round_: ReviewRound, access: CaseAccess, file: ReviewFile
) -> Any:
    """Return the file, open, or a marked copy of it; raises CannotMark."""
    content: IO[bytes] = file.open()
    if not (
        settings.CLEARINGHOUSE_WATERMARK_REVIEW_FILES
        and access.assignment is not None
        and not access.is_chair
        and file.content_type == "application/pdf"
    ):
        return content
    with content:
        return marked(content, mark_of(request.user, round_.case.number))


def _refused_file(request: HttpRequest, round_: ReviewRound, file: ReviewFile) -> HttpResponse:
    title = _("File of case %(case)s") % {"case": round_.case.number}
    return TemplateResponse(
        request,
        "review_workflow/admin/file_refused.html",
        {
            "header_title": title,
            "header_icon": "warning",
            "breadcrumbs_items": [
                {"url": reverse("wagtailadmin_home"), "label": _("Home")},
                {"url": "", "label": title},
            ],
            "file": file,
        },
        status=HTTPStatus.CONFLICT,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def discussion(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Show a round's discussion, or post to it; not found for whoever may not read it yet."""
    round_, access = round_for(request, uid)
    if not access.sees_reviews:
        raise Http404
    if request.method != "POST":
        return _discussion_page(request, round_, access)
    try:
        post = post_to_discussion(
            round_id=round_.pk,
            criterion_id=_key(request, "criterion_id"),
            reply_to=_key(request, "reply_to"),
            body=request.POST.get("body", ""),
            actor=request.user,
        )
    except (ValidationError, PermissionDenied) as error:
        faults = error.messages if isinstance(error, ValidationError) else [str(error)]
        return _discussion_page(request, round_, access, faults)
    messages.success(request, _("Your post is in the discussion."))
    back = get_valid_next_url_from_request(request) or reverse(
        "clearinghouse_discussion", args=[round_.uid]
    )
    return redirect(f"{back}#post-{post.uid}")


def _key(request: HttpRequest, name: str) -> int | None:
    """Return a key from the form, None for an empty field; raises ValidationError for no number."""
    text = request.POST.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 19):  # noqa: PLR2004 - what fits a bigint
        raise ValidationError({name: _("This is not one of the choices.")})
    return int(text)


def _discussion_page(
    request: HttpRequest,
    round_: ReviewRound,
    access: CaseAccess,
    faults: list[str] | None = None,
) -> HttpResponse:
    threads = discussion_for(access, round_)
    title = _("Discussion of case %(case)s") % {"case": round_.case.number}
    return TemplateResponse(
        request,
        "review_workflow/admin/discussion.html",
        {
            "header_title": title,
            "header_icon": "comment",
            "breadcrumbs_items": [
                {"url": reverse("wagtailadmin_home"), "label": _("Home")},
                {"url": "", "label": title},
            ],
            "round": round_,
            "access": access,
            "faults": faults or [],
            "typed": request.POST,
            "whole": threads.get(None, []),
            "domains": [
                (
                    domain,
                    [
                        (criterion, threads.get(criterion["id"], []))
                        for criterion in domain["criteria"]
                    ],
                )
                for domain in round_.edition_snapshot["domains"]
            ],
        },
    )
