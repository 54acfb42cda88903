"""Template tags of result pages: results for a preview, and a card's facts in words."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.template.context import Context
from django.utils.dateparse import parse_date
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from wagtail.models import Page

from curriculum_pages.models import CurriculumIndexPage
from review_workflow.enums import ApprovalStatus
from review_workflow.models.approval import STATUS_LABELS
from search.browsing import Browsing, address
from search.enums import Kind
from search.query import CatalogQuery, Hit
from search.views import found

register = template.Library()


@register.simple_tag(takes_context=True)
def results_of(context: Context, page: Page) -> Browsing:
    """The results that the view has found, or else the first page of all (a preview)."""
    browsing = context.get("browsing")
    if isinstance(browsing, Browsing):
        return browsing
    kind = Kind.CURRICULUM if isinstance(page, CurriculumIndexPage) else Kind.RESOURCE
    return found(page, kind, {})


@register.filter
def address_of(query: CatalogQuery) -> str:
    """The query as a relative address."""
    return address(query)


@register.filter
def words(value: Any) -> str:
    """The label of a value of a card, whether it comes with its slug or alone."""
    if isinstance(value, Mapping):
        return str(value.get("label", ""))
    return str(value or "")


@register.filter
def hours_of(hit: Hit) -> str:
    """The total time of a curriculum: “16 h”, “16 h (claimed)”, or that it is not stated."""
    hours = hit.fields.get("hours")
    if hours is None:
        return _("not stated")
    number = number_format(f"{float(hours):.2f}".rstrip("0").rstrip("."))
    if hit.fields.get("hours_claimed"):
        return _("%(number)s h (claimed)") % {"number": number}
    return _("%(number)s h") % {"number": number}


@register.filter
def day(value: Any) -> str:
    """An ISO date in words."""
    parsed = parse_date(value) if isinstance(value, str) else value
    return date_format(parsed) if parsed else ""


@register.filter
def approval_status(status: str) -> str:
    """The status of an approval in words; as it is where it is not one of ours."""
    return str(STATUS_LABELS[ApprovalStatus(status)]) if status in set(ApprovalStatus) else status
