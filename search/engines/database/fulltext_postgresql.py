"""Full text on PostgreSQL: tsvector literals with GIN indices, ranked by ts_rank.

Functions of the migrations match and rank. Vectors and queries are written by us, never parsed by
a text search configuration: lexemes are analysed tokens (letters and digits) in quotes, and an
unstemmed word carries a mark before it.
"""

from collections.abc import Sequence

from django.db import connection
from pyroaring import BitMap

from search.text import Alternative, Analysis, Expression, Phrase, Term

from .fulltext import TABLE, Scores, Tier

_COLUMNS = {Tier.TITLE: "title", Tier.HEAD: "head", Tier.WHOLE: "whole"}
_WORD_MARK = "="
_GAP = 8
"""Positions between two fields, so that no phrase crosses them."""
_LAST_POSITION = 16_383
_WEIGHTS = "{0.02, 0.1, 0.4, 1.0}"


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
    return f"'{_WORD_MARK}{term.word}':*"


def vector_texts(analysis: Analysis) -> tuple[str, str, str]:
    """Return the tsvector literals of title, title and summary, and the whole record."""
    title, summary, body, *words = analysis.streams()
    positions: dict[str, list[str]] = {}
    texts: list[str] = []
    start = 1
    for tokens, field_words, weight in zip((title, summary, body), words, "ABC", strict=True):
        for position, stemmed in enumerate(tokens, start=start):
            positions.setdefault(stemmed, []).append(f"{min(position, _LAST_POSITION)}{weight}")
        start += len(tokens) + _GAP
        for word in field_words:
            positions.setdefault(_WORD_MARK + word, [])
        texts.append(
            " ".join(
                f"'{lexeme}':{','.join(places)}" if places else f"'{lexeme}'"
                for lexeme, places in positions.items()
            )
        )
    return texts[0], texts[1], texts[2]


class PostgreSQLFulltext:
    """The table of vectors."""

    def match(self, expression: Expression, tiers: Sequence[Tier]) -> dict[Tier, BitMap]:
        """Return the ids that match, by tier."""
        text = query_text(expression)
        found = self._match_many([(_COLUMNS[tier], text) for tier in tiers])
        return dict(zip(tiers, found, strict=True))

    def match_each(self, expressions: Sequence[Expression]) -> list[BitMap]:
        """Return the ids that match anywhere, expression by expression."""
        column = _COLUMNS[Tier.WHOLE]
        return self._match_many([(column, query_text(expression)) for expression in expressions])

    def _match_many(self, asked: Sequence[tuple[str, str]]) -> list[BitMap]:
        found = [BitMap() for _ in asked]
        wanted = [(number, column, text) for number, (column, text) in enumerate(asked) if text]
        if wanted:
            columns = ", ".join(
                f"clearinghouse_search_match_{column}(%s::tsquery)" for _, column, _ in wanted
            )
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT {columns}", [text for *_, text in wanted])
                for (number, *_), ids in zip(wanted, cursor.fetchone(), strict=True):
                    found[number] = BitMap(ids or ())
        return found

    def scores(self, expression: Expression, tiers: Sequence[Tier]) -> Scores:
        """Return the negated ts_rank and the ids of the widest tier, the same for each tier."""
        function = f"clearinghouse_search_rank_{_COLUMNS[max(tiers)]}"
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT score, record FROM {function}(%s::tsquery, %s::real[])",  # noqa: S608 - our own names
                [query_text(expression), _WEIGHTS],
            )
            return dict.fromkeys(tiers, cursor.fetchall())

    def write(self, rows: Sequence[tuple[int, Analysis]]) -> None:
        """Store what was analysed under these ids, in place of what was there."""
        if not rows:
            return
        sql = (
            f"INSERT INTO {TABLE} (record_id, title, head, whole)"  # noqa: S608 - our own names
            " SELECT id, title::tsvector, head::tsvector, whole::tsvector"
            " FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[])"
            " AS row (id, title, head, whole)"
            " ON CONFLICT (record_id) DO UPDATE SET"
            " title = excluded.title, head = excluded.head, whole = excluded.whole"
        )
        vectors = [vector_texts(analysis) for _, analysis in rows]
        with connection.cursor() as cursor:
            cursor.execute(
                sql,
                [
                    [record_id for record_id, _ in rows],
                    *([vector[number] for vector in vectors] for number in range(3)),
                ],
            )

    def remove(self, ids: Sequence[int]) -> None:
        """Remove these ids."""
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {TABLE} WHERE record_id = ANY(%s)", [list(ids)])  # noqa: S608 - our own names

    def clear(self) -> None:
        """Remove everything."""
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {TABLE}")  # noqa: S608 - our own names
