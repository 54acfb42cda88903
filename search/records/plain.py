"""Plain text of what editors write: rich text, lists and scenarios of stream fields."""

from collections.abc import Iterable, Iterator
from html import unescape
from typing import Any

import nh3

_BREAKS = ("</p>", "</li>", "<br", "</h", "</td>", "</div>", "<hr")


def plain_text(html: str) -> str:
    """Return the text of an HTML fragment, with a space where a block ends."""
    if "<" not in html and "&" not in html:
        return " ".join(html.split())
    for mark in _BREAKS:
        html = html.replace(mark, " " + mark)
    return " ".join(unescape(nh3.clean(html, tags=set())).split())


def stream_text(stream: Any) -> str:
    """Return the texts of a stream field, item by item."""
    return " ".join(_texts(stream.raw_data))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        inside = value.get("value", value)
        parts: Iterable[Any] = inside.values() if isinstance(inside, dict) else [inside]
        for part in parts:
            yield from _texts(part)
    elif isinstance(value, Iterable):
        for part in value:
            yield from _texts(part)


def joined(*parts: str) -> str:
    """Return the parts that say something, with a line between them."""
    return "\n".join(part for part in parts if part)
