"""Archives and Office documents that nobody should open, made as an attacker would make them."""

import io
import stat
import struct
import zipfile
import zlib

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from docx import Document
from openpyxl import Workbook
from pptx import Presentation

from resource_library.services import CONTENT_TYPES, archives, check_upload

MACHO = bytes.fromhex("cffaedfe") + b"\x00" * 60
TYPES = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
BOMB_OF_ENTITIES = b'<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>'
EXTERNAL = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'


def refusal(name: str, content: bytes) -> str | None:
    """Return the code of the reason why it is refused, None where it is accepted."""
    try:
        check_upload(ContentFile(content), name=name, allowed=CONTENT_TYPES, max_bytes=10**9)
    except ValidationError as error:
        return error.code
    return None


def packed(
    *parts: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED
) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in parts:
            archive.writestr(name, content)
    return buffer.getvalue()


def office(main: bytes = b"<w/>", types: bytes = TYPES, *more: tuple[str, bytes]) -> bytes:
    return packed(("[Content_Types].xml", types), ("word/document.xml", main), *more)


def link(name: str, target: bytes) -> tuple[zipfile.ZipInfo, bytes]:
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info, target


def directory_entry(content: bytes, name: bytes) -> int:
    """Return where the entry of a part begins in the list of parts."""
    at = content.index(b"PK\x01\x02")
    while content[at + 46 : at + 46 + len(name)] != name:
        at = content.index(b"PK\x01\x02", at + 4)
    return at


def changed(content: bytes, name: bytes, offset: int, form: str, value: int) -> bytes:
    """Return the archive with one field of a part's entry in the list changed."""
    at = directory_entry(content, name) + offset
    return content[:at] + struct.pack(form, value) + content[at + struct.calcsize(form) :]


def understated() -> bytes:
    """A part that says it unpacks to 10 bytes, with the checksum of these, and goes on and on."""
    content = packed(("a.txt", b"\x00" * 5_000_000))
    content = changed(content, b"a.txt", 24, "<I", 10)
    return changed(content, b"a.txt", 16, "<I", zlib.crc32(b"\x00" * 10))


def overlapping() -> bytes:
    """Many entries that all unpack the one part."""
    content = packed(("a.txt", b"\x00" * 1_000_000), ("b.txt", b"\x00" * 1_000_000))
    return changed(content, b"b.txt", 42, "<I", 0)


def long_list() -> bytes:
    """A list of parts that says it is longer than is read as a whole."""
    content = packed(("a.txt", b"a"))
    at = content.rindex(b"PK\x05\x06") + 12
    return content[:at] + struct.pack("<I", 300_000_000) + content[at + 4 :]


REFUSED = {
    "ratio": ("a.zip", packed(("a.txt", b"\x00" * 40_000_000)), "expands"),
    "ratio of a document": (
        "a.docx",
        office(b"<w/>", TYPES, ("word/media/a.png", b"\x00" * 40_000_000)),
        "expands",
    ),
    "understated size": ("a.zip", understated(), "expands"),
    "overlap": ("a.zip", overlapping(), "expands"),
    "long list": ("a.zip", long_list(), "expands"),
    "parent folder": ("a.zip", packed(("../../a.txt", b"a")), "path"),
    "parent folder, other slash": ("a.zip", packed(("a\\..\\..\\a.txt", b"a")), "path"),
    "absolute": ("a.zip", packed(("/etc/cron.d/a", b"a")), "path"),
    "drive": ("a.zip", packed(("C:/a.txt", b"a")), "path"),
    "symlink": ("a.zip", packed(link("a.txt", b"/etc/passwd")), "path"),
    "symlink in a document": (
        "a.docx",
        packed(("[Content_Types].xml", TYPES), link("word/document.xml", b"/etc/passwd")),
        "path",
    ),
    "password": (
        "a.zip",
        changed(packed(("a.txt", b"secret")), b"a.txt", 8, "<H", 1),
        "encrypted",
    ),
    "nested": ("a.zip", packed(("more.zip", packed(("a.txt", b"a")))), "nested"),
    "nested, any case": ("a.zip", packed(("more.RAR", b"a")), "nested"),
    "program by name": ("a.zip", packed(("setup.exe", b"a")), "executable"),
    "script by name": ("a.zip", packed(("page.js", b"a")), "executable"),
    "program by content": ("a.zip", packed(("a.pdf", b"MZ\x90\x00" + b"\x00" * 80)), "executable"),
    "other program by content": ("a.zip", packed(("a.pdf", MACHO)), "executable"),
    "shell script by content": ("a.zip", packed(("a.pdf", b"#!/bin/sh\n")), "executable"),
    "program in a document": ("a.docx", office(b"<w/>", TYPES, ("a.vbs", b"a")), "executable"),
    "macros inside": ("a.zip", packed(("a.docm", b"a")), "macros"),
    "macros by type": (
        "a.docx",
        office(
            b"<w/>",
            b'<Types><Override ContentType="application/vnd.ms-word.document.macroEnabled'
            b'.main+xml" PartName="/word/document.xml"/></Types>',
        ),
        "macros",
    ),
    "entities": ("a.docx", office(BOMB_OF_ENTITIES), "entities"),
    "external entity": ("a.docx", office(EXTERNAL), "entities"),
    "external entity in the types": ("a.docx", office(b"<w/>", EXTERNAL), "entities"),
    "external entity, other encoding": (
        "a.docx",
        office(b"\xff\xfe" + EXTERNAL.decode().encode("utf-16-le")),
        "entities",
    ),
    "no markup": ("a.docx", office(b"<w>"), "damaged"),
    "changed content": (
        "a.zip",
        packed(("a.txt", b"abc"), method=zipfile.ZIP_STORED).replace(b"abc", b"abd"),
        "damaged",
    ),
    "cut off inside a part": (
        "a.zip",
        changed(packed(("a.txt", b"a" * 99)), b"a.txt", 20, "<I", 3),
        "damaged",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_it_is_refused_with_its_reason(case: str) -> None:
    name, content, code = REFUSED[case]
    assert refusal(name, content) == code


def test_too_many_parts_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_PARTS", 3)
    parts = [(f"{number}.txt", b"a") for number in range(4)]
    assert refusal("a.zip", packed(*parts[:3])) is None
    assert refusal("a.zip", packed(*parts)) == "expands"


def test_two_parts_of_one_name_are_refused() -> None:
    content = packed(("a.txt", b"a"), ("b.txt", b"b")).replace(b"b.txt", b"a.txt")
    assert refusal("a.zip", content) == "path"


def saved(document: object) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)  # type: ignore[attr-defined]
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.docx", saved(Document())),
        ("a.pptx", saved(Presentation())),
        ("a.xlsx", saved(Workbook())),
        ("a.zip", packed(("folder/", b""), ("folder/a.pdf", b"%PDF-"), ("b.docx", b"PK"))),
        ("a.zip", packed(("imsmanifest.xml", b"<manifest/>"), ("player.js", b"go()"))),
        ("a.zip", packed(("a.txt", b"\x00" * 100_000))),
        ("a.docx", office(b"<w/>", TYPES, ("word/embeddings/oleObject1.bin", b"a"))),
    ],
)
def test_what_people_send_is_accepted(name: str, content: bytes) -> None:
    assert refusal(name, content) is None


def test_an_archive_with_a_long_list_of_the_larger_form_is_measured_too() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive, archive.open("a.txt", "w", force_zip64=True) as a:
        a.write(b"a")
    content = buffer.getvalue()
    assert refusal("a.zip", content) is None
    at = content.rindex(b"PK\x05\x06")
    record = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, 300_000_000, 0)
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, at, 1)
    assert refusal("a.zip", content[:at] + record + locator + content[at:]) == "expands"
