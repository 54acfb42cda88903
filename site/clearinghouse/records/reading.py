"""Streaming a file of lines: numbered, never whole in memory, and watched for changes meanwhile."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

LINE_BYTES = 4 * 1024 * 1024


class UnreadableFile(OSError):  # noqa: N818 - named for what is wrong
    """The file cannot be read as lines, or changed between two readings."""


class LineFile:
    """A file that is read twice; both readings must find the same bytes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._digests: list[str] = []
        if not path.is_file():
            raise UnreadableFile(_("There is no file %(path)s.") % {"path": path})

    def lines(self) -> Iterator[tuple[int, bytes, int]]:
        """Yield number, content and bytes read so far of every line that is not blank.

        A line longer than the limit comes as its beginning only, which is no JSON. Raises
        UnreadableFile where a second reading differs from the first.
        """
        digest = hashlib.sha256()
        try:
            with self.path.open("rb") as file:
                yield from self._numbered(file, digest)
        except OSError as error:
            if isinstance(error, UnreadableFile):
                raise
            raise UnreadableFile(str(error)) from error
        self._digests.append(digest.hexdigest())
        if self._digests[0] != self._digests[-1]:
            raise UnreadableFile(_("The file changed while it was read; nothing was written."))

    def _numbered(self, file: Any, digest: Any) -> Iterator[tuple[int, bytes, int]]:
        number = done = 0
        while raw := file.readline(LINE_BYTES):
            number += 1
            digest.update(raw)
            done += len(raw)
            whole = raw
            while not raw.endswith(b"\n") and (raw := file.readline(LINE_BYTES)):
                digest.update(raw)
                done += len(raw)
            line = whole.removeprefix(b"\xef\xbb\xbf") if number == 1 else whole
            if line.strip():
                yield number, line, done
