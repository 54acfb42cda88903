"""Text analysis of the catalog: folding, words, stems, and what a typed query means.

Every engine indexes what this module makes of a text and matches what it makes of a query, so that
all of them find the same records. Ranking is theirs. Pure: no framework, no engine.
"""

import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

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
MIN_PREFIX_LENGTH = 2

# Letters and digits of folded text; scripts written without spaces give one word a character.
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = re.compile(
    rf"(?:(?<![^\W_])[^\W\d_]\.){{2,}}(?:[^\W\d_](?![^\W_]))?|(?=[^\W_])[{_UNSPACED}]|(?:(?![{_UNSPACED}])[^\W_])+"
)
_JOINERS = frozenset("-\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{FIGURE DASH}\N{EN DASH}'\u2019\u02bc._&")
_QUOTED = re.compile(
    r'["\u201c\u201d\u00ab\u00bb\u201e]([^"\u201c\u201d\u00ab\u00bb\u201e]*)["\u201c\u201d\u00ab\u00bb\u201e]'
)


@dataclass(frozen=True, slots=True)
class Word:
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
    return text.lower() if text.isascii() else "".join(map(_fold_char, text))


def words(text: str) -> Iterator[Word]:
    """Yield the folded words of a text, stop words included, with their places in it."""
    if text.isascii():
        for found in _WORD.finditer(text.lower()):
            yield Word(_clean(found.group()), found.start(), found.end())
        return
    parts: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        folded = _fold_char(char)
        parts.append(folded)
        places += [place] * len(folded)
    for found in _WORD.finditer("".join(parts)):
        end = places[found.end() - 1] + 1
        while end < len(text) and not _fold_char(text[end]):
            end += 1  # marks belong to the letter before them
        yield Word(_clean(found.group()), places[found.start()], end)


def _clean(word: str) -> str:
    return word.replace(".", "")[:MAX_WORD_LENGTH]


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
    seen: Counter[str] = Counter()
    stems: list[tuple[str, ...]] = []
    vocabulary: list[tuple[str, ...]] = []
    for text, limit in (
        (title, MAX_HEAD_WORDS),
        (summary, MAX_HEAD_WORDS),
        (body, MAX_BODY_WORDS),
    ):
        field_stems: list[str] = []
        field_words: set[str] = set()
        for word in islice(searchable(text), limit):
            stemmed = stem(word.folded)
            seen[stemmed] += 1
            if seen[stemmed] <= MAX_OCCURRENCES:
                field_stems.append(stemmed)
                field_words.add(word.folded)
        stems.append(tuple(field_stems))
        vocabulary.append(tuple(sorted(field_words)))
    return Analysis(*stems, *vocabulary)


@dataclass(frozen=True, slots=True)
class Phrase:
    """Stems that stand next to each other in one field; one stem is a word."""

    stems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Prefix:
    """Beginning of an unstemmed word anywhere in the record."""

    word: str


Term = Phrase | Prefix
Alternative = tuple[Term, ...]
"""Terms that must all match."""


@dataclass(frozen=True, slots=True)
class Group:
    """A part of the query: one of its alternatives must match. `words` is what was typed."""

    alternatives: tuple[Alternative, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Expression:
    """All groups must match. Without a group there was text, but nothing that can be found."""

    groups: tuple[Group, ...]


class SynonymTable:
    """Groups of equivalent terms, looked up by their stems."""

    def __init__(self, groups: Iterable[Iterable[str]] = ()) -> None:
        self._others: dict[tuple[str, ...], tuple[tuple[str, ...], ...]] = {}
        for group in groups:
            terms = [stems for term in group if (stems := stems_of_term(term))]
            for term_stems in terms:
                known = self._others.get(term_stems, ())
                new = (other for other in terms if other != term_stems and other not in known)
                self._others[term_stems] = tuple(dict.fromkeys((*known, *new)))
        self.longest = max(map(len, self._others), default=0)

    def others(self, stems: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
        """Return the equivalents of a term, as stems."""
        return self._others.get(stems, ())


NO_SYNONYMS = SynonymTable()


def stems_of_term(text: str) -> tuple[str, ...]:
    """Return the stems of a short text."""
    return tuple(stem(word.folded) for word in searchable(text))


@dataclass(frozen=True, slots=True)
class _Part:
    words: tuple[str, ...]
    quoted: bool

    @property
    def stems(self) -> tuple[str, ...]:
        return tuple(map(stem, self.words))


def parse_text(text: str, synonyms: SynonymTable = NO_SYNONYMS) -> Expression | None:
    """Return what a typed text asks for, or None where it holds no letter and no digit.

    Words are AND, quotes and hyphens make phrases; the last word, where it is not quoted, also
    matches as a beginning. Synonyms apply outside quotes, the longest first.
    """
    if not any(True for _ in words(text)):
        return None
    parts, open_end = _parts(text)
    groups: dict[tuple[Alternative, ...], Group] = {}
    place = 0
    while place < len(parts):
        group, taken = _group_at(parts, place, synonyms, open_end=open_end)
        groups.setdefault(group.alternatives, group)
        place += taken
    return Expression(tuple(groups.values()))


def _parts(text: str) -> tuple[list[_Part], bool]:
    """Return the parts of a query, and whether the last one may be continued (a prefix)."""
    parts: list[_Part] = []
    open_end = False
    place = 0
    for quoted in _QUOTED.finditer(text):
        parts += _unquoted(text[place : quoted.start()])
        phrase = tuple(word.folded for word in searchable(quoted.group(1)))
        parts += [_Part(phrase, quoted=True)] if phrase else []
        place = quoted.end()
    if rest := list(words(text[place:])):
        open_end = rest[-1].folded not in STOP_WORDS
        parts += _unquoted(text[place:])
    return parts, open_end


def _unquoted(text: str) -> Iterator[_Part]:
    """Yield words; those joined by hyphens and the like, or without a space, as one phrase."""
    joined: list[str] = []
    end = 0
    for word in words(text):
        if joined and not _JOINERS.issuperset(text[end : word.start]):
            yield _Part(tuple(joined), quoted=False)
            joined = []
        if word.folded not in STOP_WORDS:
            joined.append(word.folded)
        end = word.end
    if joined:
        yield _Part(tuple(joined), quoted=False)


def _group_at(
    parts: list[_Part], place: int, synonyms: SynonymTable, *, open_end: bool
) -> tuple[Group, int]:
    """Return the group that begins at this part, and how many parts it takes."""
    taken, others = _synonyms_at(parts, place, synonyms)
    run = parts[place : place + taken]
    own: list[Term] = [Phrase(part.stems) for part in run]
    alternatives: list[Alternative] = [tuple(own)]
    if open_end and place + taken == len(parts):
        alternatives += _continued(own, run[-1])
    alternatives += [(Phrase(stems),) for stems in others]
    typed = tuple(word for part in run for word in part.words)
    return Group(tuple(dict.fromkeys(alternatives)), typed), taken


def _synonyms_at(
    parts: list[_Part], place: int, synonyms: SynonymTable
) -> tuple[int, tuple[tuple[str, ...], ...]]:
    if parts[place].quoted:
        return 1, ()
    stems: tuple[str, ...] = ()
    best: tuple[int, tuple[tuple[str, ...], ...]] = (1, ())
    for taken, part in enumerate(parts[place:], start=1):
        stems += part.stems
        if part.quoted or len(stems) > synonyms.longest:
            break
        if others := synonyms.others(stems):
            best = (taken, others)
    return best


def _continued(own: list[Term], last: _Part) -> list[Alternative]:
    """Return the alternative where the last word is only its beginning."""
    *before, beginning = last.words
    if len(beginning) < MIN_PREFIX_LENGTH:
        return []
    phrase: list[Term] = [Phrase(tuple(map(stem, before)))] if before else []
    return [(*own[:-1], *phrase, Prefix(beginning))]
