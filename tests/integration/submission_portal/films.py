"""Films as bodies of a form, made while they are read: large, and never in memory."""

import io
from collections.abc import Iterator

MB = 1024 * 1024
PIECE = 64 * 1024
BOUNDARY = "limit"
FTYP = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"


def fields(**values: str) -> bytes:
    return b"".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in values.items()
    )


class Film(io.RawIOBase):
    """The body of a form with a film of so many bytes, made while it is read.

    `breaks_at` ends it early; with `is_reset` the reader learns of that by an error.
    """

    def __init__(self, size: int, breaks_at: int | None = None, *, is_reset: bool = False) -> None:
        box = (size - len(FTYP)).to_bytes(4, "big") + b"mdat"
        opening = fields(role="curriculum", visibility="reviewers", title="")
        opening += (
            f"--{BOUNDARY}\r\nContent-Disposition: form-data; "
            'name="uploads"; filename="film.mp4"\r\nContent-Type: video/mp4\r\n\r\n'
        ).encode()
        closing = b"\r\n" + fields(complete="1") + f"--{BOUNDARY}--\r\n".encode()
        self._pieces = self._made(opening + FTYP + box, size - len(FTYP) - len(box), closing)
        self._rest = b""
        self._left = breaks_at
        self._is_reset = is_reset
        self.length = len(opening) + size + len(closing)

    def _made(self, before: bytes, zeros: int, after: bytes) -> Iterator[bytes]:
        yield before
        for start in range(0, zeros, PIECE):
            yield bytes(min(PIECE, zeros - start))
        yield after

    def read(self, size: int = -1) -> bytes:
        if not self._rest:
            self._rest = next(self._pieces, b"")
        given, self._rest = self._rest[:size], self._rest[size:]
        if self._left is not None:
            given = given[: self._left]
            self._left -= len(given)
            if not given and self._is_reset:
                raise ConnectionResetError
        return given
