"""Marks what matched in a passage of the original text; the result is safe HTML with `<mark>` only.

It asks the analysis of `search.text`, never an engine, so that highlights are the same everywhere.
"""

from collections.abc import Sequence
from html import escape

from search.text import Expression, Prefix, Word, searchable, stem

SNIPPET_LENGTH = 240
"""Characters of a passage, before it is widened to whole words."""
_ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"

Span = tuple[int, int, int]
"""Start, end, and the number of the query's group that the span matches."""


class Highlighter:
    """Finds the terms of one expression in texts."""

    def __init__(self, expression: Expression) -> None:
        self._prefixes: list[tuple[str, int]] = []
        self._phrases: dict[str, list[tuple[tuple[str, ...], int]]] = {}
        for number, group in enumerate(expression.groups):
            for term in (term for terms in group.alternatives for term in terms):
                if isinstance(term, Prefix):
                    self._prefixes.append((term.word, number))
                else:
                    self._phrases.setdefault(term.stems[0], []).append((term.stems, number))

    def spans(self, text: str) -> list[Span]:
        """Return the matching places of a text, in order, not overlapping."""
        found = list(searchable(text))
        stems = [stem(word.folded) for word in found]
        spans: list[Span] = []
        for place, word in enumerate(found):
            for length, number in self._matches(stems, place, word):
                spans.append((word.start, found[place + length - 1].end, number))
        return _merged(spans)

    def _matches(self, stems: list[str], place: int, word: Word) -> list[tuple[int, int]]:
        matches = [
            (len(phrase), number)
            for phrase, number in self._phrases.get(stems[place], ())
            if tuple(stems[place : place + len(phrase)]) == phrase
        ]
        matches += [
            (1, number) for prefix, number in self._prefixes if word.folded.startswith(prefix)
        ]
        return matches

    def snippet(self, fields: Sequence[str]) -> str:
        """Return the best passage of the first field that matches anything, else ""."""
        for text in fields:
            if spans := self.spans(text):
                return _passage(text, spans)
        return ""


def _merged(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end, number in sorted(spans, key=lambda span: (span[0], -span[1])):
        if merged and start < merged[-1][1]:
            if end > merged[-1][1]:
                merged[-1] = (merged[-1][0], end, merged[-1][2])
            continue
        merged.append((start, end, number))
    return merged


def _passage(text: str, spans: list[Span]) -> str:
    """Return the window with most of the query's groups, then most matches, marked."""
    best = max(
        range(len(spans)),
        key=lambda first: (*_score(spans, first), -first),
    )
    if len(text) <= SNIPPET_LENGTH:
        start, end = 0, len(text)
    else:
        start = _word_start(text, max(0, spans[best][0] - SNIPPET_LENGTH // 4))
        end = _word_end(text, max(start + SNIPPET_LENGTH, spans[best][1]))
    inside = [span for span in spans if start <= span[0] and span[1] <= end]
    marked = _mark(text, start, end, inside)
    return f"{_ELLIPSIS if start else ''}{marked}{_ELLIPSIS if end < len(text) else ''}"


def _score(spans: list[Span], first: int) -> tuple[int, int]:
    limit = spans[first][0] + SNIPPET_LENGTH * 3 // 4
    inside = [span for span in spans[first:] if span[1] <= limit] or [spans[first]]
    return len({span[2] for span in inside}), len(inside)


def _word_start(text: str, place: int) -> int:
    while place > 0 and not text[place - 1].isspace():
        place -= 1
        if place and text[place - 1].isspace():
            break
    return place


def _word_end(text: str, place: int) -> int:
    place = min(place, len(text))
    while place < len(text) and not text[place].isspace():
        place += 1
    return place


def _mark(text: str, start: int, end: int, spans: list[Span]) -> str:
    parts: list[str] = []
    place = start
    for first, last, _ in spans:
        parts += [escape(text[place:first]), "<mark>", escape(text[first:last]), "</mark>"]
        place = last
    parts.append(escape(text[place:end]))
    return "".join(parts)
