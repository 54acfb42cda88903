"""Full text on SQLite: an FTS5 table for each tier, ranked by bm25.

Expressions are built from analysed tokens alone (letters and digits), each in quotes; an unstemmed
word carries a mark before it.
"""

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter

from django.db import connection
from pydantic_core import from_json
from pyroaring import BitMap

from search.enums import Tier
from search.relevance import RELEVANCE
from search.text import Alternative, Analysis, Expression, Phrase, Term

from .fulltext import TABLE, WORD_MARK, Scores, Wanted

_TABLES = {Tier.TITLE: f"{TABLE}_titles", Tier.HEAD: f"{TABLE}_heads", Tier.ANYWHERE: TABLE}
_COLUMNS = {
    Tier.TITLE: ("title", "title_words"),
    Tier.HEAD: ("title", "summary", "title_words", "summary_words"),
    Tier.ANYWHERE: ("title", "summary", "body", "title_words", "summary_words", "body_words"),
}
_WEIGHT_OF = {
    **dict(zip(_COLUMNS[Tier.ANYWHERE][:3], RELEVANCE.stems.each(), strict=True)),
    **dict(zip(_COLUMNS[Tier.ANYWHERE][3:], RELEVANCE.words.each(), strict=True)),
}
_WEIGHTS = {
    tier: ", ".join(str(_WEIGHT_OF[column]) for column in columns)
    for tier, columns in _COLUMNS.items()
}
_BATCH = 500


def match_text(expression: Expression) -> str:
    """Return the FTS5 expression; it names no columns, since a tier's table has no others."""
    return " AND ".join(
        "(" + " OR ".join(map(_alternative, group.alternatives)) + ")"
        for group in expression.groups
    )


def _alternative(terms: Alternative) -> str:
    return "(" + " AND ".join(map(_term, terms)) + ")"


def _term(term: Term) -> str:
    if isinstance(term, Phrase):
        return f'"{" ".join(term.stems)}"'
    return f'"{WORD_MARK}{term.word}" *'


def _texts(analysis: Analysis) -> dict[str, str]:
    """Return what the columns hold, by name."""
    title, summary, body, *words = map(" ".join, analysis.streams())
    title_words, summary_words, body_words = (
        f"{WORD_MARK}{field.replace(' ', f' {WORD_MARK}')}" if field else "" for field in words
    )
    return {
        "title": title,
        "summary": summary,
        "body": body,
        "title_words": title_words,
        "summary_words": summary_words,
        "body_words": body_words,
    }


class SQLiteFulltext:
    """The FTS5 tables; the row's id is the record's."""

    def match(self, expression: Expression, tiers: Sequence[Tier]) -> dict[Tier, BitMap]:
        """Return the ids that match, by tier."""
        text = match_text(expression)
        found = self._match_many([(tier, text) for tier in tiers])
        return dict(zip(tiers, found, strict=True))

    def match_each(
        self, expressions: Sequence[Expression], tier: Tier = Tier.ANYWHERE
    ) -> list[BitMap]:
        """Return the ids that match in the tier, expression by expression."""
        return self._match_many([(tier, match_text(expression)) for expression in expressions])

    def _match_many(self, texts: Sequence[tuple[Tier, str]]) -> list[BitMap]:
        found = [BitMap() for _ in texts]
        asked = [(number, tier, text) for number, (tier, text) in enumerate(texts) if text]
        if asked:
            sql = " UNION ALL ".join(
                f"SELECT {number}, group_concat(rowid)"  # noqa: S608 - our own names
                f" FROM {_TABLES[tier]} WHERE {_TABLES[tier]} MATCH %s"
                for number, tier, _ in asked
            )
            with connection.cursor() as cursor:
                cursor.execute(sql, [text for *_, text in asked])
                for number, ids in cursor.fetchall():
                    found[number] = BitMap(from_json(f"[{ids or ''}]"))
        return found

    def scores(self, expression: Expression, wanted: Wanted) -> Scores:
        """Return the ids of tiers with their bm25 in the tier's columns, the lower the better."""
        found: dict[Tier, list[tuple[float, int]]] = {tier: [] for tier in wanted}
        selects: list[str] = []
        parameters: list[str] = []
        text = match_text(expression)
        for tier, ids in wanted.items():
            table = _TABLES[tier]
            sql = (
                f"SELECT {tier.value}, bm25({table}, {_WEIGHTS[tier]}), rowid"  # noqa: S608 - our own names
                f" FROM {table} WHERE {table} MATCH %s"
            )
            parameters.append(text)
            if ids is not None:  # the plus keeps the index from being asked id by id
                sql += " AND +rowid IN (SELECT value FROM json_each(%s))"
                parameters.append(f"[{','.join(map(str, ids))}]")
            selects.append(sql)
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(selects), parameters)
            for tier, rows in groupby(cursor.fetchall(), key=itemgetter(0)):
                found[Tier(tier)] = [(score, record) for _, score, record in rows]
        return found

    def write(self, rows: Sequence[tuple[int, Analysis]]) -> None:
        """Store what was analysed under these ids, in place of what was there."""
        self.remove([record_id for record_id, _ in rows])
        texts = [(record_id, _texts(analysis)) for record_id, analysis in rows]
        with connection.cursor() as cursor:
            for tier, table in _TABLES.items():
                columns = _COLUMNS[tier]
                marks = ", ".join(["%s"] * (1 + len(columns)))
                cursor.executemany(
                    f"INSERT INTO {table} (rowid, {', '.join(columns)}) VALUES ({marks})",  # noqa: S608 - our own names
                    [(record_id, *(text[name] for name in columns)) for record_id, text in texts],
                )

    def remove(self, ids: Sequence[int]) -> None:
        """Remove these ids."""
        with connection.cursor() as cursor:
            for first in range(0, len(ids), _BATCH):
                batch = list(ids[first : first + _BATCH])
                marks = ", ".join(["%s"] * len(batch))
                for table in _TABLES.values():
                    cursor.execute(f"DELETE FROM {table} WHERE rowid IN ({marks})", batch)  # noqa: S608 - our own names

    def clear(self) -> None:
        """Remove everything."""
        with connection.cursor() as cursor:
            for table in _TABLES.values():
                cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
