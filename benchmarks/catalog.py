"""The catalog and its engine over made records, written by the code of production."""

import time
from collections.abc import Iterable, Iterator
from itertools import islice

from django.db import transaction
from django.utils import timezone
from wagtail.models import Locale

from benchmarks.corpus import FACET_SIZES, MadeQuery, MadeRecord, facet_value
from home.services import ensure_site_tree
from resource_library.models import CoreTopicArea, Organisation, ResourcePage, Term
from search import indexing
from search.engines import Question
from search.engines.database import DATABASE_ENGINE
from search.engines.database.reading import current_state
from search.enums import Kind
from search.generations import next_generation
from search.models import IndexChange, SearchFacet, SearchRecord
from search.query import CatalogQuery
from search.records import CatalogRecord
from search.selectors import answer_query, search_catalog
from search.text import parse_text

BATCH = 500


def catalog_record(made: MadeRecord) -> CatalogRecord:
    """Return a made record as the catalog knows records."""
    return CatalogRecord(
        page_id=0,
        uid=made.uid,
        kind=Kind.CURRICULUM,
        locale="en",
        slug=f"made-{made.number}",
        title=made.title,
        summary=made.summary,
        body=made.body,
        path=f"/catalog/made-{made.number}/",
        core_topics=tuple((value, value) for value in made.facets["core_topic"]),
        facets=made.facets,
        fields={"hours": made.minutes / 60, "year": made.facets["year"][0]},
        day=made.approved_on,
        minutes=made.minutes,
        valid_from=made.approved_on,
        valid_until=None,
    )


def question_of(query: MadeQuery) -> Question:
    """Return a made query as an engine is asked it: its words analysed, the state read."""
    return Question(
        query=CatalogQuery(Kind.CURRICULUM, text=query.text, selections=query.selections),
        expression=parse_text(query.text),
        locale=None,
        today=timezone.localdate(),
        state=current_state(),
    )


def name_values() -> None:
    """Give the made facet values a name each, so that the API knows them."""
    for name, count in FACET_SIZES.items():
        for slug in (facet_value(name, place) for place in range(count)):
            if name == "core_topic":
                CoreTopicArea.objects.get_or_create(
                    slug=slug, locale=Locale.get_default(), defaults={"label": slug}
                )
            elif name == "provider":
                Organisation.objects.get_or_create(slug=slug, defaults={"name": slug})
            elif name != "year":
                Term.objects.get_or_create(vocabulary=name, slug=slug, defaults={"label": slug})


def batches(made: Iterable[MadeRecord]) -> Iterator[list[MadeRecord]]:
    """Yield the records in batches."""
    rest = iter(made)
    while batch := list(islice(rest, BATCH)):
        yield batch


class OurEngine:
    """The engine alone, and the catalog with all that a search does, over the same records."""

    def clear(self) -> None:
        """Empty the search tables."""
        for model in (IndexChange, SearchFacet, SearchRecord):
            model.objects.all().delete()
        DATABASE_ENGINE.clear()

    def add(self, made: Iterable[MadeRecord]) -> None:
        """Write records: rows, facets, full text, generation."""
        for batch in batches(made):
            with transaction.atomic():
                self._write(batch)

    def _write(self, batch: list[MadeRecord]) -> None:
        records = [catalog_record(made) for made in batch]
        rows = [SearchRecord(uid=record.uid, kind=record.kind.value) for record in records]
        for row, record in zip(rows, records, strict=True):
            indexing.fill_row(row, record)
        SearchRecord.objects.bulk_create(rows)
        SearchFacet.objects.bulk_create(
            [
                SearchFacet(record_id=row.pk, facet=name, value=value)
                for row, record in zip(rows, records, strict=True)
                for name, values in record.facets.items()
                for value in values
            ],
            batch_size=5_000,
        )
        DATABASE_ENGINE.write(
            [indexing.indexed(row, record) for row, record in zip(rows, records, strict=True)]
        )
        next_generation([], rebuild=True)

    def ask_engine(self, query: MadeQuery) -> int:
        """Have the engine match, rank and count: text, twenty records, total, eight facets.

        Reading the state of the index and the words of the text are part of it.
        """
        return DATABASE_ENGINE.search(question_of(query)).count

    def ask_catalog(self, query: MadeQuery) -> int:
        """Answer as the web page and the API do, once the parameters are read."""
        asked = CatalogQuery(Kind.CURRICULUM, text=query.text, selections=query.selections)
        return answer_query(asked).count

    def forget(self) -> None:
        """Forget what earlier texts matched."""
        DATABASE_ENGINE._matches.clear()


def searchable_after(count: int) -> list[float]:
    """Publish resources; return the milliseconds from each call's end to its being found.

    As in a server, the site's addresses are loaded before.
    """
    parent = ensure_site_tree()["library"]
    parent.get_url()
    taken: list[float] = []
    for number in range(count):
        page = ResourcePage(
            title="Sample benchmark entry",
            slug=f"entry-{timezone.now():%H%M%S%f}",
            summary=f"A summary of entry {number}.",
            resource_type=Term.objects.filter(vocabulary="resource_type").first(),
            live=False,
        )
        parent.add_child(instance=page)
        before = search_catalog(Kind.RESOURCE, {"q": ["benchmark"]}).count
        with transaction.atomic():
            page.save_revision().publish()
            begin = time.perf_counter()
        found = search_catalog(Kind.RESOURCE, {"q": ["benchmark"]}).count
        taken.append((time.perf_counter() - begin) * 1000)
        if found != before + 1:
            message = f"published, but not found: {before} before, {found} after"
            raise RuntimeError(message)
    return taken
