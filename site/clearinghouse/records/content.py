"""The record of a page: what the page says, in the form of a line, read in batches."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import QuerySet
from wagtail.models import Site
from wagtail.rich_text import expand_db_html

from curriculum_pages.models import CurriculumPage
from resource_library.models import ResourcePage
from review_workflow.enums import IN_FORCE

from .body import clean_body
from .format import CURRICULUM, RESOURCE, Record

BATCH = 200
PAGE_MODELS: dict[str, Any] = {RESOURCE: ResourcePage, CURRICULUM: CurriculumPage}


def with_relations(kind: str, pages: QuerySet[Any]) -> QuerySet[Any]:
    """Return the pages with everything that their records need, in a fixed number of queries."""
    if kind == RESOURCE:
        return pages.select_related("resource_type", "publisher").prefetch_related(
            "core_topics", "audiences"
        )
    return pages.select_related("provider__organisation", "modality").prefetch_related(
        "core_topics",
        "key_elements",
        "audiences",
        "stages",
        "modules__method",
        "modules__core_topic",
        "approvals",
    )


def records_of(kind: str, keys: Iterable[int]) -> Iterator[tuple[Any, Record]]:
    """Yield the pages with these primary keys, by slug, each with its record."""
    pages = PAGE_MODELS[kind].objects.filter(pk__in=list(keys)).order_by("slug", "pk")
    for page in with_relations(kind, pages):
        yield page, record_of(kind, page)


def record_of(kind: str, page: Any, approval: Any = None) -> Record:
    """Return what the page says, in canonical form.

    `approval` is given where `page` is an earlier content of the page, which has no approvals.
    """
    head: Record = {
        "kind": kind,
        "slug": page.slug,
        "title": page.title,
        "summary": page.summary,
    }
    return head | (_resource(page) if kind == RESOURCE else _curriculum(page, approval))


def _resource(page: Any) -> Record:
    return {
        "body": body_of(page.body, imported=bool(page.imported_digest)),
        "core_topics": _slugs(page.core_topics),
        "resource_type": page.resource_type.slug,
        "audiences": _slugs(page.audiences),
        "publisher": page.publisher.name if page.publisher else None,
        "published_on": _day(page.published_on),
        "url": page.link or None,
    }


def _curriculum(page: Any, approval: Any) -> Record:
    approval = approval or current_approval(page)
    organisation = page.provider.organisation if page.provider else None
    return {
        "provider": organisation.name if organisation else None,
        "sector": (organisation.sector or None) if organisation else None,
        "core_topics": _slugs(page.core_topics),
        "key_elements": _slugs(page.key_elements),
        "audiences": _slugs(page.audiences),
        "modality": page.modality.slug if page.modality else None,
        "stages": _slugs(page.stages),
        "modules": [
            {
                "title": module.title,
                "minutes": module.contact_minutes,
                "method": module.method.slug if module.method else None,
                "core_topic": module.core_topic.slug if module.core_topic else None,
            }
            for module in page.modules.all()
        ],
        "approval": {
            "number": approval.number,
            "approved_on": approval.approved_on.isoformat(),
            "expires_on": approval.expires_on.isoformat(),
        }
        if approval
        else None,
    }


def current_approval(page: Any) -> Any:
    """Return the approval a line would state, from what was prefetched, or None.

    It stands, whatever the calendar says. A sample of the demonstration is none: a line cannot say
    that it is one, and elsewhere it would pass for a real approval.
    """
    return next(
        (
            approval
            for approval in page.approvals.all()
            if approval.is_current and approval.standing in IN_FORCE and not approval.is_sample
        ),
        None,
    )


def body_of(html: str, *, imported: bool) -> str:
    """Return stored rich text as a line carries it: links written out, nothing of this site."""
    if imported and "linktype=" not in html and "<embed" not in html:
        # As it came, apart from the keys that the editor gives to blocks.
        return clean_body(html) if "data-block-key" in html else html
    return clean_body(_absolute(str(expand_db_html(html))))


def _absolute(html: str) -> str:
    site = Site.objects.filter(is_default_site=True).first()
    root = site.root_url if site else ""
    return html.replace('href="/', f'href="{root}/') if root else html


def _slugs(related: Any) -> list[str]:
    return sorted(item.slug for item in related.all())


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None
