"""Asking a virus scanner about an upload: clamd over its socket, where the settings name one."""

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.core.files.base import File

SECONDS = 60.0
"""How long the scanner may take to connect, to take a piece, or to answer."""
_PIECE = 256 * 1024
_MOST_ANSWER = 4096


class ScannerSilent(Exception):  # noqa: N818 - named for what is wrong
    """The scanner did not answer, or not about this file; its argument says what happened."""


class Scanner(Protocol):
    """Anything that can say whether a file is harmful."""

    def scan(self, file: "File[bytes]") -> str | None:
        """Return what was found, or None; raises ScannerSilent where it cannot tell."""


class ClamdScanner:
    """clamd, spoken to by its command INSTREAM: it gets the content, never a path."""

    def __init__(self, address: str, *, seconds: float = SECONDS) -> None:
        self._address = urlsplit(address)
        self._seconds = seconds

    def scan(self, file: "File[bytes]") -> str | None:
        """Return the name of what clamd found, or None; leaves the file at its beginning."""
        try:
            with self._connection() as connection:
                answer = _asked(connection, file)
        except OSError as error:
            raise ScannerSilent(str(error)) from error
        finally:
            file.seek(0)
        _stream, _colon, said = answer.partition(": ")
        if said == "OK":
            return None
        if said.endswith(" FOUND"):
            return said.removesuffix(" FOUND")
        raise ScannerSilent(answer)

    @contextmanager
    def _connection(self) -> Iterator[socket.socket]:
        if self._address.scheme == "unix":
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.settimeout(self._seconds)
            with connection:
                connection.connect(self._address.path)
                yield connection
        else:
            place = (self._address.hostname or "", self._address.port or 3310)
            with socket.create_connection(place, timeout=self._seconds) as connection:
                yield connection


def _asked(connection: socket.socket, file: "File[bytes]") -> str:
    """Send the content in pieces, each after its length; a length of 0 ends it."""
    try:
        connection.sendall(b"zINSTREAM\0")
        for piece in file.chunks(_PIECE):
            connection.sendall(struct.pack("!I", len(piece)) + piece)
        connection.sendall(struct.pack("!I", 0))
    except (BrokenPipeError, ConnectionResetError):
        pass  # it stopped listening; what it says about that comes next
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < _MOST_ANSWER:
        received = connection.recv(_MOST_ANSWER)
        if not received:
            break
        answer += received
    return answer.rstrip(b"\0").decode("utf-8", "replace").strip()


def scanner() -> Scanner | None:
    """Return the scanner that the settings name, or None: then nothing is scanned."""
    address = settings.CLEARINGHOUSE_CLAMD
    return ClamdScanner(address) if address else None
