"""Files of submissions on their way out: to the provider's people and to staff who screen."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from curriculum_pages.services import record_download
from review_workflow.storage import attachment
from submission_portal.selectors.files import open_file
from submission_portal.services.thumbnails import thumbnail_path


@login_required
@require_safe
def download(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """Answer with the file as an attachment, and write down who was handed it.

    Raises Http404 for whoever may not open it, as for a file that never was.
    """
    found = open_file(request.user, uid)
    if found is None:
        raise Http404
    stored = found.row.stored_file
    try:
        content = stored.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    if request.method == "GET":
        record_download(
            stored_file=stored,
            name=found.row.name,
            user=request.user,
            opened_as=found.opened_as,
            about=found.about,
        )
    return attachment(content, name=found.row.name, content_type=stored.content_type)


@login_required
@require_safe
def thumbnail(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """Answer with the picture of a file's first page, to whoever may open the file."""
    found = open_file(request.user, uid)
    if found is None:
        raise Http404
    try:
        picture = thumbnail_path(found.row.stored_file.sha256).open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(picture, content_type="image/png")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
