"""Reads one file from standard input and writes its text as JSON; a process of its own, no site.

What a library raises on a bad file ends the process, and whoever started it knows.
"""

import json
import re
import sys
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

import filetype

MAX_TEXT_LENGTH = 100_000
"""Characters that are kept; a record's body holds no more."""
MAX_PAGES = 1_000
"""Pages or slides that are read."""
MAX_PARTS = 10_000
MAX_UNPACKED = 200 * 1024 * 1024
"""Bytes that all parts of an Office file may unpack to."""
MAX_MARKUP = 40 * 1024 * 1024
"""Bytes that its markup may unpack to: a tree of it takes several times as much."""
_HEAD = 8192
_UNSEEN = re.compile(r"[\x00-\x20\x7f\ud800-\udfff]+")


class UnreadableError(Exception):
    """The file has no text for us; its only argument is the reason (`enums.Unreadable`)."""


def text_of(file: BinaryIO) -> str:
    """Return the text of a file; its content says of which kind it is, never its name."""
    found = filetype.guess(file.read(_HEAD))
    file.seek(0)
    if found is not None and found.extension == "pdf":
        return _limited(_of_pdf(file))
    if found is None or found.extension not in {"zip", "docx", "pptx", "xlsx"}:
        raise UnreadableError("kind")
    names = _checked_parts(file)
    if "word/document.xml" in names:
        return _limited(_of_docx(file))
    if "ppt/presentation.xml" in names:
        return _limited(_of_pptx(file))
    raise UnreadableError("kind")


def _limited(pieces: Iterable[str]) -> str:
    """Return the pieces as one text, no longer than is kept; reads no further than that."""
    kept: list[str] = []
    room = MAX_TEXT_LENGTH
    for piece in pieces:
        clean = _UNSEEN.sub(" ", piece).strip()[:room]
        if clean:
            kept.append(clean)
            room -= len(clean) + 1
        if room <= 0:
            break
    return "\n".join(kept)


def _checked_parts(file: BinaryIO) -> set[str]:
    """Return the names of an archive's parts, unless it would unpack to too much.

    A part that says less than it holds is no way around: reading it stops there, and fails.
    """
    with zipfile.ZipFile(file) as archive:
        parts = archive.infolist()
    file.seek(0)
    markup = sum(part.file_size for part in parts if part.filename.endswith((".xml", ".rels")))
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MAX_PARTS or markup > MAX_MARKUP or unpacked > MAX_UNPACKED:
        raise UnreadableError("expands")
    return {part.filename for part in parts}


def _of_pdf(file: BinaryIO) -> Iterator[str]:
    from pypdf import PdfReader  # noqa: PLC0415 - only the library that the file needs
    from pypdf.errors import DependencyError  # noqa: PLC0415

    reader = PdfReader(file)
    try:
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableError("encrypted")
    except DependencyError as error:
        raise UnreadableError("encrypted") from error
    for number, page in enumerate(reader.pages):
        if number == MAX_PAGES:
            return
        yield page.extract_text()


def _of_docx(file: BinaryIO) -> Iterator[str]:
    from docx import Document  # noqa: PLC0415 - only the library that the file needs

    yield from _of_blocks(Document(file))


def _of_blocks(container: Any) -> Iterator[str]:
    """Yield the paragraphs of a document or a cell, tables in their place."""
    for block in container.iter_inner_content():
        if hasattr(block, "rows"):
            for row in block.rows:
                for cell in row.cells:
                    yield from _of_blocks(cell)
        else:
            yield block.text


def _of_pptx(file: BinaryIO) -> Iterator[str]:
    from pptx import Presentation  # noqa: PLC0415 - only the library that the file needs

    for number, slide in enumerate(Presentation(file).slides):
        if number == MAX_PAGES:
            return
        yield from _of_shapes(slide.shapes)
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
            yield slide.notes_slide.notes_text_frame.text


def _of_shapes(shapes: Any) -> Iterator[str]:
    for shape in shapes:
        if hasattr(shape, "shapes"):
            yield from _of_shapes(shape.shapes)
        elif shape.has_text_frame:
            yield shape.text_frame.text
        elif getattr(shape, "has_table", False):
            for row in shape.table.rows:
                yield from (cell.text for cell in row.cells)


def main() -> None:
    """Read, and write either a text or a reason."""
    text = reason = ""
    try:
        text = text_of(sys.stdin.buffer)
    except UnreadableError as error:
        reason = str(error)
    except MemoryError:
        reason = "memory"
    sys.stdout.write(json.dumps({"text": text, "reason": reason}))


if __name__ == "__main__":
    main()
