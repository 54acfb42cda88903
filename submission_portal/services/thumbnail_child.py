"""Draws the first page of a PDF from standard input as PNG; a process of its own, no site.

Arguments: the megabytes of address space, the seconds, the bytes of output.
"""

import sys
from math import ceil

WIDTH = 320
"""Pixels; a page that is higher than `HEIGHTS` times as much is drawn narrower."""
HEIGHTS = 2


def limit_process(megabytes: int, seconds: float, output: int) -> None:
    """Limit this process; where the system has no such limits, the clock of its parent remains."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - not everywhere

    for name, limit in (
        (resource.RLIMIT_AS, megabytes * 1024 * 1024),
        (resource.RLIMIT_CPU, ceil(seconds) + 1),
        (resource.RLIMIT_FSIZE, output),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(name, (limit, limit))


def draw() -> None:
    """Write the picture; what the library raises on a bad file ends the process."""
    import pypdfium2  # noqa: PLC0415 - after the limits

    document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
    page = document[0]
    width, height = page.get_size()
    scale = min(WIDTH / width, WIDTH * HEIGHTS / height)
    page.render(scale=scale).to_pil().convert("RGB").save(sys.stdout.buffer, "PNG")


if __name__ == "__main__":
    limit_process(int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]))
    draw()
