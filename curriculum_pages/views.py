"""Files of curricula, handed out after a check of rights; pages are served by Wagtail."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from curriculum_pages import selectors
from curriculum_pages.enums import OpenedAs
from curriculum_pages.models import CurriculumFile
from curriculum_pages.services import record_download
from review_workflow.storage import attachment


@require_safe
def download_file(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """Answer with the file as an attachment; raises Http404 for whoever may not open it.

    Anybody opens the public files of a curriculum in the catalog; whoever may edit the curriculum
    opens all of them.
    """
    row, is_public = selectors.public_file(uid), True
    if row is None:
        row, is_public = _for_editor(request.user, uid), False
    if row is None:
        raise Http404
    try:
        content = row.stored_file.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    if not is_public and request.method == "GET":
        record_download(
            stored_file=row.stored_file,
            name=row.name,
            user=request.user,
            opened_as=OpenedAs.STAFF,
            about=row.page.title,
        )
    response = attachment(content, name=row.name, content_type=row.stored_file.content_type)
    if is_public:
        response["Cache-Control"] = "no-cache"
    return response


def _for_editor(user: Any, uid: UUID) -> CurriculumFile | None:
    if not (user.is_authenticated and user.is_active):
        return None
    return next(
        (
            row
            for row in selectors.files_with(uid)
            if row.page.permissions_for_user(user).can_edit()
        ),
        None,
    )
