"""Pictures of the first pages of PDF files, made as due work in a process of its own.

A file in the folder `waiting` asks for one; whoever renames it into `working` makes it. A PDF that
cannot be drawn has no picture and is not tried again: nothing waits for it.
"""

import os
import time
from pathlib import Path

from django.conf import settings

from curriculum_pages.models import StoredFile
from resource_library.services import run_apart

_CHILD = Path(__file__).with_name("thumbnail_child.py")
_MOST_BYTES = 2 * 1024 * 1024
_A_TURN = 5
_ABANDONED_AFTER = 600.0
"""Seconds after which a worker that began a picture is taken for dead."""


def thumbnail_path(sha256: str) -> Path:
    """Return where the picture of a content lies, if there is one."""
    return _folder() / f"{sha256}.png"


def ask_for_thumbnail(sha256: str) -> None:
    """Let a picture of this content be made soon."""
    if thumbnail_path(sha256).exists():
        return
    waiting = _folder() / "waiting"
    waiting.mkdir(mode=0o700, parents=True, exist_ok=True)
    (waiting / sha256).touch(mode=0o600)


def make_waiting_thumbnails() -> int:
    """Make some of the pictures that wait; return how many were made.

    Raises OSError where the folder of private files refuses.
    """
    waiting, working = _folder() / "waiting", _folder() / "working"
    if not waiting.is_dir():
        return 0
    working.mkdir(mode=0o700, exist_ok=True)
    for left in working.iterdir():
        if time.time() - left.stat().st_mtime > _ABANDONED_AFTER:
            left.unlink(missing_ok=True)
    return sum(_made(claim, working) for claim in sorted(waiting.iterdir())[:_A_TURN])


def _made(claim: Path, working: Path) -> bool:
    """Return whether this process claimed it and made its picture."""
    mine = working / claim.name
    try:
        claim.touch()
        os.rename(claim, mine)  # noqa: PTH104 - whoever comes second fails here
    except FileNotFoundError:
        return False
    stored = StoredFile.objects.filter(sha256=claim.name).first()
    picture = _drawn(stored) if stored is not None else b""
    if picture:
        part = mine.with_suffix(".part")
        part.write_bytes(picture)
        part.chmod(0o600)
        part.replace(thumbnail_path(claim.name))
    mine.unlink(missing_ok=True)
    return bool(picture)


def _drawn(stored: StoredFile) -> bytes:
    """Return the picture of the first page as PNG; empty where it cannot be drawn."""
    if stored.size > settings.CLEARINGHOUSE_EXTRACTION_MOST_BYTES:
        return b""
    with stored.file.open("rb") as content:
        try:
            return run_apart(_CHILD, content, most_output=_MOST_BYTES) or b""
        except TimeoutError:
            return b""


def _folder() -> Path:
    return Path(settings.CLEARINGHOUSE_PRIVATE_ROOT) / "thumbnails"
