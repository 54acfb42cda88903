"""Marks what matched in a passage of the original text; the result is safe HTML with `<mark>` only.

It asks the analysis of `search.text`, never an engine, so that highlights are the same everywhere.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import islice

from search.text import (
    STOP_WORDS,
    UNSPACED,
    Expression,
    FoldedText,
    Prefix,
    Word,
    plain_word,
    stem,
)

SNIPPET_LENGTH = 240
"""Characters of a passage, before it is widened to whole words."""
_TO_ESCAPE = re.compile("[&<>\"']")
_SPACE = re.compile(r"\s")
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
        self._longest = max(
            (len(stems) for found in self._phrases.values() for stems, _ in found), default=1
        )
        self._beginnings = _shortest(
            {*(word for word, _ in self._prefixes), *map(_beginning, self._phrases)}
        )
        self._candidates = _candidates(self._beginnings)
        self._numbers: dict[str, int | None] = {}

    def spans(self, text: str) -> list[Span]:
        """Return the matching places of a text, in order, not overlapping."""
        folded = FoldedText(text)
        if self._longest == 1 and folded.plain is not None:
            return list(self._word_spans(folded.plain))
        return self._phrase_spans(folded)

    def _word_spans(self, folded: str) -> Iterator[Span]:
        """Yield the matching words of a plain text: what most searches and texts come down to."""
        numbers = self._numbers
        for start in _plain_starts(folded, self._beginnings):
            word = plain_word(folded, start)
            if word.folded not in numbers:
                matches = (
                    () if word.folded in STOP_WORDS else self._matches([stem(word.folded)], [word])
                )
                numbers[word.folded] = next((number for _, number in matches), None)
            number = numbers[word.folded]
            if number is not None:
                yield word.start, word.end, number

    def _phrase_spans(self, folded: FoldedText) -> list[Span]:
        spans: list[Span] = []
        for start in self._starts(folded):
            found = list(islice(_searchable_from(folded, start), self._longest))
            stems = [stem(word.folded) for word in found]
            for length, number in self._matches(stems, found):
                spans.append((found[0].start, found[length - 1].end, number))
        return _merged(spans)

    def _starts(self, folded: FoldedText) -> Iterator[int]:
        """Yield where in the folded text a match may begin."""
        if folded.has_initials:  # initials are words that are not written as such
            return folded.word_starts()
        if folded.folded.isascii():
            return iter(_plain_starts(folded.folded, self._beginnings))
        return (found.start() for found in self._candidates.finditer(folded.folded))

    def _matches(self, stems: list[str], found: list[Word]) -> Iterator[tuple[int, int]]:
        if not found:
            return
        for phrase, number in self._phrases.get(stems[0], ()):
            if tuple(stems[: len(phrase)]) == phrase:
                yield len(phrase), number
        for prefix, number in self._prefixes:
            if found[0].folded.startswith(prefix):
                yield 1, number

    def snippet(self, fields: Sequence[str]) -> str:
        """Return the best passage of the first field that matches anything, else ""."""
        for text in fields:
            if spans := self.spans(text):
                return _passage(text, spans)
        return ""


def _searchable_from(folded: FoldedText, start: int) -> Iterator[Word]:
    """Yield the words from a place on; nothing where a stop word stands there."""
    for number, word in enumerate(folded.words(start)):
        if word.folded not in STOP_WORDS:
            yield word
        elif number == 0:
            return


def _beginning(stemmed: str) -> str:
    """Return what every word with this stem begins with: Porter changes the last letters only."""
    return stemmed[: max(1, len(stemmed) - 2)]


def _shortest(beginnings: set[str]) -> list[str]:
    """Return the beginnings that no other one begins: what these find, they find, too."""
    return [
        one
        for one in beginnings
        if not any(one.startswith(other) for other in beginnings if other != one)
    ]


def _plain_starts(text: str, beginnings: Iterable[str]) -> list[int]:
    """Return where a word of a folded ASCII text begins with one of these."""
    starts: set[int] = set()
    for beginning in beginnings:
        place = text.find(beginning)
        while place >= 0:
            if not place or not text[place - 1].isalnum():
                starts.add(place)
            place = text.find(beginning, place + 1)
    return sorted(starts)


def _candidates(beginnings: Iterable[str]) -> re.Pattern[str]:
    """Return the pattern of places where one of these words may begin."""
    choices = "|".join(sorted(set(map(re.escape, beginnings))))
    return re.compile(
        rf"(?:(?<![^\W_])|(?<=[{UNSPACED}])|(?=[{UNSPACED}]))(?:{choices})" if choices else r"(?!)"
    )


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
    if len(text) <= SNIPPET_LENGTH:
        start, end = 0, len(text)
    else:
        first, last = _best(spans)
        start = _word_start(text, max(0, first - SNIPPET_LENGTH // 4))
        end = _word_end(text, max(start + SNIPPET_LENGTH, last))
    inside = [span for span in spans if start <= span[0] and span[1] <= end]
    marked = _mark(text, start, end, inside)
    return f"{_ELLIPSIS if start else ''}{marked}{_ELLIPSIS if end < len(text) else ''}"


def _best(spans: list[Span]) -> tuple[int, int]:
    """Return where the span stands, start and end, that the most groups and matches follow soon.

    The first of equals. One pass: what the window holds is kept while it moves on.
    """
    best, found = (0, 0), spans[0]
    if len(spans) == 1:
        return found[0], found[1]
    groups: dict[int, int] = {}  # a search asks twenty times: a Counter takes twice as long
    after = 0
    for first, (start, _, number) in enumerate(spans):
        while after < len(spans) and (
            after <= first or spans[after][1] <= start + SNIPPET_LENGTH * 3 // 4
        ):
            following = spans[after][2]
            groups[following] = groups.get(following, 0) + 1
            after += 1
        score = len(groups), after - first
        if score > best:
            best, found = score, spans[first]
        groups[number] -= 1
        if not groups[number]:
            del groups[number]
    return found[0], found[1]


def _word_start(text: str, place: int) -> int:
    while place > 0 and not text[place - 1].isspace():
        place -= 1
    return place


def _word_end(text: str, place: int) -> int:
    found = _SPACE.search(text, place)
    return found.start() if found else len(text)


def _mark(text: str, start: int, end: int, spans: list[Span]) -> str:
    parts: list[str] = []
    place = start
    for first, last, _ in spans:
        parts += [text[place:first], "<mark>", text[first:last], "</mark>"]
        place = last
    parts.append(text[place:end])
    if _TO_ESCAPE.search(text, start, end):
        parts[::2] = map(escape, parts[::2])
    return "".join(parts)
