"""Where private files lie, outside the media folder, and how they reach whoever may open them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage, Storage
from django.http import FileResponse

INCOMING = "incoming"
"""The folder in which an upload waits until it was checked: beside its place, to be moved there."""


@dataclass(frozen=True, slots=True)
class ReviewFile:
    """A file of a reviewed version, for whoever may open that version's files."""

    uid: str
    title: str
    name: str
    use: str
    size: int
    content_type: str
    open: Callable[[], Any]
    sha256: str = ""


def private_storage() -> Storage:
    """Return the storage of files that no web server may hand out by itself."""
    return FileSystemStorage(
        location=settings.CLEARINGHOUSE_PRIVATE_ROOT,
        base_url=None,
        file_permissions_mode=0o600,
        directory_permissions_mode=0o700,
    )


def incoming_folder() -> Path:
    """Return the folder for what is being uploaded, made where it is missing."""
    folder = Path(settings.CLEARINGHOUSE_PRIVATE_ROOT) / INCOMING
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def attachment(content: Any, *, name: str, content_type: str = "") -> FileResponse:
    """Return an open private file as a download that no browser shows, runs or keeps."""
    response = FileResponse(
        content,
        as_attachment=True,
        filename=name,
        content_type=content_type or "application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
