"""What a typed text asks for: groups of alternatives made of phrases and beginnings of words."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .analysis import STOP_WORDS, searchable, stem, words

MIN_PREFIX_LENGTH = 2
_JOINERS = frozenset("-\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{FIGURE DASH}\N{EN DASH}'\u2019\u02bc._&")
_QUOTED = re.compile(
    r'["\u201c\u201d\u00ab\u00bb\u201e]([^"\u201c\u201d\u00ab\u00bb\u201e]*)["\u201c\u201d\u00ab\u00bb\u201e]'
)


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


def word(stemmed: str) -> Expression:
    """Return what asks for one stem."""
    return Expression((Group(((Phrase((stemmed,)),),), (stemmed,)),))


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
