"""The files of a curriculum's draft, for whoever edits it; those of readers are in `views`."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from curriculum_pages.enums import OpenedAs
from curriculum_pages.models import CurriculumPage
from curriculum_pages.services import record_download
from review_workflow.storage import attachment


@require_safe
def download_draft_file(request: HttpRequest, page_id: int, uid: UUID) -> HttpResponseBase:
    """Answer with a file of the page's latest revision as an attachment.

    Raises PermissionDenied for whoever may not edit the page.
    """
    page = get_object_or_404(CurriculumPage, pk=page_id)
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    files = page.get_latest_revision_as_object().files.all()
    row = next((row for row in files if row.uid == uid), None)
    if row is None:
        raise Http404
    try:
        content = row.stored_file.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    if request.method == "GET":
        record_download(
            stored_file=row.stored_file,
            name=row.name,
            user=request.user,
            opened_as=OpenedAs.STAFF,
            about=page.title,
        )
    return attachment(content, name=row.name, content_type=row.stored_file.content_type)
