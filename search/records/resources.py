"""Records of the library's resources."""

from collections.abc import Iterator, Sequence

from resource_library.models import ResourcePage
from search.enums import Kind

from .attached import NO_FILES, files_of_resources
from .batch import (
    Vocabulary,
    all_labelled,
    is_public,
    labelled,
    links,
    slugs,
    tags,
)
from .plain import joined, plain_text
from .record import MAX_BODY_LENGTH, CatalogRecord


def resource_records(
    page_ids: Sequence[int], vocabulary: Vocabulary, private: tuple[str, ...]
) -> Iterator[CatalogRecord]:
    """Yield the records of the public resources among these pages."""
    pages = [
        page
        for page in ResourcePage.objects.filter(pk__in=page_ids).select_related(
            "locale", "publisher"
        )
        if is_public(page, private)
    ]
    keys = [page.pk for page in pages]
    if not keys:
        return
    topics = links(ResourcePage, "core_topics", keys)
    audiences = links(ResourcePage, "audiences", keys)
    tag_names = tags(ResourcePage.tags.through, keys)
    attached = files_of_resources(keys)
    for page in pages:
        parts = page.get_url_parts()
        if parts is None or parts[2] is None:
            continue
        topic_ids = topics.get(page.pk, [])
        audience_labels = vocabulary.labels(audiences.get(page.pk, []))
        publisher = (page.publisher.slug, page.publisher.name) if page.publisher else None
        kind_label = vocabulary.label(page.resource_type_id)
        language = vocabulary.language(page)
        files = attached.get(page.pk, NO_FILES)
        year = page.published_on.year if page.published_on else None
        yield CatalogRecord(
            page_id=page.pk,
            uid=page.uid,
            kind=Kind.RESOURCE,
            locale=page.locale.language_code,
            slug=page.slug,
            title=page.title,
            summary=page.summary,
            body=joined(
                plain_text(page.body),
                page.authors,
                publisher[1] if publisher else "",
                page.publisher.acronym if page.publisher else "",
                " ".join(tag_names.get(page.pk, ())),
                *files.texts,
            )[:MAX_BODY_LENGTH],
            path=parts[2],
            core_topics=vocabulary.topic_labels(topic_ids),
            facets={
                "core_topic": vocabulary.with_ancestors(topic_ids),
                "audience": slugs(*audience_labels),
                "language": slugs(language),
                "year": (str(year),) if year else (),
                "resource_type": slugs(kind_label),
                "publisher": slugs(publisher),
            },
            fields={
                "resource_type": labelled(kind_label),
                "publisher": labelled(publisher),
                "authors": page.authors,
                "audiences": all_labelled(audience_labels),
                "language": labelled(language),
                "year": year,
                "date": page.published_on.isoformat() if page.published_on else None,
                "tags": tag_names.get(page.pk, []),
            },
            day=page.published_on,
            attachments=files.digests,
        )
