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


def _related(instance: Any) -> dict[str, list[Any]]:
    """Return the rows that a page or module holds in memory, by the name of their relation."""
    related: dict[str, list[Any]] = instance.__dict__.setdefault("_cluster_related_objects", {})
    return related


def _complete(page: Any) -> None:
    """Say of every relation that was not filled that it is empty, so that nobody asks for it."""
    for relation in get_all_child_relations(type(page)):
        _related(page).setdefault(relation.get_accessor_name(), [])
    for instance in (page, *_related(page).get("modules", [])):
        for relation in get_all_child_m2m_relations(type(instance)):
            _related(instance).setdefault(relation.name, [])


def _insert_pages(parent: Any, pages: Sequence[Any]) -> None:
    above = Page.objects.select_for_update().get(pk=parent.pk)
    last = above.get_last_child()
    # Treebeard adds one node at a time; its arithmetic of paths is what many at once need.
    step = last._get_lastpos_in_path() if last else 0  # noqa: SLF001 - see above
    content_type = ContentType.objects.get_for_model(type(pages[0]))
    for number, page in enumerate(pages, start=step + 1):
        page.depth = above.depth + 1
        page.path = Page._get_path(above.path, page.depth, number)  # noqa: SLF001 - see above
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
        for module in _related(page).get("modules", []):
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
            for item in _related(page)[relation.name]
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
    PageLogEntry.objects.bulk_create(
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
        for page, revision in zip(pages, revisions, strict=True)
        for action in ("wagtail.create", "wagtail.publish")
        if page.live or action == "wagtail.create"
    )


def _index_for_admin(model: Any, keys: Sequence[int]) -> None:
    """Give the pages to the search of the admin."""
    pages = list(model.objects.filter(pk__in=keys))
    for backend in get_search_backends(with_auto_update=True):
        backend.add_bulk(model, pages)
