"""Full text on SQLite: one FTS5 table, ranked by bm25.

Expressions are built from analysed tokens alone (letters and digits), each in quotes.
"""

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter

from django.db import connection
from pyroaring import BitMap

from search.text import Alternative, Analysis, Expression, Phrase, Term

from .fulltext import TABLE, Scores, Tier

_STEMS = {Tier.TITLE: "title", Tier.HEAD: "title summary", Tier.WHOLE: "title summary body"}
_WORDS = {
    Tier.TITLE: "title_words",
    Tier.HEAD: "title_words summary_words",
    Tier.WHOLE: "title_words summary_words body_words",
}
_WEIGHTS = "10.0, 4.0, 1.0, 5.0, 2.0, 0.5"
_BATCH = 500


def match_text(expression: Expression, tier: Tier = Tier.WHOLE) -> str:
    """Return the FTS5 expression for the columns of a tier."""
    return " AND ".join(
        "(" + " OR ".join(_alternative(terms, tier) for terms in group.alternatives) + ")"
        for group in expression.groups
    )


def _alternative(terms: Alternative, tier: Tier) -> str:
    return "(" + " AND ".join(_term(term, tier) for term in terms) + ")"


def _term(term: Term, tier: Tier) -> str:
    if isinstance(term, Phrase):
        return f'{{{_STEMS[tier]}}} : "{" ".join(term.stems)}"'
    return f'{{{_WORDS[tier]}}} : "{term.word}" *'


class SQLiteFulltext:
    """The FTS5 table; the row's id is the record's."""

    def match(self, expression: Expression, tiers: Sequence[Tier]) -> dict[Tier, BitMap]:
        """Return the ids that match, by tier."""
        found = self._match_many([match_text(expression, tier) for tier in tiers])
        return dict(zip(tiers, found, strict=True))

    def match_each(self, expressions: Sequence[Expression]) -> list[BitMap]:
        """Return the ids that match anywhere, expression by expression."""
        return self._match_many([match_text(expression) for expression in expressions])

    def _match_many(self, texts: Sequence[str]) -> list[BitMap]:
        found = [BitMap() for _ in texts]
        asked = [(number, text) for number, text in enumerate(texts) if text]
        if asked:
            sql = " UNION ALL ".join(
                f"SELECT {number}, group_concat(rowid)"  # noqa: S608 - our own names
                f" FROM {TABLE} WHERE {TABLE} MATCH %s"
                for number, _ in asked
            )
            with connection.cursor() as cursor:
                cursor.execute(sql, [text for _, text in asked])
                for number, ids in cursor.fetchall():
                    found[number] = BitMap(map(int, ids.split(",")) if ids else ())
        return found

    def scores(self, expression: Expression, tiers: Sequence[Tier]) -> Scores:
        """Return the ids of tiers with their bm25 in the tier's columns, the lower the better."""
        sql = " UNION ALL ".join(
            f"SELECT {tier.value}, bm25({TABLE}, {_WEIGHTS}), rowid"  # noqa: S608 - our own names
            f" FROM {TABLE} WHERE {TABLE} MATCH %s"
            for tier in tiers
        )
        found: dict[Tier, list[tuple[float, int]]] = {tier: [] for tier in tiers}
        with connection.cursor() as cursor:
            cursor.execute(sql, [match_text(expression, tier) for tier in tiers])
            for tier, rows in groupby(cursor.fetchall(), key=itemgetter(0)):
                found[Tier(tier)] = [(score, record) for _, score, record in rows]
        return found

    def write(self, rows: Sequence[tuple[int, Analysis]]) -> None:
        """Store what was analysed under these ids, in place of what was there."""
        self.remove([record_id for record_id, _ in rows])
        sql = (
            f"INSERT INTO {TABLE} (rowid, title, summary, body,"  # noqa: S608 - our own names
            " title_words, summary_words, body_words) VALUES (%s, %s, %s, %s, %s, %s, %s)"
        )
        with connection.cursor() as cursor:
            cursor.executemany(
                sql,
                [
                    (record_id, *(" ".join(tokens) for tokens in analysis.streams()))
                    for record_id, analysis in rows
                ],
            )

    def remove(self, ids: Sequence[int]) -> None:
        """Remove these ids."""
        with connection.cursor() as cursor:
            for first in range(0, len(ids), _BATCH):
                batch = list(ids[first : first + _BATCH])
                marks = ", ".join(["%s"] * len(batch))
                cursor.execute(f"DELETE FROM {TABLE} WHERE rowid IN ({marks})", batch)  # noqa: S608 - our own names

    def clear(self) -> None:
        """Remove everything."""
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {TABLE}")  # noqa: S608 - our own names
