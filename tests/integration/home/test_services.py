"""The site's page tree: made once, and left as editors made it."""

from typing import Any

import pytest
from wagtail.models import Page, Site

from home.models import HomePage, SiteInformation
from home.services import ensure_site_tree

SLUGS = {
    "home",
    "catalog",
    "library",
    "requirements",
    "standards",
    "key-elements",
    "policy-brief",
    "faq",
    "experts",
    "about",
}


def test_it_replaces_the_welcome_page_with_a_published_tree(site_tree: dict[str, Any]) -> None:
    assert set(site_tree) == SLUGS
    assert [page.title for page in Page.objects.filter(depth=2)] == ["Clearinghouse"]
    site = Site.objects.get()
    assert (site.site_name, site.root_page.specific, site.is_default_site) == (
        "Clearinghouse",
        site_tree["home"],
        True,
    )
    assert {page.url for page in site_tree.values()} == {
        "/",
        *(f"/{slug}/" for slug in SLUGS - {"home"}),
    }
    sections = [page for slug, page in site_tree.items() if slug != "home"]
    assert all(page.live and page.show_in_menus for page in sections)


def test_a_second_call_changes_nothing(site_tree: dict[str, Any]) -> None:
    about = site_tree["about"]
    about.title, about.show_in_menus = "About us", False
    about.save_revision().publish()
    before = list(Page.objects.order_by("path").values())
    again = ensure_site_tree()
    assert {slug: page.pk for slug, page in again.items()} == {
        slug: page.pk for slug, page in site_tree.items()
    }
    assert list(Page.objects.order_by("path").values()) == before
    assert again["about"].title == "About us"


@pytest.mark.django_db
def test_it_keeps_a_page_that_somebody_made() -> None:
    welcome = Page.objects.get(depth=2)
    welcome.add_child(instance=Page(title="Ours", slug="ours"))
    ensure_site_tree()
    assert Page.objects.filter(slug="ours").exists()
    assert isinstance(Site.objects.get().root_page.specific, HomePage)


def test_the_footer_starts_with_both_grants(site_tree: dict[str, Any]) -> None:
    assert SiteInformation.objects.get().grants == [
        "15JCOPS-24-GK-01371-DETX",
        "15JCOPS-25-GK-00003-DETX",
    ]
