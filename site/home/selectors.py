"""Reads around the site's pages: menu, languages, footer facts and what the home page lists."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language_info
from wagtail.models import Page, Site

from home.models import SiteInformation


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A link of the main navigation; `current` on its page and below, `exact` on its page only."""

    title: str
    url: str
    current: bool
    exact: bool


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """The same page in another language; `name` is in that language."""

    code: str
    name: str
    url: str
    current: bool


def site_information(site: Site | None) -> SiteInformation:
    """The footer's facts; unsaved defaults instead of a write during a read."""
    if site is None:
        return SiteInformation()
    return SiteInformation.objects.filter(site=site).first() or SiteInformation(site=site)


def menu(site: Site | None, request: HttpRequest | None, page: Page | None) -> list[MenuEntry]:
    """Public in-menu children of the root, in the language of the page (or of the request)."""
    if site is None:
        return []
    root = site.root_page
    if settings.WAGTAIL_I18N_ENABLED:
        root = root.localized
    path = page.path if page is not None and page.path else ""
    children = root.get_children().live().in_menu().public().defer_streamfields()
    return [
        MenuEntry(
            title=child.title,
            url=child.get_url(request) or "",
            current=bool(path) and path.startswith(child.path),
            exact=path == child.path,
        )
        for child in children
    ]


def languages(page: Page, request: HttpRequest | None) -> list[LanguageLink]:
    """The page's public translations, itself first; empty where it exists in one language only."""
    translations = [
        other
        for other in page.get_translations().live().public().select_related("locale")
        if other.get_url(request)
    ]
    if not translations:
        return []
    return [
        LanguageLink(
            code=other.locale.language_code,
            name=get_language_info(other.locale.language_code)["name_local"].capitalize(),
            url=other.get_url(request) or "",
            current=other.pk == page.pk,
        )
        for other in (page, *translations)
    ]
