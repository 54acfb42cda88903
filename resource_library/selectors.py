"""Reads of the library for readers: what stands beside a resource, and collections. No writes."""

from wagtail.documents.models import Document
from wagtail.models import CollectionViewRestriction, Page
from wagtail.query import PageQuerySet

from resource_library.models import CoreTopicArea, ResourceCollectionPage, ResourcePage, Term


def related_pages(page: ResourcePage) -> list[Page]:
    """Return the live and public pages that a resource points to, in its order.

    Whether a page has further conditions (an approval in force) is for the caller to ask.
    """
    ids = [row.page_id for row in page.related_pages.all()]
    found = Page.objects.filter(pk__in=ids).live().public().specific().in_bulk()
    return [found[pk] for pk in dict.fromkeys(ids) if pk in found]


def collections_in(index: Page) -> PageQuerySet:
    """Return the live and public collections below a library's index page."""
    if index.pk is None:
        return ResourceCollectionPage.objects.none()
    return ResourceCollectionPage.objects.child_of(index).live().public().order_by("path")


def resources_in(collection: ResourceCollectionPage) -> list[ResourcePage]:
    """Return the live and public resources of a collection, in its order, ready for cards."""
    ids = [row.resource_id for row in collection.items.all()]
    found = (
        ResourcePage.objects.filter(pk__in=ids)
        .live()
        .public()
        .select_related("resource_type", "publisher")
        .prefetch_related("core_topics")
        .in_bulk()
    )
    return [found[pk] for pk in dict.fromkeys(ids) if pk in found]


def resource_at(slug: str, language: str) -> ResourcePage | None:
    """Return the public resource with this slug in a language, its relations loaded, or None."""
    if not slug.isprintable():  # a NUL never gets into a slug, nor into PostgreSQL
        return None
    return (
        ResourcePage.objects.live()
        .public()
        .filter(slug=slug, locale__language_code=language, alias_of__isnull=True)
        .select_related("locale", "resource_type", "publisher", "language", "file__collection")
        .prefetch_related("core_topics", "audiences", "related_pages", "tags")
        .order_by("path")
        .first()
    )


def public_document(document: Document | None) -> Document | None:
    """Return the document where its collection, and all above it, are open to everybody."""
    if document is None:
        return None
    restricted = CollectionViewRestriction.objects.values_list("collection__path", flat=True)
    path = document.collection.path
    return None if any(path.startswith(private) for private in restricted) else document


def active_topics(language: str) -> list[CoreTopicArea]:
    """Return the active core topic areas of a language, in the editors' order."""
    return list(CoreTopicArea.objects.filter(active=True, locale__language_code=language))


def active_terms() -> list[Term]:
    """Return the active terms of every list, in the editors' order."""
    return list(Term.objects.filter(active=True))
