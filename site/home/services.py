"""Writes to the site's page tree."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.models import Locale, Page, Site

from curriculum_pages.models import CurriculumIndexPage, RequirementsPage
from home.models import (
    ExpertsPage,
    FaqPage,
    HomePage,
    InformationPage,
    KeyElementsPage,
    PolicyBriefPage,
    SiteInformation,
    StandardsPage,
)
from resource_library.models import ResourceIndexPage

HOME_SLUG = "clearinghouse"


def _sections() -> list[tuple[type[Page], str, str]]:
    """Every page below the home page: its type, slug and title, in the order of the menu."""
    return [
        (CurriculumIndexPage, "catalog", _("Catalog")),
        (ResourceIndexPage, "library", _("Library")),
        (RequirementsPage, "requirements", _("Requirements")),
        (StandardsPage, "standards", _("Standards")),
        (KeyElementsPage, "key-elements", _("Key elements")),
        (PolicyBriefPage, "policy-brief", _("Policy brief")),
        (FaqPage, "faq", _("FAQ")),
        (ExpertsPage, "experts", _("Experts")),
        (InformationPage, "about", _("About")),
    ]


@transaction.atomic
def ensure_site_tree() -> dict[str, Any]:
    """Create what is missing of the page tree; return its pages by slug, the home page as `home`.

    On a new database Wagtail's welcome page makes room. Pages that exist stay as editors made them.
    """
    with override("en"):
        home = _ensure_home_page()
        pages: dict[str, Any] = {"home": home}
        for model, slug, title in _sections():
            child = home.get_children().filter(slug=slug).first()
            if child is None:
                child = home.add_child(
                    instance=model(title=title, slug=slug, locale=home.locale, show_in_menus=True)
                )
                child.save_revision().publish()
            pages[slug] = child.specific
    pages["home"] = HomePage.objects.get(pk=home.pk)
    return pages


def _ensure_home_page() -> HomePage:
    """Return the default site's home page; on a new database take the place of the welcome page."""
    site = Site.objects.filter(is_default_site=True).select_related("root_page").first()
    present = site.root_page.specific if site else None
    if isinstance(present, HomePage):
        return present
    root = Page.get_first_root_node()
    if root is None:
        message = "The page tree has no root: run the migrations first."
        raise LookupError(message)
    home = HomePage.objects.filter(depth=2, slug=HOME_SLUG).first()
    if home is None:
        home = root.add_child(
            instance=HomePage(title="Clearinghouse", slug=HOME_SLUG, locale=Locale.get_default())
        )
        home.save_revision().publish()
    if site is None:
        site = Site(hostname="localhost", port=80, is_default_site=True)
    welcome = site.root_page if site.root_page_id else None
    site.root_page = home
    site.site_name = site.site_name or "Clearinghouse"
    site.save()
    SiteInformation.objects.get_or_create(site=site)
    if welcome is not None and _is_welcome(welcome):
        welcome.delete()
    created: HomePage = HomePage.objects.get(pk=home.pk)
    return created


def _is_welcome(page: Page) -> bool:
    """Tell Wagtail's own first page, untouched and childless, from a page that somebody made."""
    return page.specific_class is Page and page.slug == "home" and page.is_leaf()
