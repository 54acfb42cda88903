"""Text analysis of the catalog: folding, words, stems, and what a typed query means.

Every engine indexes what this package makes of a text and matches what it makes of a query, so
that all of them find the same records. Ranking is theirs. Pure: no framework, no engine.
"""

from .analysis import (
    MAX_BODY_WORDS,
    MAX_HEAD_WORDS,
    MAX_OCCURRENCES,
    STOP_WORDS,
    UNSPACED,
    Analysis,
    FoldedText,
    Word,
    analyse,
    fold,
    plain_word,
    searchable,
    stem,
    words,
)
from .expression import (
    NO_SYNONYMS,
    Alternative,
    Expression,
    Group,
    Phrase,
    Prefix,
    SynonymTable,
    Term,
    parse_text,
    stems_of_term,
    word,
)

__all__ = [
    "MAX_BODY_WORDS",
    "MAX_HEAD_WORDS",
    "MAX_OCCURRENCES",
    "NO_SYNONYMS",
    "STOP_WORDS",
    "UNSPACED",
    "Alternative",
    "Analysis",
    "Expression",
    "FoldedText",
    "Group",
    "Phrase",
    "Prefix",
    "SynonymTable",
    "Term",
    "Word",
    "analyse",
    "fold",
    "parse_text",
    "plain_word",
    "searchable",
    "stem",
    "stems_of_term",
    "word",
    "words",
]
