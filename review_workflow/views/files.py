"""The files of a reviewed version: handed out, read as text, searched for words."""

import logging
from http import HTTPStatus
from typing import IO, Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from resource_library.finding import pieces, terms_of
from review_workflow.models import ReviewRound
from review_workflow.permissions import CaseAccess
from review_workflow.selectors.file_texts import find_in
from review_workflow.signals import file_opened
from review_workflow.storage import ReviewFile, attachment
from review_workflow.watermark import CannotMark, mark_of, marked

from .review import round_for

_logger = logging.getLogger(__name__)


@never_cache
@require_safe
def review_files(request: HttpRequest, uid: UUID) -> HttpResponse:
    """List the files of the reviewed version, and where the words that are asked for stand."""
    round_, _access, page = _opened(request, uid)
    query = request.GET.get("q", "")
    title = _("Files of case %(case)s") % {"case": round_.case.number}
    found = find_in(page.review_files(), page.review_texts(), query)
    for each in found:
        key = [round_.uid, each.file.uid]
        each.address = reverse("clearinghouse_review_file", args=key)
        each.text_address = reverse("clearinghouse_review_file_text", args=key)
    context = _frame(title, "doc-full") | {"found": found, "query": query}
    return TemplateResponse(request, "review_workflow/admin/files/list.html", context)


@never_cache
@require_safe
def read_review_file(request: HttpRequest, uid: UUID, file_uid: UUID) -> HttpResponse:
    """Show what stands in a file, with the words that are asked for marked; it counts as opened.

    A reviewer's bears their name, as a PDF would.
    """
    round_, access, page = _opened(request, uid)
    file = _file(page, file_uid)
    read = page.review_texts().get(file.sha256)
    if read is None or not read.text:
        raise Http404
    _tell(request, round_, access, file)
    query = request.GET.get("q", "")
    context = _frame(file.title, "doc-full") | {
        "file": file,
        "pieces": pieces(read.text, terms_of(query)),
        "query": query,
        "mark": mark_of(request.user, round_.case.number) if _bears_name(access) else "",
        "address": reverse("clearinghouse_review_file", args=[round_.uid, file.uid]),
        "back": reverse("clearinghouse_review_files", args=[round_.uid]),
    }
    return TemplateResponse(request, "review_workflow/admin/files/text.html", context)


@require_safe
def download_review_file(request: HttpRequest, uid: UUID, file_uid: UUID) -> HttpResponseBase:
    """Answer with a file of the reviewed version, for whoever that version is open to.

    A reviewer's copy of a PDF bears their name; one that cannot bear it is refused.
    """
    round_, access, page = _opened(request, uid)
    found = _file(page, file_uid)
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
    _tell(request, round_, access, found)
    return attachment(content, name=found.name, content_type=found.content_type)


def _content_for(
    request: HttpRequest, round_: ReviewRound, access: CaseAccess, file: ReviewFile
) -> Any:
    """Return the file, open, or a marked copy of it; raises CannotMark."""
    content: IO[bytes] = file.open()
    if not _bears_name(access) or file.content_type != "application/pdf":
        return content
    with content:
        return marked(content, mark_of(request.user, round_.case.number))


def _refused_file(request: HttpRequest, round_: ReviewRound, file: ReviewFile) -> HttpResponse:
    title = _("File of case %(case)s") % {"case": round_.case.number}
    context = _frame(title, "warning") | {"file": file}
    template = "review_workflow/admin/files/refused.html"
    return TemplateResponse(request, template, context, status=HTTPStatus.CONFLICT)


def _opened(request: HttpRequest, uid: UUID) -> tuple[ReviewRound, CaseAccess, Any]:
    """Return a round, what the user may do, and its frozen page; raises Http404 for others."""
    round_, access = round_for(request, uid)
    if not access.can_open_files:
        raise Http404
    return round_, access, round_.revision.as_object()


def _file(page: Any, uid: UUID) -> ReviewFile:
    found = next((each for each in page.review_files() if each.uid == str(uid)), None)
    if found is None:
        raise Http404
    return found


def _bears_name(access: CaseAccess) -> bool:
    """Return whether what is handed out bears the name of whom it is handed to."""
    return (
        settings.CLEARINGHOUSE_WATERMARK_REVIEW_FILES
        and access.assignment is not None
        and not access.is_chair
    )


def _tell(request: HttpRequest, round_: ReviewRound, access: CaseAccess, file: ReviewFile) -> None:
    """Let it be written down who was handed the file."""
    if request.method == "GET":
        file_opened.send(
            ReviewRound,
            user=request.user,
            file=file,
            case=round_.case,
            is_reviewer=access.assignment is not None,
        )


def _frame(title: str, icon: str) -> dict[str, Any]:
    return {
        "header_title": title,
        "header_icon": icon,
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": "", "label": title},
        ],
    }
