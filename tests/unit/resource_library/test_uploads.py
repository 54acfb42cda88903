import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from resource_library.services import CONTENT_TYPES, check_upload

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def check(name, content, limit=10_000, allowed=frozenset(CONTENT_TYPES)):
    return check_upload(ContentFile(content), name=name, allowed=allowed, max_bytes=limit)


def make_zip(*names):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            markup = name.endswith((".xml", ".rels"))
            archive.writestr(name, b"<part/>" if markup else b"x" * 50)
    return buffer.getvalue()


DOCX = make_zip("[Content_Types].xml", "_rels/.rels", "word/document.xml")
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 30
MZ = b"MZ\x90\x00" + b"\x00" * 300
ELF = b"\x7fELF\x02\x01\x01" + b"\x00" * 300


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.pdf", b"", "empty"),
        ("a.pdf", MZ, "content"),
        ("a.docx", MZ, "content"),
        ("a.txt", ELF, "content"),
        ("a.txt", MZ, "content"),
        ("a.exe", MZ, "kind"),
        ("a", PDF, "kind"),
        ("a.pdf.exe", PDF, "kind"),
        ("a.png", PDF, "content"),
        ("a.pdf", PDF[:-8], "damaged"),
        ("a.png", PNG, "damaged"),
        ("a.docx", DOCX[:-30], "damaged"),
        ("a.docx", make_zip("anything"), "content"),
        ("a.xlsx", DOCX, "content"),
        (
            "a.docx",
            make_zip("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
            "macros",
        ),
        ("a.txt", b"\xff\xfe\xfa", "content"),
        ("a.txt", "é".encode()[:1], "damaged"),
        ("a.svg", b"<svg onload='x'/>", "kind"),
        ("a.html", b"<script>", "kind"),
        (
            "a.mp4",
            b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom\x00\x00\x10\x00moov",
            "damaged",
        ),
        ("../../a.pdf", MZ, "content"),
        ("a.zip", b"PK\x03\x04" + b"\x00" * 40, "damaged"),
        ("a.txt", b"#!/bin/sh\nrm -rf ~\n", "executable"),
    ],
)
def test_a_bad_file_is_refused_with_its_reason(name, content, code):
    with pytest.raises(ValidationError) as refused:
        check(name, content)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.PDF", PDF),
        ("a.docx", DOCX),
        ("a.zip", make_zip("x")),
        ("a.txt", "Wörter".encode()),
        ("a.jpeg", b"\xff\xd8\xff\xe0" + b"\x00" * 20 + b"\xff\xd9"),
        ("a.mp4", b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom\x00\x00\x00\x08mdat"),
    ],
)
def test_a_good_file_is_accepted_and_left_at_its_beginning(name, content):
    file = ContentFile(content)
    checked = check_upload(file, name=name, allowed=frozenset(CONTENT_TYPES), max_bytes=10_000)
    assert checked.size == len(content)
    assert checked.content_type == CONTENT_TYPES[checked.kind]
    assert file.read() == content


def test_size_and_kind_are_limited():
    with pytest.raises(ValidationError) as too_large:
        check("a.pdf", PDF, limit=len(PDF) - 1)
    assert too_large.value.code == "size"
    assert check("a.pdf", PDF, limit=len(PDF)).kind == "pdf"
    with pytest.raises(ValidationError) as other_kind:
        check("a.pdf", PDF, allowed=frozenset({"png"}))
    assert other_kind.value.code == "kind"


def test_text_is_read_in_pieces_that_may_cut_a_letter():
    text = ("é" * 40_000).encode()
    file = ContentFile(b"x" + text)
    file.DEFAULT_CHUNK_SIZE = 1000
    checked = check_upload(file, name="a.txt", allowed=frozenset({"txt"}), max_bytes=10**6)
    assert checked.content_type == "text/plain"
