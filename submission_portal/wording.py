"""Plain text to rich text and back, and lists whose items keep their ids. Reads no database."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bs4 import BeautifulSoup
from django.utils.html import escape
from rapidfuzz import fuzz, process

LIKE = 60
"""How alike, of a hundred, two texts must be for one to be the other, changed."""
_BLOCKS = ["p", "h2", "h3", "h4", "li"]
_NAMESPACE = uuid.UUID("6a7a1c9e-0e4c-5d0f-9d58-7f7c6c1f3b11")


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a list: its lasting id and its text."""

    id: str
    text: str


def as_paragraphs(text: str) -> str:
    """Return rich text: a paragraph wherever an empty line ends one, all marks escaped."""
    paragraphs = [part for part in _paragraphs(text) if part]
    return "".join(
        "<p>" + "<br/>".join(escape(line) for line in part.split("\n")) + "</p>"
        for part in paragraphs
    )


def plain(rich: str) -> str:
    """Return the words of rich text, an empty line between paragraphs, headings and items."""
    soup = BeautifulSoup(rich, "html.parser")
    for mark in soup.find_all("br"):
        mark.replace_with("\n")
    blocks = [block for block in soup.find_all(_BLOCKS) if not block.find(_BLOCKS)]
    texts = [block.get_text() for block in blocks] if blocks else [soup.get_text()]
    return "\n\n".join(part for text in texts for part in _paragraphs(text) if part)


def _paragraphs(text: str) -> list[str]:
    parts: list[list[str]] = [[]]
    for line in text.split("\n"):
        if line.strip():
            parts[-1].append(line.strip())
        elif parts[-1]:
            parts.append([])
    return ["\n".join(part) for part in parts]


def items_of(lines: Iterable[str], before: Sequence[Item], *, scope: str) -> list[Item]:
    """Return the lines as items: those of `before` keep their ids, changed a little or moved.

    A new item's id follows from `scope` and its text, so that the same text has the same id
    wherever nothing was there before.
    """
    texts = list(lines)
    found: list[str] = [""] * len(texts)
    left = {item.id: item.text for item in before if item.id}
    for place, text in enumerate(texts):
        same = next((key for key, value in left.items() if value == text), "")
        if same:
            found[place] = same
            del left[same]
    for place, text in enumerate(texts):
        if not found[place] and (nearest := _nearest(text, left)):
            found[place] = nearest
            del left[nearest]
    used = {item.id for item in before} | set(found)
    for place, text in enumerate(texts):
        if not found[place]:
            found[place] = _new_id(scope, text, used)
            used.add(found[place])
    return [Item(key, text) for key, text in zip(found, texts, strict=True)]


def _nearest(text: str, left: dict[str, str]) -> str:
    found = process.extractOne(text, left, scorer=fuzz.ratio, score_cutoff=LIKE)
    return str(found[2]) if found else ""


def _new_id(scope: str, text: str, used: set[str]) -> str:
    number = 0
    while (key := str(uuid.uuid5(_NAMESPACE, f"{scope}:{text}:{number}"))) in used:
        number += 1
    return key
