"""The admin's pages about the search: axe finds nothing, nothing overflows, at both widths."""

import re

import pytest
from playwright.sync_api import Page, expect

from .conftest import ServedSite, log_in
from .stage import check, picture, wait_for

pytestmark = pytest.mark.browser


@pytest.fixture
def keeper(page: Page, served_site: ServedSite) -> Page:
    """Return the administrator's tab."""
    log_in(page, served_site, "administrator")
    return page


def test_the_page_of_the_index(keeper: Page) -> None:
    keeper.goto("/admin/search-index/")
    expect(keeper.get_by_role("heading", level=1)).to_contain_text("Search index")
    expect(keeper.get_by_text("Engine that answers")).to_be_visible()
    check(keeper)
    picture(keeper, "search-index-page")


def test_an_editor_asks_why_a_search_finds_a_page(keeper: Page) -> None:
    keeper.goto("/admin/search-index/")
    keeper.get_by_role("link", name="Explain a search").first.click()
    check(keeper)
    keeper.get_by_label("Searched text").fill("crisis team")
    keeper.get_by_label("Page", exact=False).last.fill("Crisis Intervention Team")
    keeper.get_by_role("button", name="Explain").click()
    expect(keeper).to_have_url(re.compile("q=crisis"))
    choices = keeper.get_by_role("heading", name="Which page is meant?")
    if choices.count():
        keeper.locator("h2:has-text('Which page is meant?') + ul a").first.click()
    expect(keeper.get_by_text("The search finds this page.")).to_be_visible()
    expect(keeper.get_by_role("table")).to_be_visible()
    check(keeper)
    picture(keeper, "explain-page")


def test_what_is_searched_is_shown_once_it_was_often_enough(
    keeper: Page, served_site: ServedSite
) -> None:
    visitor = keeper.context.browser.new_context(base_url=served_site.url)  # type: ignore[union-attr]  # launched
    for _ in range(3):
        assert visitor.request.get("/api/v1/search?q=nothing+of+the+kind").ok
    visitor.close()
    row = keeper.get_by_role("row").filter(has_text="nothing of the kind")

    def is_counted() -> bool:
        keeper.goto("/admin/search-terms/")
        return row.count() > 0

    wait_for(is_counted)  # due work writes the counts every few seconds
    expect(row.first).to_be_visible()
    expect(keeper.get_by_role("heading", name="Found nothing")).to_be_visible()
    check(keeper)
    picture(keeper, "search-terms-page")
