"""What counts for how much when a text ranks records: data that every engine reads. Pure.

How an engine matches and which formula weighs a word are its own; the weights are here alone.
"""

from dataclasses import astuple, dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class FieldWeights:
    """What a match counts in each field."""

    title: float
    summary: float
    body: float

    def each(self) -> tuple[float, float, float]:
        """Return the weights in the order in which `search.text.Analysis` has the fields."""
        title, summary, body = astuple(self)
        return title, summary, body


@dataclass(frozen=True, slots=True)
class Relevance:
    """The weights of one catalog.

    Only ratios of `stems` and `words` matter to Elasticsearch and PostgreSQL. On SQLite their size
    matters too: BM25 counts a word of weight 10 as if it stood there ten times, and the tenth time
    adds little.
    """

    stems: FieldWeights
    """Words of the query, and phrases."""
    words: FieldWeights
    """Beginnings of words: the last word of a query that may not be typed to its end."""
    tier: float
    """What an engine without tiers adds to a record for each of two: all of the text in its title;
    in title and summary. More than any score, and no more: scores are 32 bits wide, and a sum has
    room for the score's decimals only beside a small number."""
    other_fields: float
    """The part of what further fields count beside the best one, for an engine that can tell."""
    other_alternatives: float
    """The part of what further alternatives count (synonyms, a beginning) beside the best one."""


RELEVANCE: Final = Relevance(
    stems=FieldWeights(title=10.0, summary=4.0, body=1.0),
    words=FieldWeights(title=5.0, summary=2.0, body=0.5),
    tier=10_000.0,
    other_fields=0.3,
    other_alternatives=0.1,
)
