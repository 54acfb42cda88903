"""Draws the first page of a PDF from standard input as PNG; a process of its own, no site."""

import sys

WIDTH = 320
"""Pixels; a page that is higher than `HEIGHTS` times as much is drawn narrower."""
HEIGHTS = 2


def draw() -> None:
    """Write the picture; what the library raises on a bad file ends the process."""
    import pypdfium2  # noqa: PLC0415 - after the limits

    document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
    page = document[0]
    width, height = page.get_size()
    scale = min(WIDTH / width, WIDTH * HEIGHTS / height)
    page.render(scale=scale).to_pil().convert("RGB").save(sys.stdout.buffer, "PNG")


if __name__ == "__main__":
    draw()
