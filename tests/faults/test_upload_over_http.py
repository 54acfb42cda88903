"""A large upload to a server of its own: its memory stays flat, and a cut wire leaves nothing."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings as project

from curriculum_pages.models import StoredFile
from submission_portal.models import SubmissionFile
from tests.integration.submission_portal.films import BOUNDARY, MB, PIECE, Film
from tests.integration.submission_portal.uploads import (
    World,
    browser,
    contents,
    make_world,
    page_of,
)

from .conftest import ROOT, own_database

pytestmark = [
    pytest.mark.fault,
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("migrated_rows"),
]
SECONDS = 120
MOST_GROWTH = 24 * MB
"""By how much the process may grow: libraries that the first file of a kind loads, no content."""


class Server:
    """The site in a process of its own, and what of memory and folders it has taken."""

    def __init__(self, process: "subprocess.Popen[str]", address: str, private: Path) -> None:
        self.process, self.address, self.private = process, address, private

    def most_memory(self) -> int:
        """Return the most bytes that the process ever held."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        assert found
        return int(found[1]) * 1024

    def send(self, world: World, film: Film, *, cut_after: int | None = None) -> Any:
        """Send the film as a browser does; return the answer, None where the wire was cut."""
        address = page_of(world)
        session = browser(world.owner).cookies[project.SESSION_COOKIE_NAME].value
        wire = HTTPConnection(self.address, timeout=SECONDS)
        cookie = f"{project.SESSION_COOKIE_NAME}={session}"
        wire.request("GET", address, headers={"Cookie": cookie})
        page = wire.getresponse()
        page.read()
        token = re.search(r"csrftoken=(\w+)", page.headers["Set-Cookie"])
        assert token
        wire.putrequest("POST", address)
        for name, value in {
            "Cookie": f"{cookie}; csrftoken={token[1]}",
            "X-CSRFToken": token[1],
            "Accept": "application/json",
            "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
            "Content-Length": str(film.length),
        }.items():
            wire.putheader(name, value)
        wire.endheaders()
        sent = 0
        while piece := film.read(PIECE):
            wire.send(piece)
            sent += len(piece)
            if cut_after is not None and sent > cut_after:
                wire.close()
                return None
        answer = wire.getresponse()
        told = json.loads(answer.read())
        wire.close()
        return answer.status, told


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    process = subprocess.Popen(
        [sys.executable, "manage.py", "serve", "--json", "--quiet", "--port", "0"],
        cwd=ROOT,
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "tests.faults.process_settings",
            "DATABASE_URL": own_database(),
            "ELASTICSEARCH_URL": "",
            "FAULTS_PRIVATE": str(tmp_path),
        },
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    announced = json.loads(process.stdout.readline())
    yield Server(process, urlsplit(announced["url"]).netloc, tmp_path)
    process.send_signal(signal.SIGINT)
    process.wait(SECONDS)
    process.stdout.close()


def test_a_large_upload_over_http_needs_no_memory(
    server: Server, request: pytest.FixtureRequest
) -> None:
    size = (200 if request.config.getoption("full") else 64) * MB
    world = make_world()
    assert server.send(world, Film(MB))[0] == 201  # whatever is loaded at the first time
    before = server.most_memory()
    status, told = server.send(world, Film(size))
    assert (status, told) == (201, {"stored": ["film.mp4"], "faults": []})
    grown = server.most_memory() - before
    assert grown < MOST_GROWTH, f"{grown / MB:.1f} MB"
    assert StoredFile.objects.filter(size=size).exists()
    assert len(contents(server.private / "files")) == 2


def test_a_wire_that_is_cut_leaves_nothing(server: Server) -> None:
    world = make_world()
    assert server.send(world, Film(64 * MB), cut_after=32 * MB) is None
    # The server may still be reading: it has finished once the entrance is empty again.
    end = monotonic() + SECONDS
    while contents(server.private):
        assert monotonic() < end
    assert server.send(world, Film(MB))[0] == 201
    assert StoredFile.objects.count() == SubmissionFile.objects.count() == 1
    assert len(contents(server.private)) == 1
