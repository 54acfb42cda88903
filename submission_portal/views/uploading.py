"""How uploads come in: straight into the private folder, no larger than is accepted, and whole.

A file that is kept is moved from there into its place; no second copy is written.
"""

import tempfile
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

from review_workflow.storage import incoming_folder

END_FIELD = "complete"
"""The last field of every form with uploads: what lacks it was cut off on its way."""


class IncomingFile(TemporaryUploadedFile):
    """An upload on the disk of the private files; gone when it is closed, unless it was moved."""

    def __init__(self, name: str, content_type: str, charset: str | None) -> None:
        file = tempfile.NamedTemporaryFile(  # noqa: SIM115 - closed with the request
            suffix=".upload", dir=incoming_folder()
        )
        UploadedFile.__init__(self, file, name, content_type, 0, charset)


class IncomingHandler(FileUploadHandler):
    """Writes uploads down piece by piece and stops at the size that is accepted.

    `too_large` names the files that went beyond it.
    """

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.too_large: list[str] = []
        self._begun: list[IncomingFile] = []

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file; what came before it stays open until it is taken."""
        super().new_file(*args, **kwargs)
        self.file = IncomingFile(self.file_name or "", self.content_type or "", self.charset)
        self._begun.append(self.file)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write one piece; raises SkipFile where the file becomes too large."""
        if start + len(raw_data) > settings.CLEARINGHOUSE_MAX_UPLOAD_BYTES:
            self.too_large.append(self.file_name or "")
            raise SkipFile
        self.file.write(raw_data)

    def file_complete(self, file_size: int) -> IncomingFile:
        """Return the whole file, at its beginning."""
        self.file.seek(0)
        self.file.size = file_size
        return self.file

    def discard(self) -> None:
        """Close whatever was begun: what nobody moved into its place is gone."""
        for file in self._begun:
            with suppress(OSError):  # its last piece still has no room; it is removed all the same
                file.close()


def take_in(request: HttpRequest) -> IncomingHandler:
    """Let this request's uploads come in by the handler that is returned; read no body before."""
    handler = IncomingHandler(request)
    request.upload_handlers = [handler]
    return handler


def is_whole(request: HttpRequest) -> bool:
    """Return whether the request's form came to its end."""
    return END_FIELD in request.POST
