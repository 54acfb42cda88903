"""Uploads that are large, that break off, or that the disk has no room for."""

import resource
import shutil
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from curriculum_pages.models import StoredFile
from submission_portal.models import SubmissionFile

from .films import BOUNDARY, FTYP, MB, PIECE, Film
from .uploads import World, browser, contents, make_world, page_of, pdf

pytestmark = [pytest.mark.django_db, pytest.mark.fault]


@pytest.fixture
def private(settings: Any) -> Path:
    folder = Path(settings.CLEARINGHOUSE_PRIVATE_ROOT)
    shutil.rmtree(folder, ignore_errors=True)
    return folder


@pytest.fixture
def world(private: Path) -> World:
    return make_world()


def send(world: World, film: Film) -> Any:
    return browser(world.owner).generic(
        "POST",
        page_of(world),
        headers={"Accept": "application/json"},
        **{
            "wsgi.input": film,
            "CONTENT_LENGTH": str(film.length),
            "CONTENT_TYPE": f"multipart/form-data; boundary={BOUNDARY}",
        },
    )


@pytest.fixture
def size(request: pytest.FixtureRequest) -> int:
    """Return how large a large upload is: the largest that is accepted with --full."""
    return 200 * MB if request.config.getoption("full") else 24 * MB


def test_a_large_upload_needs_no_memory(world: World, private: Path, size: int) -> None:
    send(world, Film(MB))  # whatever is loaded at the first time
    tracemalloc.start()
    try:
        answer = send(world, Film(size))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert answer.json() == {"stored": ["film.mp4"], "faults": []}
    assert peak < 4 * MB
    stored = StoredFile.objects.get(size=size)
    assert Path(stored.file.path).stat().st_size == size
    assert len(contents(private)) == 2  # nothing is left in the entrance


def test_one_byte_too_many_is_refused(world: World, private: Path, settings: Any) -> None:
    settings.CLEARINGHOUSE_MAX_UPLOAD_BYTES = MB
    assert send(world, Film(MB + 1)).status_code == 400
    assert contents(private) == []
    assert send(world, Film(MB)).status_code == 201


@pytest.mark.parametrize("way", ["ends", "is reset"])
def test_a_dropped_connection_leaves_nothing(world: World, private: Path, way: str) -> None:
    whole = Film(MB).length
    for breaks_at in (10, 400, MB // 2, whole - 150, whole - 100):
        answer = send(world, Film(MB, breaks_at, is_reset=way == "is reset"))
        assert answer.status_code == 400
        assert "cut off on its way" in answer.json()["faults"][0]
        assert contents(private) == []
    assert (SubmissionFile.objects.count(), StoredFile.objects.count()) == (0, 0)


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """Let no file of this process become larger: the system refuses as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_is_told_and_loses_nothing(world: World, private: Path) -> None:
    kept = world.add("kept.pdf", pdf("kept"))
    before = contents(private)
    film = FTYP + (40 * MB).to_bytes(4, "big") + b"mdat" + bytes(40 * MB - 8)
    with room_for(32 * MB):
        answer = send(world, Film(40 * MB))
        with pytest.raises(ValidationError, match="no room") as refused:
            world.add("film.mp4", film)
    assert answer.status_code == 507
    assert "no room for this file" in answer.json()["faults"][0]
    assert refused.value.error_dict["upload"][0].code == "no_space"
    assert contents(private) == before
    assert kept.stored_file.file.open("rb").read() == pdf("kept")
    kept.stored_file.file.close()
    assert world.add("film.mp4", film).version == 1


def test_a_file_in_memory_is_written_beside_its_place(world: World, private: Path) -> None:
    world.add("a.txt", b"a" * PIECE, upload=ContentFile(b"a" * PIECE, name="a.txt"))
    assert [path.name.count(".") for path in contents(private)] == [0]
