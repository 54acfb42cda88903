"""What an archive, or an Office document, may hold: looked at part by part, never unpacked to disk.

The list of parts is believed only after every part was read to its end within the limits.
"""

import re
import stat
import struct
import xml.sax
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any, NoReturn
from xml.sax.handler import ContentHandler

from defusedxml import DefusedXmlException
from defusedxml import sax as defused_sax
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

MOST_PARTS = 10_000
MOST_DIRECTORY = 4 * 1024 * 1024
"""Bytes of the list of parts, which is read as a whole."""
MOST_UNPACKED = 1024 * 1024 * 1024
"""Bytes that all parts may unpack to."""
MOST_RATIO = 100
"""How many times its own size an archive may unpack to, once that is more than `RATIO_FREE`."""
RATIO_FREE = 16 * 1024 * 1024
MOST_MARKUP = 40 * 1024 * 1024
"""Bytes of a part of a document whose markup is read."""
MAIN_PART = {
    "docx": "word/document.xml",
    "pptx": "ppt/presentation.xml",
    "xlsx": "xl/workbook.xml",
}
_TYPES_PART = "[Content_Types].xml"
_EXECUTABLE = frozenset(
    "apk app bat bin cmd com cpl dll dmg elf exe gadget hta inf jar js jse lnk msc msi msp pif ps1"
    " psm1 reg scf scr sh sys vb vbe vbs ws wsc wsf wsh".split()
)
_ARCHIVES = frozenset("7z ace arj bz2 cab gz iso lzh rar tar tbz tgz txz xz z zip zst".split())
_MACROS = frozenset("docm dotm pptm potm ppsm ppam xlsm xltm xlam xlsb".split())
_COURSE_MANIFESTS = frozenset({"imsmanifest.xml", "cmi5.xml"})
"""A course package brings its player along: scripts of web pages are part of it."""
_STORED, _DEFLATED = 0, 8
_ENCRYPTED = 0x1 | 0x40
_CHUNK = 64 * 1024
_HEAD = 64
_LOCAL = struct.Struct("<4s22xHH")
_END, _END_64 = b"PK\x05\x06", b"PK\x06\x06"
_END_SIZE, _END_64_SIZE, _LOCATOR_SIZE = 22, 56, 20
_DRIVE = re.compile(r"^[A-Za-z]:")
_MACHO = tuple(bytes.fromhex(magic) for magic in ("feedface feedfacf cefaedfe cffaedfe").split())


def is_executable(head: bytes) -> bool:
    """Return whether a content that begins like this is a program or a script."""
    if head.startswith((b"\x7fELF", b"#!", *_MACHO)):
        return True
    return head.startswith(b"MZ") and b"\x00" in head[:_HEAD]


def check_archive(content: "File[bytes]", kind: str) -> None:
    """Raise ValidationError with the reason where no archive of this kind may be like this."""
    size = content.size or 0
    if _directory_size(content, size) > MOST_DIRECTORY:
        _refuse_bomb()
    content.seek(0)
    try:
        with zipfile.ZipFile(content) as archive:
            parts = archive.infolist()
            _check_list(parts, size)
            _check_names(parts, kind)
            for part in parts:
                _check_part(content, part)
            if kind in MAIN_PART:
                _check_document(archive, kind)
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        zlib.error,
        struct.error,
        EOFError,
        ValueError,
        NotImplementedError,
    ) as error:
        raise cut_off() from error


def cut_off() -> ValidationError:
    """Return the refusal of a file that does not come to its end."""
    return ValidationError(_("The file is damaged or was cut off."), code="damaged")


def _refuse_bomb() -> NoReturn:
    raise ValidationError(
        _("The archive unpacks to far too much: at most %(limit)s in %(count)s parts.")
        % {"limit": filesizeformat(MOST_UNPACKED), "count": MOST_PARTS},
        code="expands",
    )


def _refuse(reason: str, code: str, name: str) -> NoReturn:
    raise ValidationError(reason % {"name": name[:100]}, code=code)


def _directory_size(content: "File[bytes]", size: int) -> int:
    """Return how long the list of parts says it is; found as `zipfile` finds it."""
    start = max(0, size - _END_SIZE - 0xFFFF - _END_64_SIZE - _LOCATOR_SIZE)
    content.seek(start)
    tail = content.read(size - start)
    at = len(tail) - _END_SIZE
    if not (tail[at : at + 4] == _END and tail.endswith(b"\x00\x00")):
        at = tail.rfind(_END)
    if at < 0:
        raise cut_off()
    before = tail[max(0, at - _LOCATOR_SIZE - _END_64_SIZE) : at]
    if before.startswith(_END_64) and len(before) == _LOCATOR_SIZE + _END_64_SIZE:
        return int.from_bytes(before[40:48], "little")
    return int.from_bytes(tail[at + 12 : at + 16], "little")


def _check_list(parts: list[zipfile.ZipInfo], size: int) -> None:
    """Refuse by what the list says: too many, too large, one inside another, locked."""
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED:
        _refuse_bomb()
    if unpacked > RATIO_FREE and unpacked > size * MOST_RATIO:
        _refuse_bomb()
    end = 0
    for part in sorted(parts, key=lambda each: each.header_offset):
        if part.header_offset < end:
            _refuse_bomb()
        end = part.header_offset + _LOCAL.size + part.compress_size
        if part.flag_bits & _ENCRYPTED:
            _refuse(
                _("The archive is locked by a password: “%(name)s”."), "encrypted", part.filename
            )


def _check_names(parts: list[zipfile.ZipInfo], kind: str) -> None:
    seen: set[str] = set()
    is_course = any(part.filename.lower() in _COURSE_MANIFESTS for part in parts)
    for part in parts:
        name = part.orig_filename.replace("\\", "/")
        mode = part.external_attr >> 16
        is_special = stat.S_IFMT(mode) not in {0, stat.S_IFREG, stat.S_IFDIR}
        if (
            "\x00" in name
            or name.startswith("/")
            or _DRIVE.match(name)
            or ".." in name.split("/")
            or is_special
        ):
            _refuse(
                _("The archive has a part that would leave its folder: “%(name)s”."), "path", name
            )
        if name in seen:
            _refuse(_("The archive has two parts of one name: “%(name)s”."), "path", name)
        seen.add(name)
        _check_extension(name, kind, is_course=is_course)


def _check_extension(name: str, kind: str, *, is_course: bool) -> None:
    """Refuse by its name what cannot be looked into, or runs."""
    extension = PurePosixPath(name).suffix.removeprefix(".").lower()
    if extension == "js" and is_course:
        return
    if kind in MAIN_PART:
        # Office keeps embedded objects and printer settings as `.bin`; macros are told apart.
        if name.endswith("vbaProject.bin"):
            raise ValidationError(_("Documents with macros are not accepted."), code="macros")
        if extension == "bin":
            return
    if extension in _EXECUTABLE:
        _refuse(_("The archive holds a program or script: “%(name)s”."), "executable", name)
    if extension in _MACROS:
        _refuse(_("The archive holds a document with macros: “%(name)s”."), "macros", name)
    if extension in _ARCHIVES:
        _refuse(_("The archive holds another archive: “%(name)s”."), "nested", name)


def _check_part(content: "File[bytes]", part: zipfile.ZipInfo) -> None:
    """Read a part to its end: it must be as long and as whole as the list says, and no program."""
    crc = length = 0
    head = b""
    for piece in _unpacked(content, part):
        if len(head) < _HEAD:
            head = (head + piece)[:_HEAD]
        length += len(piece)
        if length > part.file_size:
            _refuse_bomb()
        crc = zlib.crc32(piece, crc)
    if length != part.file_size or crc != part.CRC:
        raise cut_off()
    if is_executable(head):
        _refuse(
            _("The archive holds a program or script: “%(name)s”."), "executable", part.filename
        )


def _unpacked(content: "File[bytes]", part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield what a part unpacks to, in pieces of limited size."""
    content.seek(part.header_offset)
    magic, name, extra = _LOCAL.unpack(content.read(_LOCAL.size))
    if magic != b"PK\x03\x04" or part.compress_type not in {_STORED, _DEFLATED}:
        raise cut_off()
    content.seek(name + extra, 1)
    left = part.compress_size
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    while left > 0:
        packed = content.read(min(_CHUNK, left))
        if not packed:
            raise cut_off()
        left -= len(packed)
        if part.compress_type == _STORED:
            yield packed
            continue
        if inflater.eof:
            raise cut_off()
        while packed:
            yield inflater.decompress(packed, _CHUNK)
            packed = inflater.unconsumed_tail
    if part.compress_type == _DEFLATED:
        while piece := inflater.decompress(inflater.unconsumed_tail, _CHUNK):
            yield piece
        if not inflater.eof or inflater.unused_data:
            raise cut_off()


def _check_document(archive: zipfile.ZipFile, kind: str) -> None:
    """Refuse what is no document of this kind, and markup that names anything outside of it."""
    names = set(archive.namelist())
    main = MAIN_PART[kind]
    if main not in names:
        raise ValidationError(
            _("The content is not what the name says: it is no %(kind)s document.")
            % {"kind": kind},
            code="content",
        )
    for name in (_TYPES_PART, "_rels/.rels", main):
        if name in names:
            _check_markup(archive, name)


class _Reader(ContentHandler):
    """Reads to the end; in the list of types, refuses documents that may run macros."""

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802 - the parser's name
        """Look at the type that a part is said to have."""
        if "macroEnabled" in attrs.get("ContentType", ""):
            raise ValidationError(_("Documents with macros are not accepted."), code="macros")


def _check_markup(archive: zipfile.ZipFile, name: str) -> None:
    if archive.getinfo(name).file_size > MOST_MARKUP:
        _refuse_bomb()
    try:
        with archive.open(name) as part:
            defused_sax.parse(part, _Reader(), forbid_dtd=True)
    except DefusedXmlException as error:
        raise ValidationError(
            _("The document declares entities or a document type, which is not accepted."),
            code="entities",
        ) from error
    except xml.sax.SAXException as error:
        raise cut_off() from error
