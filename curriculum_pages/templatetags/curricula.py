"""Template tags about curricula: what a page shows beside its fields, and figures in words."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import template
from django.template.context import Context
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import Page

from curriculum_pages import selectors
from curriculum_pages.enums import ClaimFlag, YesNoUnknown
from curriculum_pages.models import Claim, CurriculumPage
from curriculum_pages.structured_data import course

register = template.Library()

MINUS = "\N{MINUS SIGN}"


@register.simple_tag
def curriculum_details(page: CurriculumPage) -> selectors.CurriculumDetails:
    """The approval, hours, files and evidence of a curriculum."""
    return selectors.curriculum_details(page)


@register.simple_tag(takes_context=True)
def curriculum_data(
    context: Context, page: CurriculumPage, details: selectors.CurriculumDetails
) -> dict[str, Any] | None:
    """The curriculum in schema.org's terms, or nothing."""
    return course(page, details, page.get_full_url(context.get("request")) or "")


@register.simple_tag
def claims_about_jurisdictions() -> tuple[Claim, ...]:
    """Claims about states and cities."""
    return selectors.claims_about_jurisdictions()


@register.simple_tag
def shown_today(pages: Iterable[Page]) -> list[Page]:
    """The given pages without curricula whose approval is not in force."""
    return selectors.pages_shown_today(pages)


@register.filter
def duration(minutes: int | None) -> str:
    """Minutes in words: “45 min”, “16 h”, “1 h 30 min”; nothing for nothing."""
    if not minutes:
        return ""
    hours, rest = divmod(minutes, 60)
    parts = []
    if hours:
        parts.append(_("%(number)s h") % {"number": number_format(hours)})
    if rest:
        parts.append(_("%(number)s min") % {"number": rest})
    return "\N{NO-BREAK SPACE}".join(parts)


@register.filter
def answer(page: CurriculumPage, name: str) -> str:
    """A yes or no in words; nothing where the provider has not told."""
    if getattr(page, name) == YesNoUnknown.UNKNOWN.value:
        return ""
    return str(getattr(page, f"get_{name}_display")())


@register.filter
def period(months: int) -> str:
    """How often something is due: in years where months make whole years."""
    if months % 12 == 0:
        years = months // 12
        return ngettext("Every year", "Every %(number)s years", years) % {"number": years}
    return ngettext("Every month", "Every %(number)s months", months) % {"number": months}


@register.filter
def figure(value: Decimal | None) -> str:
    """A decimal without idle zeros and with a true minus sign; nothing for None."""
    if value is None:
        return ""
    shown = number_format(format(abs(value).normalize(), "f"), force_grouping=True)
    return f"{MINUS}{shown}" if value < 0 else shown


@register.filter
def size(claim: Claim) -> str:
    """What a claim measured: value, unit and interval; nothing where it gives no figure."""
    text = "\N{NO-BREAK SPACE}".join(filter(None, (figure(claim.value), claim.unit)))
    if claim.interval_low is None and claim.interval_high is None:
        return text
    interval = _("interval %(low)s to %(high)s") % {
        "low": figure(claim.interval_low) or "?",
        "high": figure(claim.interval_high) or "?",
    }
    return f"{text} ({interval})" if text else interval


@register.filter
def conflicts(claim: Claim) -> bool:
    """Whether the claim's sources contradict one another."""
    return claim.flag == ClaimFlag.CONFLICTING.value


@register.filter
def have_conflicts(claims: Iterable[Claim]) -> bool:
    """Whether any of the claims contradict one another."""
    return selectors.has_conflicts(claims)
