"""Seeds what the library holds: organisations, sources, topics, resources and collections."""

from collections.abc import Iterable
from datetime import date

from wagtail.models import Page

from clearinghouse.accounts.models import User
from resource_library.enums import Vocabulary
from resource_library.models import (
    CoreTopicArea,
    Organisation,
    RelatedPage,
    ResourceCollectionItem,
    ResourceCollectionPage,
    ResourceIndexPage,
    ResourcePage,
    Source,
    Term,
)

from .content import Record, lasting_id, load

REVIEW_BY = date(2027, 6, 30)


def terms(vocabulary: Vocabulary, slugs: Iterable[str]) -> list[Term]:
    """Return terms of one list in the order asked for; raises LookupError for a missing one."""
    wanted = list(slugs)
    found = {
        term.slug: term
        for term in Term.objects.filter(vocabulary=vocabulary.value, slug__in=wanted)
    }
    missing = [slug for slug in wanted if slug not in found]
    if missing:
        message = f"The vocabulary {vocabulary.value} lacks {', '.join(missing)}."
        raise LookupError(message)
    return [found[slug] for slug in wanted]


def term(vocabulary: Vocabulary, slug: str | None) -> Term | None:
    """Return one term, or None where the content names none."""
    return terms(vocabulary, [slug])[0] if slug else None


def topics(slugs: Iterable[str]) -> list[CoreTopicArea]:
    """Return core topic areas in the order asked for; raises LookupError for a missing one."""
    wanted = list(slugs)
    found = {
        topic.slug: topic
        for topic in CoreTopicArea.objects.filter(slug__in=wanted, locale__language_code="en")
    }
    missing = [slug for slug in wanted if slug not in found]
    if missing:
        message = f"There is no core topic area {', '.join(missing)}."
        raise LookupError(message)
    return [found[slug] for slug in wanted]


def source(name: str) -> Source:
    """Return a source by its name in the data files."""
    return Source.objects.get(uid=lasting_id("source", name))


def seed_topics() -> int:
    """Create the sub-topics that are missing; return how many there are in the content."""
    records = load("topics")["topic"]
    for order, record in enumerate(records):
        parent = topics([record["parent"]])[0]
        CoreTopicArea.objects.get_or_create(
            slug=record["slug"],
            locale=parent.locale,
            defaults={
                "uid": lasting_id("topic", record["slug"]),
                "label": record["label"],
                "parent": parent,
                "sort_order": parent.sort_order * 10 + order,
            },
        )
    return len(records)


def seed_organisations() -> int:
    """Create the organisations that are missing; return how many the content has."""
    records = load("organisations")["organisation"]
    for record in records:
        Organisation.objects.get_or_create(
            slug=record["slug"],
            defaults={
                "uid": lasting_id("organisation", record["slug"]),
                **{key: value for key, value in record.items() if key != "slug"},
            },
        )
    return len(records)


def seed_sources() -> int:
    """Create the sources that are missing; return how many the content has."""
    records = load("sources")["source"]
    for record in records:
        Source.objects.get_or_create(
            uid=lasting_id("source", record["slug"]),
            defaults={
                "short_name": record["short_name"],
                "citation": record["citation"],
                "url": record.get("url", ""),
            },
        )
    return len(records)


def link_sources(library: ResourceIndexPage) -> None:
    """Point sources that are also resources of the library to their page."""
    pages = dict(ResourcePage.objects.child_of(library).values_list("slug", "pk"))
    for record in load("sources")["source"]:
        if page_id := pages.get(record.get("resource", "")):
            Source.objects.filter(uid=lasting_id("source", record["slug"]), page=None).update(
                page_id=page_id
            )


def resource_records() -> list[Record]:
    """Return the resources of the content, those that exist first."""
    return [*load("resources")["resource"], *load("sample_resources")["resource"]]


def seed_resources(library: ResourceIndexPage, catalog: Page, editor: User) -> int:
    """Publish the resources that are missing; return how many the content has.

    All are added as drafts first, so that each can point to any other.
    """
    records = resource_records()
    there = set(ResourcePage.objects.child_of(library).values_list("slug", flat=True))
    new = [record for record in records if record["slug"] not in there]
    pages = {
        record["slug"]: library.add_child(instance=_resource(record, editor)) for record in new
    }
    pages_by_path = dict(ResourcePage.objects.child_of(library).values_list("slug", "pk"))
    pages_by_path |= {
        f"catalog/{slug}": pk for slug, pk in catalog.get_children().values_list("slug", "pk")
    }
    for record in new:
        page = pages[record["slug"]]
        page.related_pages = [
            RelatedPage(page_id=pages_by_path[path], sort_order=order)
            for order, path in enumerate(record.get("related", []))
        ]
        page.save_revision(user=editor).publish(user=editor)
    return len(records)


def _resource(record: Record, editor: User) -> ResourcePage:
    page = ResourcePage(
        uid=lasting_id("resource", record["slug"]),
        title=record["title"],
        slug=record["slug"],
        owner=editor,
        live=False,
        summary=record["summary"],
        body=record.get("body", ""),
        resource_type=term(Vocabulary.RESOURCE_TYPE, record["resource_type"]),
        publisher=Organisation.objects.filter(slug=record.get("publisher", "")).first(),
        authors=record.get("authors", ""),
        published_on=record.get("published_on"),
        language=term(Vocabulary.LANGUAGE, record.get("language", "en")),
        link=record.get("link", ""),
        citation=record.get("citation", ""),
        review_by=record.get("review_by", REVIEW_BY),
    )
    page.core_topics = topics(record["core_topics"])
    page.audiences = terms(Vocabulary.AUDIENCE, record["audiences"])
    page.tags.add(*record.get("tags", []))
    return page


def seed_collections(library: ResourceIndexPage, editor: User) -> int:
    """Publish the collections that are missing; return how many the content has."""
    collections = load("resources")["collection"]
    pages = dict(ResourcePage.objects.child_of(library).values_list("slug", "pk"))
    for record in collections:
        if library.get_children().filter(slug=record["slug"]).exists():
            continue
        page = ResourceCollectionPage(
            title=record["title"],
            slug=record["slug"],
            owner=editor,
            live=False,
            introduction=record["introduction"],
        )
        members = [
            resource["slug"]
            for resource in resource_records()
            if record["slug"] in resource.get("collections", [])
        ]
        page.items.add(
            *(
                ResourceCollectionItem(resource_id=pages[slug], sort_order=order)
                for order, slug in enumerate(members)
                if slug in pages
            )
        )
        library.add_child(instance=page)
        page.save_revision(user=editor).publish(user=editor)
    return len(collections)
