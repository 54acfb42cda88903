"""Full text on PostgreSQL: a table of tsvectors with a GIN index by tier, ranked by ts_rank.

Functions of the migrations match and rank. Vectors and queries are written by us, never parsed by
a text search configuration: lexemes are analysed tokens (letters and digits) in quotes, and an
unstemmed word carries a mark before it.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from pyroaring import BitMap

from search.enums import Tier
from search.relevance import RELEVANCE, Relevance
from search.text import Alternative, Analysis, Expression, Phrase, Term

from .fulltext import TABLE, WORD_MARK, Scores, Wanted

_NAMES = {Tier.TITLE: "title", Tier.HEAD: "head", Tier.ANYWHERE: "whole"}
_TABLES = (f"{TABLE}_titles", f"{TABLE}_heads", TABLE, f"{TABLE}_stems")
"""The tables of the three tiers, and the stems alone, which rank what matches anywhere."""
_GAP = 8
"""Positions between two fields, so that no phrase crosses them."""
_LAST_POSITION = 16_383


def weights_text(relevance: Relevance) -> str:
    """Return the real[] of ts_rank, from D to A, none above 1.

    Unstemmed words have no places and count as D, whatever their field.
    """
    title, summary, body = relevance.stems.each()
    weights = (relevance.words.body, body, summary, title)
    return f"{{{', '.join(str(weight / max(weights)) for weight in weights)}}}"


_WEIGHTS = weights_text(RELEVANCE)


def query_text(expression: Expression) -> str:
    """Return the tsquery literal."""
    return " & ".join(
        "(" + " | ".join(map(_alternative, group.alternatives)) + ")" for group in expression.groups
    )


def _alternative(terms: Alternative) -> str:
    return "(" + " & ".join(map(_term, terms)) + ")"


def _term(term: Term) -> str:
    if isinstance(term, Phrase):
        return "(" + " <-> ".join(f"'{stemmed}'" for stemmed in term.stems) + ")"
    return f"'{WORD_MARK}{term.word}':*"


def vector_texts(analysis: Analysis) -> tuple[str, str, str, str]:
    """Return the tsvector literals of title, title and summary, the whole record, its stems."""
    title, summary, body, *words = analysis.streams()
    places: dict[str, list[str]] = {}
    marked: set[str] = set()
    texts: list[str] = []
    stems = ""
    start = 1
    for tokens, field_words, weight in zip((title, summary, body), words, "ABC", strict=True):
        for position, stemmed in enumerate(tokens, start=start):
            places.setdefault(stemmed, []).append(f"{min(position, _LAST_POSITION)}{weight}")
        start += len(tokens) + _GAP
        marked.update(field_words)
        stems = " ".join(f"'{stemmed}':{','.join(found)}" for stemmed, found in places.items())
        texts.append(" ".join([stems, *(f"'{WORD_MARK}{word}'" for word in marked)]))
    return texts[0], texts[1], texts[2], stems


class PostgreSQLFulltext:
    """The tables of vectors."""

    def match(self, expression: Expression, tiers: Sequence[Tier]) -> dict[Tier, BitMap]:
        """Return the ids that match, by tier."""
        text = query_text(expression)
        found = self._match_many([(_NAMES[tier], text) for tier in tiers])
        return dict(zip(tiers, found, strict=True))

    def match_each(
        self, expressions: Sequence[Expression], tier: Tier = Tier.ANYWHERE
    ) -> list[BitMap]:
        """Return the ids that match in the tier, expression by expression."""
        name = _NAMES[tier]
        return self._match_many([(name, query_text(expression)) for expression in expressions])

    def _match_many(self, asked: Sequence[tuple[str, str]]) -> list[BitMap]:
        found = [BitMap() for _ in asked]
        some = [(number, name, text) for number, (name, text) in enumerate(asked) if text]
        if some:
            columns = ", ".join(
                f"clearinghouse_search_match_{name}(%s::tsquery)" for _, name, _ in some
            )
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT {columns}", [text for *_, text in some])
                for (number, *_), ids in zip(some, cursor.fetchone(), strict=True):
                    found[number] = BitMap(ids or ())
        return found

    def scores(self, expression: Expression, wanted: Wanted) -> Scores:
        """Return the ids of tiers with their negated ts_rank among the tier's fields."""
        found: dict[Tier, list[tuple[float, int]]] = {tier: [] for tier in wanted}
        text = query_text(expression)
        selects: list[str] = []
        parameters: list[Any] = []
        for tier, ids in wanted.items():
            name = _NAMES[tier]
            parameters += [text, _WEIGHTS]
            if ids is None:
                among = f"clearinghouse_search_match_{name}(%s::tsquery)"
                parameters.append(text)
            else:
                among = "%s::bigint[]"
                parameters.append(list(ids))
            selects.append(
                f"SELECT {tier.value}, score, record"  # noqa: S608 - our own names
                f" FROM clearinghouse_search_rank_{name}(%s::tsquery, %s::real[], {among})"
            )
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(selects), parameters)
            for tier, score, record in cursor.fetchall():
                found[Tier(tier)].append((score, record))
        return found

    def write(self, rows: Sequence[tuple[int, Analysis]]) -> None:
        """Store what was analysed under these ids, in place of what was there."""
        if not rows:
            return
        ids = [record_id for record_id, _ in rows]
        vectors = [vector_texts(analysis) for _, analysis in rows]
        with connection.cursor() as cursor:
            for table, texts in zip(_TABLES, zip(*vectors, strict=True), strict=True):
                cursor.execute(
                    f"INSERT INTO {table} (record_id, vector)"  # noqa: S608 - our own names
                    " SELECT id, vector::tsvector FROM unnest(%s::bigint[], %s::text[])"
                    " AS row (id, vector)"
                    " ON CONFLICT (record_id) DO UPDATE SET vector = excluded.vector",
                    [ids, list(texts)],
                )

    def remove(self, ids: Sequence[int]) -> None:
        """Remove these ids."""
        with connection.cursor() as cursor:
            for table in _TABLES:
                cursor.execute(f"DELETE FROM {table} WHERE record_id = ANY(%s)", [list(ids)])  # noqa: S608 - our own names

    def clear(self) -> None:
        """Remove everything."""
        with connection.cursor() as cursor:
            for table in _TABLES:
                cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
