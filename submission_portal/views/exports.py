"""Downloads of all own data: of one submission, or of everything that somebody acts for."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_GET

from review_workflow.storage import attachment
from submission_portal.selectors.status import own_with_standing
from submission_portal.services import export_everything, export_submission
from submission_portal.throttling import EXPORT, EXPORT_ALL, refused_download


@login_required
@require_GET
def export_one(request: HttpRequest, uid: Any) -> HttpResponseBase:
    """Answer with the ZIP of a submission, or 429 where it was fetched too often.

    Raises Http404 where it is not the user's own, which counts for nothing.
    """
    submission = own_with_standing(request.user, uid)
    if submission is None:
        raise Http404
    refusal = refused_download(request, EXPORT)
    if refusal is not None:
        return refusal
    name = submission.number or f"draft-{submission.uid.hex[:8]}"
    return _zip(f"{name}.zip", lambda file: export_submission(submission, file))


@login_required
@require_GET
def export_all(request: HttpRequest) -> HttpResponseBase:
    """Answer with the ZIP of everything that the user owns here, or 429 where it is too often."""
    refusal = refused_download(request, EXPORT_ALL)
    if refusal is not None:
        return refusal
    name = f"all-data-{timezone.localdate():%Y-%m-%d}.zip"
    return _zip(name, lambda file: export_everything(request.user, file))


def _zip(name: str, write: Callable[[IO[bytes]], None]) -> HttpResponseBase:
    """Return what `write` writes, from a file that vanishes with the answer."""
    file = tempfile.TemporaryFile(dir=_private_root())  # noqa: SIM115 - the answer closes it
    try:
        write(file)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return attachment(file, name=name, content_type="application/zip")


def _private_root() -> Path:
    """Return the folder of private files: what is written there is no smaller than they are."""
    folder = Path(settings.CLEARINGHOUSE_PRIVATE_ROOT)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
