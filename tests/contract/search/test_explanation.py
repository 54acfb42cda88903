"""What an editor is told of a text is what every engine does with it."""

import pytest

from search.enums import Tier
from search.explanation import explain_text
from search.query import CatalogQuery
from search.text import parse_text
from tests.contract.search.corpus import LOCALE, SYNONYMS, TODAY, Index

TEXTS = [
    "crisis",
    "crisis inter",
    "CIT",
    "crisis intervention team",
    '"crisis intervention"',
    "de-escalation",
    "role-play sc",
    "virtual reality officer",
    "cafe naive",
    "危机",
    "the and",
    "listening nowhere",
    "mental health policy em",
]


@pytest.mark.parametrize("text", TEXTS)
def test_the_explanation_finds_and_ranks_as_the_engine(index: Index, text: str) -> None:
    tiers = explained_tiers(index, text)
    query = CatalogQuery(None, text=text, page_size=100)
    answers = [index.ask(query)]
    answers += [index.ask(query.with_page(page)) for page in range(2, answers[0].last_page + 1)]
    found = [hit.uid for answer in answers for hit in answer.hits]
    assert set(found) == set(tiers)
    places = [list(Tier).index(tiers[uid]) for uid in found]
    assert places == sorted(places)


def explained_tiers(index: Index, text: str) -> dict[str, Tier]:
    """Return the tier of every record that the explanation says is found."""
    expression = parse_text(text, SYNONYMS)
    assert expression is not None
    tiers: dict[str, Tier] = {}
    for record in index.records.values():
        first, last = record.valid_from or TODAY, record.valid_until or TODAY
        if record.locale != LOCALE or not first <= TODAY <= last:
            continue
        tier = explain_text(
            expression, title=record.title, summary=record.summary, body=record.body
        ).tier
        if tier is not None:
            tiers[str(record.uid)] = tier
    return tiers
