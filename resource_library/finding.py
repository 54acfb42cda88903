"""Finds words in one long text. Pure: texts in, places out."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MOST_TERMS = 10
"""Words or phrases that are looked for; further ones are not asked for."""
_TERM = re.compile(r'"([^"]+)"|([^\s"]+)')


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the text; one that was found has a number, from 1."""

    text: str
    number: int = 0


def terms_of(query: str) -> tuple[str, ...]:
    """Return the words, and the phrases in quotation marks, that a query asks for, each once."""
    terms = (phrase or word for phrase, word in _TERM.findall(query))
    spaced = (" ".join(term.split()) for term in terms)
    return tuple(dict.fromkeys(term for term in spaced if term))[:MOST_TERMS]


def places(text: str, terms: Sequence[str]) -> list[tuple[int, int]]:
    """Return where the terms stand, as starts and ends in order; nothing unless each is there.

    Case does not count, nor how the words of a phrase are parted: a line may end between them.
    """
    found = []
    for term in terms:
        of_term = [match.span() for match in _pattern(term).finditer(text)]
        if not of_term:
            return []
        found += of_term
    return list(_apart(sorted(found)))


def pieces(text: str, terms: Sequence[str]) -> list[Piece]:
    """Return the whole text in pieces, what was found in pieces of its own."""
    cut: list[Piece] = []
    done = 0
    for number, (start, end) in enumerate(places(text, terms), 1):
        cut += [Piece(text[done:start]), Piece(text[start:end], number)]
        done = end
    return [piece for piece in [*cut, Piece(text[done:])] if piece.text]


def _pattern(term: str) -> re.Pattern[str]:
    return re.compile(r"\s+".join(re.escape(word) for word in term.split()), re.IGNORECASE)


def _apart(spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the spans, those that overlap as one."""
    start = end = 0
    for span in spans:
        if span[0] >= end:
            if end:
                yield start, end
            start, end = span
        else:
            end = max(end, span[1])
    if end:
        yield start, end
