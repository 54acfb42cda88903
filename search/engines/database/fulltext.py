"""What the database engine asks of a vendor's full-text index, and which vendor serves it.

Matches come in three tiers, each within the next: all of the text in the title; in the title and
the summary; anywhere. A record of an earlier tier ranks first, whatever its score.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Protocol

from django.db import connection
from pyroaring import BitMap

from search.enums import Tier
from search.text import Analysis, Expression

TABLE = "clearinghouse_search_fulltext"
WORD_MARK = "="
"""Stands before an unstemmed word, so that it is none of the stems."""


Scores = Mapping[Tier, Sequence[tuple[float, int]]]
"""Score and id of records, by tier."""

Wanted = Mapping[Tier, BitMap | None]
"""Ids whose scores are asked for, by tier; None stands for all that match in the tier."""


class Fulltext(Protocol):
    """A vendor's index: stems in order and unstemmed words, by field."""

    def match(self, expression: Expression, tiers: Sequence[Tier]) -> dict[Tier, BitMap]:
        """Return the ids that match, by tier; each tier holds the ones before it. One query."""

    def scores(self, expression: Expression, wanted: Wanted) -> Scores:
        """Return scores and ids by tier, the lower the better. One query.

        A score depends on the tier and the record alone: fields outside of the tier do not count.
        """

    def match_each(
        self, expressions: Sequence[Expression], tier: Tier = Tier.ANYWHERE
    ) -> list[BitMap]:
        """Return the ids that match in the tier, expression by expression. One query."""

    def write(self, rows: Sequence[tuple[int, Analysis]]) -> None:
        """Store what was analysed under these ids, in place of what was there."""

    def remove(self, ids: Sequence[int]) -> None:
        """Remove these ids."""

    def clear(self) -> None:
        """Remove everything."""


@cache
def _fulltext(vendor: str) -> Fulltext:
    if vendor == "postgresql":
        from .fulltext_postgresql import PostgreSQLFulltext  # noqa: PLC0415 - only one is needed

        return PostgreSQLFulltext()
    from .fulltext_sqlite import SQLiteFulltext  # noqa: PLC0415 - only one is needed

    return SQLiteFulltext()


def fulltext() -> Fulltext:
    """Return the index of the default database's vendor."""
    return _fulltext(connection.vendor)
