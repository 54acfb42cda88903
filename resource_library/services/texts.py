"""Reads the text of one file in a child, within limits of time, memory, input and output."""

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.files.base import File

from resource_library.enums import TextState, Unreadable

from .processes import run_apart

_CHILD = Path(__file__).with_name("text_child.py")
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
        try:
            written = run_apart(_CHILD, content, most_output=_MOST_OUTPUT)
        except TimeoutError:
            return Reading(TextState.UNREADABLE, reason=Unreadable.TIME)
    return _understood(written)


def _understood(written: bytes | None) -> Reading:
    """Return what a child said; one that ended before it said anything met a damaged file."""
    if written is None:
        return Reading(TextState.UNREADABLE, reason=Unreadable.DAMAGED)
    said: dict[str, str] = json.loads(written)
    if said["reason"]:
        return Reading(TextState.UNREADABLE, reason=Unreadable(said["reason"]))
    return Reading(TextState.READ if said["text"] else TextState.EMPTY, said["text"])
