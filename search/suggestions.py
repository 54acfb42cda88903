"""Short lists that nobody searched for: completions of a typed text, records like a record."""

from datetime import date
from uuid import UUID

from search.answers import asked, hits_of
from search.completion import MAX_COMPLETIONS, Completion
from search.enums import Kind
from search.models import SearchRecord
from search.query import CatalogQuery, Hit
from search.selectors import asking
from search.similarity import Subject, traits_of

MAX_SIMILAR = 4


def completions_of(
    query: CatalogQuery, *, language: str | None = None, today: date | None = None
) -> tuple[Completion, ...]:
    """Return the first records by title whose title holds the words, the last one unfinished.

    `language` narrows to the pages of that language's tree.
    """
    if not query.text:
        return ()
    choice, question = asking(query, language=language, today=today)
    found = asked(choice, lambda which: which.engine.complete(question, MAX_COMPLETIONS))
    return tuple(
        Completion(
            kind=Kind(record.payload["kind"]),
            uid=record.payload["uid"],
            slug=record.payload["slug"],
            title=record.payload["title"],
            path=record.payload["path"],
        )
        for record in found
    )


def similar_to(uid: UUID, *, language: str, today: date | None = None) -> tuple[Hit, ...]:
    """Return the records of that language's tree that are most like one; none for a hidden one."""
    row = SearchRecord.objects.visible().filter(uid=uid).only("payload", "facets").first()
    if row is None or row.payload is None:
        return ()
    subject = Subject(row.pk, str(uid), traits_of(row.payload["title"], row.facets))
    choice, question = asking(CatalogQuery(None), language=language, today=today)
    return hits_of(
        asked(choice, lambda which: which.engine.similar(question, subject, MAX_SIMILAR))
    )
