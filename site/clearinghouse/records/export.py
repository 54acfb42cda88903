"""Writing the site's records as lines that an import can read."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db.models import Q
from wagtail.models import Locale

from review_workflow.enums import IN_FORCE

from .content import BATCH, PAGE_MODELS, records_of
from .format import CURRICULUM, RESOURCE, dump


def exported_lines(*, imported_only: bool = False) -> Iterator[str]:
    """Yield the lines of what an export contains: resources, then curricula, each by slug.

    Resources that are live and curricula that have an approval which stands, expired or not; of
    what an import made, unapproved curricula too. Aliases and translations are left out.
    """
    for kind in (RESOURCE, CURRICULUM):
        keys = iter(_keys(kind, imported_only=imported_only))
        while batch := list(islice(keys, BATCH)):
            for _page, record in records_of(kind, batch):
                yield dump(record)


def _keys(kind: str, *, imported_only: bool) -> Any:
    pages = PAGE_MODELS[kind].objects.filter(alias_of__isnull=True, locale=Locale.get_default())
    imported = pages.exclude(imported_digest="")
    if kind == RESOURCE:
        chosen = (imported if imported_only else pages).filter(live=True)
    elif imported_only:
        chosen = imported
    else:
        chosen = pages.filter(
            Q(approvals__is_current=True, approvals__standing__in=list(IN_FORCE))
            | ~Q(imported_digest="")
        )
    return chosen.order_by("slug", "pk").values_list("pk", flat=True).distinct().iterator()
