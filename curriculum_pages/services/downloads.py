"""Writing down who was handed a file that is not public."""

from typing import Any

from curriculum_pages.enums import OpenedAs
from curriculum_pages.models import FileDownload, StoredFile


def record_download(
    *, stored_file: StoredFile, name: str, user: Any, opened_as: OpenedAs, about: str
) -> FileDownload:
    """Return the row that says so; write it before the content goes out."""
    return FileDownload.objects.create(
        stored_file=stored_file,
        name=name[:200],
        user=user,
        opened_as=opened_as.value,
        about=about[:100],
    )
