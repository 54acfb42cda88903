"""Runs the child that reads one file, within limits of time, memory, input and output."""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.files.base import File

from search.enums import TextState, Unreadable

_CHILD = Path(__file__).with_name("child.py")
_MOST_OUTPUT = 2_000_000
"""Bytes of JSON that a child may write: the longest text, each character escaped, and more."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of a file."""

    state: TextState
    text: str = ""
    reason: Unreadable | None = None


def read_file(file: "File[bytes]") -> Reading:
    """Return the text of a PDF, DOCX or PPTX file, or why there is none.

    Raises OSError where the storage fails to hand it out.
    """
    if file.size > settings.CLEARINGHOUSE_EXTRACTION_MOST_BYTES:
        return Reading(TextState.TOO_LARGE)
    with tempfile.TemporaryFile() as content:
        with file.open("rb") as opened:
            for chunk in opened.chunks():
                content.write(chunk)
        content.seek(0)
        with tempfile.TemporaryFile() as answer:
            return _answered(content.fileno(), answer)


def _answered(content: int, answer: BinaryIO) -> Reading:
    seconds = settings.CLEARINGHOUSE_EXTRACTION_SECONDS
    limits = (str(settings.CLEARINGHOUSE_EXTRACTION_MEGABYTES), str(seconds), str(_MOST_OUTPUT))
    # No secret of the site goes along; -P keeps our modules out of the libraries' way.
    kept = {name: os.environ[name] for name in ("PYTHONPATH", "SYSTEMROOT") if name in os.environ}
    try:
        ended = subprocess.run(  # noqa: S603 - our own module
            [sys.executable, "-P", str(_CHILD), *limits],
            stdin=content,
            stdout=answer.fileno(),
            stderr=subprocess.DEVNULL,
            env=kept,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Reading(TextState.UNREADABLE, reason=Unreadable.TIME)
    answer.seek(0)
    return _understood(ended.returncode, answer.read(_MOST_OUTPUT))


def _understood(code: int, written: bytes) -> Reading:
    """Return what a child said; one that ended before it said anything met a damaged file."""
    if code != 0:
        return Reading(TextState.UNREADABLE, reason=Unreadable.DAMAGED)
    said: dict[str, str] = json.loads(written)
    if said["reason"]:
        return Reading(TextState.UNREADABLE, reason=Unreadable(said["reason"]))
    return Reading(TextState.READ if said["text"] else TextState.EMPTY, said["text"])
