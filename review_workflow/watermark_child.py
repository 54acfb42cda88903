"""Writes a line on every page of a PDF; a process of its own, no site.

Standard input is the line as JSON, a line break, the PDF; standard output the marked PDF. What a
library raises on a bad file ends the process.
"""

import json
import sys
from io import BytesIO
from typing import Any

MOST_PAGES = 500
FONT = "Helvetica"
SIZE = 8.0
MARGIN = 12.0


class RefusedError(Exception):
    """The PDF is not marked; its argument says why."""


def mark(content: bytes, line: str) -> bytes:
    """Return the PDF with the line at the foot of every page, as the page is seen."""
    from pypdf import PdfReader, PdfWriter  # noqa: PLC0415 - after the limits

    reader = PdfReader(BytesIO(content))
    if reader.is_encrypted:
        reason = "encrypted"
        raise RefusedError(reason)
    writer = PdfWriter(clone_from=reader)
    if not 0 < len(writer.pages) <= MOST_PAGES:
        reason = "pages"
        raise RefusedError(reason)
    lines: dict[tuple[tuple[float, ...], int], Any] = {}
    for page in writer.pages:
        place = tuple(float(edge) for edge in page.cropbox), page.rotation % 360
        if place not in lines:
            lines[place] = _line_page(line, *place)
        page.merge_page(lines[place])
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


def _line_page(line: str, box: tuple[float, ...], rotation: int) -> Any:
    """Return a page of that box with nothing but the line on it."""
    from pypdf import PdfReader  # noqa: PLC0415 - after the limits
    from pypdf.generic import RectangleObject  # noqa: PLC0415
    from reportlab.pdfbase.pdfmetrics import stringWidth  # noqa: PLC0415
    from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415

    left, bottom, right, top = box
    drawn = BytesIO()
    canvas = Canvas(drawn, pagesize=(right - left, top - bottom))
    # The corner that a reader sees at the lower left, and the way the foot of the page runs.
    corner = {90: (right, bottom), 180: (right, top), 270: (left, top)}
    canvas.translate(*corner.get(rotation, (left, bottom)))
    canvas.rotate(rotation)
    width = top - bottom if rotation % 180 else right - left
    size = min(SIZE, SIZE * (width - 2 * MARGIN) / stringWidth(line, FONT, SIZE))
    size = max(size, 1.0)
    canvas.setFillColorRGB(1, 1, 1, alpha=0.8)
    canvas.rect(
        MARGIN - 2, MARGIN - 3, stringWidth(line, FONT, size) + 4, size + 4, stroke=0, fill=1
    )
    canvas.setFillColorRGB(0.35, 0, 0, alpha=1)
    canvas.setFont(FONT, size)
    canvas.drawString(MARGIN, MARGIN, line)
    canvas.save()
    page = PdfReader(drawn).pages[0]
    page.mediabox = page.cropbox = RectangleObject(list(box))
    return page


if __name__ == "__main__":
    first, _break, rest = sys.stdin.buffer.read().partition(b"\n")
    sys.stdout.buffer.write(mark(rest, json.loads(first)))
