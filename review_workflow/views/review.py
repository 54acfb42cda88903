"""What the review's page needs beside itself: saving while typing, and the discussion."""

import json
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages
from wagtail.admin.utils import get_valid_next_url_from_request

from review_workflow.models import Assignment, ReviewDraft, ReviewRound
from review_workflow.parsing import parse_draft
from review_workflow.permissions import CaseAccess, access_to
from review_workflow.selectors.discussion import discussion_for
from review_workflow.services import StaleDraft, post_to_discussion, save_draft, sheet_of


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
