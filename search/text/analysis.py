"""Folding, words and stems: what becomes of a text before any engine sees it."""

import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

import snowballstemmer

STOP_WORDS = frozenset(
    "a an and are as at be but by for if in into is it no not of on or s such t that the their "
    "then there these they this to was will with".split()
)
PROTECTED_WORDS = frozenset({"icat", "crit", "cit", "vr"})
"""Names that Porter's rules would mangle or merge with another word."""

MAX_WORD_LENGTH = 64
MAX_HEAD_WORDS = 2_500
MAX_BODY_WORDS = 10_000
"""Words of a title, of a summary and of a body that are searched; the rest is not."""
MAX_OCCURRENCES = 250
"""Occurrences of one stem that are indexed for a record; PostgreSQL keeps 256 positions."""
# Letters and digits of folded text; scripts written without spaces give one word a character.
UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = re.compile(
    rf"(?:(?<![^\W_])[^\W\d_]\.){{2,}}(?:[^\W\d_](?![^\W_]))?|(?=[^\W_])[{UNSPACED}]|(?:(?![{UNSPACED}])[^\W_])+"
)
_PLAIN_WORD = re.compile(r"[a-z0-9]+")
_INITIALS = re.compile(r"\.(?<=[^\W\d_]\.)[^\W\d_]\.")
"""A letter and a point, twice; the point stands first, since a fixed character is found fast."""
_TO_FOLD = re.compile(r"[A-Z]+|[^\x00-\x7f]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")


class Word(NamedTuple):
    """A folded word with the span of the original text that it came from."""

    folded: str
    start: int
    end: int


@lru_cache(maxsize=16_384)
def _fold_char(char: str) -> str:
    if char < "\x80":
        return char.lower()
    decomposed = unicodedata.normalize("NFKD", char).casefold()
    return "".join(
        part
        for part in unicodedata.normalize("NFKD", decomposed)
        if unicodedata.category(part)[0] != "M" and unicodedata.category(part) != "Cf"
    )


def fold(text: str) -> str:
    """Return the text without case, accents and compatibility forms."""
    if text.isascii():
        return text.lower()
    return _TO_FOLD.sub(lambda found: _fold_run(found.group()), text)


def _fold_run(run: str) -> str:
    return run.lower() if run.isascii() else _fold_char(run)


class FoldedText:
    """A text with its folded form, and where each folded character came from."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.folded = fold(text)
        self._places: list[int] | None = None
        if not text.isascii() and any(
            len(_fold_char(char)) != 1 for char in set(_NOT_ASCII.findall(text))
        ):
            self._places = [
                place for place, char in enumerate(text) for _ in range(len(_fold_char(char)))
            ]
        self.has_initials = _INITIALS.search(self.folded) is not None
        is_plain = self.folded.isascii() and not self.has_initials
        self._pattern = _PLAIN_WORD if is_plain else _WORD

    def _found(self, start: int = 0) -> "Iterator[re.Match[str]]":
        return self._pattern.finditer(self.folded, start)

    @property
    def plain(self) -> str | None:
        """The folded text where all words are `plain_word`s at their own places, else None."""
        if self._places is None and self._pattern is _PLAIN_WORD:
            return self.folded
        return None

    def word_starts(self) -> Iterator[int]:
        """Yield where words begin in the folded text."""
        return (found.start() for found in self._found())

    def words(self, start: int = 0) -> Iterator[Word]:
        """Yield the words from a place of the folded text on, stop words included."""
        for found in self._found(start):
            word = found.group()
            if self.has_initials:
                word = word.replace(".", "")
            yield Word(word[:MAX_WORD_LENGTH], *self._span(found.start(), found.end()))

    def _span(self, start: int, end: int) -> tuple[int, int]:
        if self._places is None:
            return start, end
        last = self._places[end - 1] + 1
        while last < len(self.text) and not _fold_char(self.text[last]):
            last += 1  # marks belong to the letter before them
        return self._places[start], last


def plain_word(folded: str, start: int) -> Word:
    """Return the word that begins at a place of a plain folded text."""
    found = _PLAIN_WORD.match(folded, start)
    end = found.end() if found else start
    return Word(folded[start : min(end, start + MAX_WORD_LENGTH)], start, end)


def words(text: str) -> Iterator[Word]:
    """Yield the folded words of a text, stop words included, with their places in it."""
    return FoldedText(text).words()


_local = threading.local()  # a stemmer keeps state while it works


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """Return the Porter stem of a folded word; protected and non-Latin words stay as they are."""
    if word in PROTECTED_WORDS or not word.isascii() or not word.isalpha():
        return word
    stemmer = getattr(_local, "stemmer", None)
    if stemmer is None:
        stemmer = _local.stemmer = snowballstemmer.stemmer("porter")
    return str(stemmer.stemWord(word))


def searchable(text: str) -> Iterator[Word]:
    """Yield the words of a text that are searched: all but the stop words."""
    return (word for word in words(text) if word.folded not in STOP_WORDS)


@dataclass(frozen=True, slots=True)
class Analysis:
    """What an engine indexes of a record: stems by field in order, and unstemmed words by field.

    Words are sorted, each once a field: prefixes ask only whether a word is there.
    """

    title: tuple[str, ...]
    summary: tuple[str, ...]
    body: tuple[str, ...]
    title_words: tuple[str, ...]
    summary_words: tuple[str, ...]
    body_words: tuple[str, ...]

    def streams(self) -> tuple[tuple[str, ...], ...]:
        """Return the stems of the three fields, then their words."""
        return (
            self.title,
            self.summary,
            self.body,
            self.title_words,
            self.summary_words,
            self.body_words,
        )


def analyse(*, title: str, summary: str, body: str) -> Analysis:
    """Analyse the three fields of a record within the limits of this module."""
    found = [
        _first_words(text, limit)
        for text, limit in (
            (title, MAX_HEAD_WORDS),
            (summary, MAX_HEAD_WORDS),
            (body, MAX_BODY_WORDS),
        )
    ]
    stems = [tuple(map(stem, field)) for field in found]
    if _may_be_too_many(stems):
        found = _bounded(found)
        stems = [tuple(map(stem, field)) for field in found]
    vocabulary = [tuple(sorted(set(field))) for field in found]
    return Analysis(*stems, *vocabulary)


def _may_be_too_many(stems: list[tuple[str, ...]]) -> bool:
    """Return whether a stem may occur too often: more than all repetitions together it cannot."""
    most = sum(map(len, stems)) - MAX_OCCURRENCES
    return most >= 0 and len(set().union(*stems)) <= most


def _first_words(text: str, limit: int) -> list[str]:
    """Return the first searchable words of a text, folded."""
    folded = fold(text)
    if folded.isascii() and not _INITIALS.search(folded):
        plain = [word for word in _PLAIN_WORD.findall(folded) if word not in STOP_WORDS][:limit]
        if len(max(plain, key=len, default="")) <= MAX_WORD_LENGTH:
            return plain
        return [word[:MAX_WORD_LENGTH] for word in plain]
    found = (word.folded for word in words(text))
    return list(islice((word for word in found if word not in STOP_WORDS), limit))


def _bounded(fields: list[list[str]]) -> list[list[str]]:
    """Return the words without the occurrences of a stem that are too many."""
    seen: Counter[str] = Counter()
    kept: list[list[str]] = []
    for field in fields:
        kept.append([])
        for word in field:
            stemmed = stem(word)
            seen[stemmed] += 1
            if seen[stemmed] <= MAX_OCCURRENCES:
                kept[-1].append(word)
    return kept
