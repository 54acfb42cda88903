"""Records changes with the content, in its transaction; has them applied after the commit."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import models, transaction
from django.db.models import F
from django.db.models.functions import Now

from curriculum_pages.models import CurriculumPage
from resource_library.models import ResourcePage
from search.enums import Kind
from search.generations import record_site_change
from search.models import SearchRecord

BATCH = 500
PAGE_MODELS: tuple[tuple[Kind, type[models.Model]], ...] = (
    (Kind.RESOURCE, ResourcePage),
    (Kind.CURRICULUM, CurriculumPage),
)


@dataclass(slots=True)
class _Collected:
    pages: set[int]
    touched: bool = False


_collected: ContextVar[_Collected | None] = ContextVar("collected_changes", default=None)


@contextmanager
def collected_changes() -> Iterator[None]:
    """Record the changes made inside as one, at the end: for imports, within their transaction."""
    if _collected.get() is not None:
        yield
        return
    collected = _Collected(set())
    token = _collected.set(collected)
    try:
        yield
    finally:
        _collected.reset(token)
    record_change(collected.pages)
    if collected.touched:
        touch_generation()


def record_change(page_ids: Iterable[int]) -> None:
    """Note that these pages may answer differently, in the transaction that changes them.

    Creates missing records, raises versions, and applies both after the commit. Other pages than
    curricula and resources are ignored.
    """
    collected = _collected.get()
    if collected is not None:
        collected.pages.update(page_ids)
        return
    ids = sorted(set(page_ids))
    with transaction.atomic():
        for first in range(0, len(ids), BATCH):
            record_ids = _raise_versions(ids[first : first + BATCH])
            if record_ids:
                record_site_change()
                _apply_after_commit(record_ids)


def record_hidden(page_ids: Sequence[int]) -> None:
    """Note that pages were hidden or are about to be deleted; others have no record to change."""
    record_ids = list(SearchRecord.objects.filter(page__in=page_ids).values_list("pk", flat=True))
    if record_ids:
        SearchRecord.objects.filter(pk__in=record_ids).update(
            version=F("version") + 1, changed_at=Now()
        )
        record_site_change()
        _apply_after_commit(record_ids)


def touch_generation() -> None:
    """Note that something public changed that no record shows: answers get another generation."""
    collected = _collected.get()
    if collected is not None:
        collected.touched = True
        return
    record_site_change()
    _apply_after_commit([])


def _raise_versions(page_ids: Sequence[int]) -> list[int]:
    with transaction.atomic():
        known = dict(
            SearchRecord.objects.select_for_update()
            .filter(page__in=page_ids)
            .order_by("pk")
            .values_list("page_id", "pk")
        )
        missing = [page_id for page_id in page_ids if page_id not in known]
        if missing:
            known.update(_created(missing))
        ids = list(known.values())
        SearchRecord.objects.filter(pk__in=ids).update(version=F("version") + 1, changed_at=Now())
    return ids


def _created(page_ids: Sequence[int]) -> dict[int, int]:
    """Create records for pages of the catalog that have none; return them by page."""
    new: list[SearchRecord] = []
    for kind, model in PAGE_MODELS:
        pages = model._default_manager.filter(pk__in=page_ids, alias_of__isnull=True)
        new += [
            SearchRecord(page_id=page_id, uid=uid, kind=kind.value, version=0)
            for page_id, uid in pages.values_list("pk", "uid")
        ]
    if not new:
        return {}
    uids = [record.uid for record in new]
    # A page that was deleted and made again under its id takes up its old record.
    for record in SearchRecord.objects.filter(uid__in=uids, page__isnull=True):
        page_id = next(other.page_id for other in new if other.uid == record.uid)
        SearchRecord.objects.filter(pk=record.pk).update(page_id=page_id)
    SearchRecord.objects.bulk_create(new, ignore_conflicts=True)
    return dict(SearchRecord.objects.filter(uid__in=uids).values_list("page_id", "pk"))


def _apply_after_commit(record_ids: Sequence[int]) -> None:
    from search.tasks import apply_index_changes_task  # noqa: PLC0415 - the task calls back here

    transaction.on_commit(lambda: apply_index_changes_task.enqueue(list(record_ids)))
