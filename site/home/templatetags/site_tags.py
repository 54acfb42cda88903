"""Tags about the site around a page: menu, languages, footer, structured data. No components."""

import json
from collections.abc import Mapping
from typing import Any

from django import template
from django.http import HttpRequest
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from wagtail.models import Page, Site

from home import selectors
from home.models import SiteInformation

register = template.Library()

JSON_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


def _request(context: Context) -> HttpRequest | None:
    request = context.get("request")
    return request if isinstance(request, HttpRequest) else None


def _site(context: Context) -> Site | None:
    request = _request(context)
    return Site.find_for_request(request) if request else None


@register.simple_tag(takes_context=True)
def site_name(context: Context) -> str:
    """The site's public name; the product's where the site has none."""
    site = _site(context)
    return (site.site_name if site else "") or "Clearinghouse"


@register.simple_tag(takes_context=True)
def site_information(context: Context) -> SiteInformation:
    """The footer's facts of this site; unsaved defaults where nobody has edited them yet."""
    return selectors.site_information(_site(context))


@register.simple_tag(takes_context=True)
def site_menu(context: Context) -> list[selectors.MenuEntry]:
    """Public in-menu children of the site's root, in the page's language, in tree order."""
    page = context.get("page")
    return selectors.menu(
        _site(context), _request(context), page if isinstance(page, Page) else None
    )


@register.simple_tag(takes_context=True)
def language_links(context: Context) -> list[selectors.LanguageLink]:
    """The public translations of the page at hand, itself included; empty unless there are two."""
    page = context.get("page")
    if not isinstance(page, Page) or page.pk is None:
        return []
    return selectors.languages(page, _request(context))


@register.simple_tag
def json_ld(data: Mapping[str, Any] | list[Any]) -> SafeString:
    """A `<script type="application/ld+json">` whose data cannot end the element early."""
    text = json.dumps(data, ensure_ascii=False, default=str).translate(JSON_ESCAPES)
    return format_html(
        '<script type="application/ld+json">{}</script>',
        mark_safe(text),  # noqa: S308 - every character that could end the element is escaped
    )
