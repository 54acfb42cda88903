"""Checking that an upload is what its name says: its kind, its size, its first and last bytes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from types import MappingProxyType

import filetype
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from .archives import MAIN_PART, check_archive, cut_off

_OOXML = "application/vnd.openxmlformats-officedocument."
CONTENT_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "pdf": "application/pdf",
        "docx": f"{_OOXML}wordprocessingml.document",
        "pptx": f"{_OOXML}presentationml.presentation",
        "xlsx": f"{_OOXML}spreadsheetml.sheet",
        "zip": "application/zip",
        "mp4": "video/mp4",
        "jpg": "image/jpeg",
        "png": "image/png",
        "txt": "text/plain",
    }
)
"""The media type of each kind of file that may be uploaded, by its usual extension."""
_SYNONYMS = {"jpeg": "jpg", "m4v": "mp4"}
_ENDS = {"pdf": b"%%EOF", "jpg": b"\xff\xd9", "png": b"IEND"}
_TAIL = 2048
_HEAD = 8192


@dataclass(frozen=True, slots=True)
class CheckedUpload:
    """What a file turned out to be: its usual extension, its media type, its size in bytes."""

    kind: str
    content_type: str
    size: int


def check_upload(
    content: "File[bytes]", *, name: str, allowed: Collection[str], max_bytes: int
) -> CheckedUpload:
    """Return what the content is; leaves it at its beginning.

    Raises ValidationError with the reason where the file is empty, too large, cut off, of a kind
    that is not among `allowed` (keys of `CONTENT_TYPES`), not what its extension says, or an
    archive that `archives` refuses.
    """
    extension = PurePosixPath(name).suffix.removeprefix(".").lower()
    kind = _SYNONYMS.get(extension, extension)
    if kind not in allowed:
        raise ValidationError(
            _("Files of this kind are not accepted. Give one of: %(kinds)s.")
            % {"kinds": ", ".join(sorted(allowed))},
            code="kind",
        )
    size = content.size
    if not size:
        raise ValidationError(_("The file is empty."), code="empty")
    if size > max_bytes:
        raise ValidationError(
            _("The file has %(size)s; at most %(limit)s are accepted.")
            % {"size": filesizeformat(size), "limit": filesizeformat(max_bytes)},
            code="size",
        )
    content.seek(0)
    try:
        _check_content(content, kind, size)
    finally:
        content.seek(0)
    return CheckedUpload(kind, CONTENT_TYPES[kind], size)


def _check_content(content: "File[bytes]", kind: str, size: int) -> None:
    if kind == "txt":
        return _check_text(content)
    found = filetype.guess(content.read(_HEAD))
    family = "zip" if kind in MAIN_PART else kind
    if found is None or (found.extension != family and not _is_of_zip_family(found, family)):
        raise ValidationError(
            _("The content is not what the name says: it is %(found)s, not %(kind)s.")
            % {"found": found.mime if found else _("of an unknown kind"), "kind": kind},
            code="content",
        )
    if family == "zip":
        return check_archive(content, kind)
    content.seek(max(0, size - _TAIL))
    tail = content.read(_TAIL)
    if kind in _ENDS and _ENDS[kind] not in tail:
        raise cut_off()
    if kind == "mp4":
        _check_boxes(content, size)
    return None


def _is_of_zip_family(found: filetype.Type, family: str) -> bool:
    return family == "zip" and found.extension in {"zip", "docx", "pptx", "xlsx"}


def _check_text(content: "File[bytes]") -> None:
    """Read in pieces; refuse what is no UTF-8 text or looks like another kind of file."""
    head = content.read(_HEAD)
    if head.startswith(b"#!"):
        raise ValidationError(_("The content is a script, not a text."), code="executable")
    if filetype.guess(head) is not None or b"\x00" in head:
        raise ValidationError(_("The content is not plain text."), code="content")
    content.seek(0)
    rest = b""
    for chunk in content.chunks():
        try:
            (rest + chunk).decode()
            rest = b""
        except UnicodeDecodeError as error:
            rest = (rest + chunk)[error.start :]
            if error.reason != "unexpected end of data":
                raise ValidationError(
                    _("The content is not plain text in UTF-8."), code="content"
                ) from error
    if rest:
        raise cut_off()


def _check_boxes(content: "File[bytes]", size: int) -> None:
    """Follow the outermost boxes of an MP4: the last must end where the file ends."""
    at = 0
    while at < size:
        content.seek(at)
        header = content.read(16)
        length = int.from_bytes(header[:4], "big")
        if length == 1 and len(header) == 16:  # noqa: PLR2004 - a box header with a long length
            length = int.from_bytes(header[8:], "big")
        elif length == 0:
            return
        if length < 8 or at + length > size:  # noqa: PLR2004 - the shortest box is its own header
            raise cut_off()
        at += length
