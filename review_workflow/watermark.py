"""Marking a PDF with the name of the reviewer it is handed to; the stored file stays as it is."""

import json
import shutil
import tempfile
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from wagtail.coreutils import string_to_ascii

from resource_library.services import run_apart

MOST_BYTES = 50 * 1024 * 1024
"""The largest PDF that is marked; the process that marks it takes no more than 500 pages."""
_MOST_GROWTH = 4 * 1024 * 1024
_CHILD = Path(__file__).with_name("watermark_child.py")
_DRAWABLE = "cp1252"
"""What the fonts that every reader of PDF has can show."""


class CannotMark(Exception):  # noqa: N818 - says what happened
    """A PDF cannot be marked: encrypted, damaged, too large, too long, or too slow to read."""


def mark_of(user: Any, number: str) -> str:
    """Return the line that stands on every page: for whom, when, for which case."""
    name = user.get_full_name() or user.get_username()
    line = _("For review by %(name)s, %(date)s; case %(case)s") % {
        "name": name,
        "date": date_format(timezone.localdate(), "DATE_FORMAT"),
        "case": number,
    }
    return "".join(_drawable(letter) for letter in line)


def _drawable(letter: str) -> str:
    try:
        letter.encode(_DRAWABLE)
    except UnicodeEncodeError:
        return string_to_ascii(letter)
    return letter


def marked(content: IO[bytes], line: str) -> BytesIO:
    """Return a copy of a PDF with the line on every page; raises CannotMark."""
    with tempfile.TemporaryFile() as given:
        given.write(json.dumps(line).encode() + b"\n")
        shutil.copyfileobj(content, given)
        size = given.tell()
        if size > MOST_BYTES:
            raise CannotMark
        given.seek(0)
        try:
            copy = run_apart(_CHILD, given, most_output=size + _MOST_GROWTH)
        except TimeoutError as error:
            raise CannotMark from error
    if not copy:
        raise CannotMark
    return BytesIO(copy)
