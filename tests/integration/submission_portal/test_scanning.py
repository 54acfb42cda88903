"""The virus scanner: a server that speaks clamd's INSTREAM, and what becomes of an upload."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from curriculum_pages.models import StoredFile
from submission_portal.scanning import ClamdScanner, ScannerSilent, scanner
from submission_portal.services.files import add_file

from .uploads import contents, make_world, pdf

MARK = b"EICAR"


class Clamd:
    """A server with one thread: finds `MARK`, and keeps what it was sent."""

    def __init__(self, listening: socket.socket, answer: bytes | None = None) -> None:
        self._listening = listening
        self._answer = answer
        self.received: list[bytes] = []
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                connection, _address = self._listening.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as stream:
                connection.sendall(self._answer_to(stream))

    def _answer_to(self, stream: Any) -> bytes:
        command = b""
        while not command.endswith(b"\0"):
            command += stream.read(1)
        content = b""
        while length := struct.unpack("!I", stream.read(4))[0]:
            content += stream.read(length)
        self.received.append(content)
        if command != b"zINSTREAM\0":
            return b"UNKNOWN COMMAND\0"
        if self._answer is not None:
            return self._answer
        found = b"Eicar-Test-Signature FOUND" if MARK in content else b"OK"
        return b"stream: " + found + b"\0"


@pytest.fixture
def clamd() -> Iterator[Callable[..., tuple[str, Clamd]]]:
    """Return a function that starts a server and tells its address."""
    started: list[Clamd] = []

    def start(place: Path | None = None, **behaviour: Any) -> tuple[str, Clamd]:
        listening = socket.socket(socket.AF_UNIX if place else socket.AF_INET)
        listening.bind(str(place) if place else ("127.0.0.1", 0))
        listening.listen()
        started.append(Clamd(listening, **behaviour))
        address = f"unix:{place}" if place else f"tcp://127.0.0.1:{listening.getsockname()[1]}"
        return address, started[-1]

    yield start
    for server in started:
        server.close()


@pytest.mark.parametrize("place", ["network", "folder"])
def test_the_whole_content_is_shown_and_the_finding_told(
    clamd: Any, tmp_path: Path, place: str
) -> None:
    address, server = clamd(tmp_path / "clamd.sock" if place == "folder" else None)
    asked = ClamdScanner(address)
    clean = ContentFile(b"a" * 700_000)
    assert asked.scan(clean) is None
    assert asked.scan(ContentFile(MARK)) == "Eicar-Test-Signature"
    assert server.received == [b"a" * 700_000, MARK]
    assert clean.tell() == 0


@pytest.mark.parametrize(
    "answer", [b"INSTREAM size limit exceeded. ERROR\0", b"", b"\0", b"OK\0", b"stream: ERROR\0"]
)
def test_what_is_no_finding_is_no_clearance(clamd: Any, answer: bytes) -> None:
    address, _server = clamd(answer=answer)
    with pytest.raises(ScannerSilent):
        ClamdScanner(address).scan(ContentFile(b"a"))


def test_a_server_that_says_nothing_is_not_waited_for(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        address = f"tcp://127.0.0.1:{deaf.getsockname()[1]}"
        with pytest.raises(ScannerSilent):
            ClamdScanner(address, seconds=0.05).scan(ContentFile(b"a"))
    for nobody in (address, f"unix:{tmp_path / 'nowhere'}"):
        with pytest.raises(ScannerSilent):
            ClamdScanner(nobody).scan(ContentFile(b"a"))


def test_without_a_setting_nothing_is_scanned(settings: Any) -> None:
    settings.CLEARINGHOUSE_CLAMD = ""
    assert scanner() is None


@pytest.mark.django_db
def test_only_what_the_scanner_clears_is_stored(clamd: Any, settings: Any, tmp_path: Path) -> None:
    settings.CLEARINGHOUSE_PRIVATE_ROOT = private = tmp_path / "private"
    world = make_world()

    def add(name: str, content: bytes) -> Any:
        return add_file(
            submission_id=world.submission.pk,
            upload=ContentFile(content, name=name),
            title="",
            role="other",
            visibility="staff",
            actor=world.owner,
        )

    settings.CLEARINGHOUSE_CLAMD, server = clamd()
    with pytest.raises(ValidationError, match="Eicar-Test-Signature") as found:
        add("bad.txt", MARK)
    settings.CLEARINGHOUSE_CLAMD = f"unix:{tmp_path / 'nowhere'}"
    with pytest.raises(ValidationError, match="could not be checked") as silent:
        add("good.pdf", pdf())
    assert [error.value.error_dict["upload"][0].code for error in (found, silent)] == [
        "infected",
        "unchecked",
    ]
    assert (contents(private), StoredFile.objects.count()) == ([], 0)
    settings.CLEARINGHOUSE_CLAMD, server = clamd()
    assert add("good.pdf", pdf()).name == "good.pdf"
    assert server.received == [pdf()]
