"""Making many new pages at once: the rows that Wagtail's add, revise and publish would write.

One page at a time, they cost some two hundred queries each. Only for pages that are new, have no
author and need no other check than the format's; every approval still goes through the one door
for grants, and nothing under the gate becomes public without one.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone
from modelcluster.models import get_all_child_m2m_relations, get_all_child_relations
from wagtail.models import Page, PageLogEntry, ReferenceIndex, Revision
from wagtail.search.backends import get_search_backends
from wagtail.signals import page_published, published

from search.indexing import record_change

Grant = Callable[[Any, Revision], bool]
"""Decides about a page and its first revision; returns whether it becomes public now."""


def create_pages(parent: Any, pages: Sequence[Any], grant: Grant) -> None:
    """Write new pages of one type below `parent`, each with a revision, and publish what may be.

    Within a transaction. Sends Wagtail's signals of a publication.
    """
    for page in pages:
        _complete(page)
    _insert_pages(parent, pages)
    _insert_relations(pages)
    revisions = _insert_revisions(pages)
    for page, revision in zip(pages, revisions, strict=True):
        _put_in_place(page, revision, is_public=grant(page, revision))
        ReferenceIndex.create_or_update_for_object(page)
    _log(pages, revisions)
    record_change([page.pk for page in pages])
    model, keys = type(pages[0]), [page.pk for page in pages]
    transaction.on_commit(lambda: _index_for_admin(model, keys), robust=True)


def _complete(page: Any) -> None:
    """Say of every relation that was not filled that it is empty, so that nobody asks for it."""
    related = page.__dict__.setdefault("_cluster_related_objects", {})
    for relation in get_all_child_relations(type(page)):
        related.setdefault(relation.get_accessor_name(), [])
    for relation in get_all_child_m2m_relations(type(page)):
        related.setdefault(relation.name, [])
    for module in related.get("modules", []):
        own = module.__dict__.setdefault("_cluster_related_objects", {})
        for relation in get_all_child_m2m_relations(type(module)):
            own.setdefault(relation.name, [])


def _insert_pages(parent: Any, pages: Sequence[Any]) -> None:
    above = Page.objects.select_for_update().get(pk=parent.pk)
    last = above.get_last_child()
    step = last._get_lastpos_in_path() if last else 0
    content_type = ContentType.objects.get_for_model(type(pages[0]))
    for number, page in enumerate(pages, start=step + 1):
        page.depth = above.depth + 1
        page.path = Page._get_path(above.path, page.depth, number)
        page.locale = parent.locale
        page.content_type = content_type
        page.draft_title = page.title
        page.set_url_path(above)
    columns = [field.attname for field in Page._meta.concrete_fields if not field.primary_key]
    bases = Page.objects.bulk_create(
        [Page(**{name: getattr(page, name) for name in columns}) for page in pages]
    )
    for page, base in zip(pages, bases, strict=True):
        page.pk = page.id = base.pk
        # The base row is there: raw saves the row of the page's own table and nothing else.
        page.save_base(raw=True, force_insert=True)
    Page.objects.filter(pk=above.pk).update(numchild=models.F("numchild") + len(pages))


def _insert_relations(pages: Sequence[Any]) -> None:
    modules = []
    for page in pages:
        for module in page._cluster_related_objects.get("modules", []):
            module.page = page
            modules.append(module)
    if modules:
        type(modules[0]).objects.bulk_create(modules)
    for relation in get_all_child_m2m_relations(type(pages[0])):
        through = relation.remote_field.through
        source, target = relation.m2m_column_name(), relation.m2m_reverse_name()
        through.objects.bulk_create(
            through(**{source: page.pk, target: item.pk})
            for page in pages
            for item in page._cluster_related_objects[relation.name]
        )


def _insert_revisions(pages: Sequence[Any]) -> list[Revision]:
    now = timezone.now()
    base_content_type = ContentType.objects.get_for_model(Page)
    return Revision.objects.bulk_create(
        Revision(
            content_object=page,
            base_content_type=base_content_type,
            content=page.serializable_data(),
            object_str=str(page),
            created_at=now,
        )
        for page in pages
    )


def _put_in_place(page: Any, revision: Revision, *, is_public: bool) -> None:
    page.latest_revision = revision
    page.latest_revision_created_at = revision.created_at
    if is_public:
        page.live, page.has_unpublished_changes = True, False
        page.live_revision = revision
        page.first_published_at = page.last_published_at = revision.created_at
    else:
        page.has_unpublished_changes = True
    names = (
        "latest_revision_id latest_revision_created_at live has_unpublished_changes "
        "live_revision_id first_published_at last_published_at"
    ).split()
    Page.objects.filter(pk=page.pk).update(**{name: getattr(page, name) for name in names})
    if is_public:
        page_published.send(sender=type(page), instance=page, revision=revision)
        published.send(sender=type(page), instance=page, revision=revision)


def _log(pages: Sequence[Any], revisions: Sequence[Revision]) -> None:
    entries = []
    for page, revision in zip(pages, revisions, strict=True):
        for action in ("wagtail.create", "wagtail.publish") if page.live else ("wagtail.create",):
            entries.append(
                PageLogEntry(
                    page_id=page.pk,
                    content_type_id=page.content_type_id,
                    label=page.get_admin_display_title(),
                    action=action,
                    timestamp=revision.created_at,
                    revision=revision,
                    content_changed=True,
                    data={},
                )
            )
    PageLogEntry.objects.bulk_create(entries)


def _index_for_admin(model: Any, keys: Sequence[int]) -> None:
    """Give the pages to the search of the admin."""
    pages = list(model.objects.filter(pk__in=keys))
    for backend in get_search_backends(with_auto_update=True):
        backend.add_bulk(model, pages)
