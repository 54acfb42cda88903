"""The search box completes titles: by keyboard and pointer, at the width of a desk and a phone."""

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from .axe import violations
from .conftest import ServedSite

pytestmark = pytest.mark.browser


@pytest.fixture(params=[1280, 375])
def library(request: pytest.FixtureRequest, page: Page) -> Page:
    """Return the library at the width of a desk, then of a phone."""
    page.set_viewport_size({"width": request.param, "height": 900})
    page.goto("/library/")
    return page


def box_of(page: Page) -> Locator:
    """Return the search box, once it is a combobox."""
    return page.get_by_role("combobox", name="Search the library")


def offered_by(page: Page) -> Locator:
    """Return the titles of the open list."""
    return page.get_by_role("listbox", name="Titles that match").get_by_role("option")


def words_of(page: Page) -> str:
    """Return the beginning of a title that at least three titles share."""
    answers = {
        text: page.request.get(f"/api/v1/completions?kind=resource&q={text}").json()["completions"]
        for text in ("de", "tr", "gu", "co", "sa")
    }
    return max(answers, key=lambda text: len(answers[text]))


def test_a_title_is_chosen_by_keyboard(library: Page) -> None:
    box = box_of(library)
    expect(box).to_have_attribute("aria-expanded", "false")
    box.press_sequentially(words_of(library))
    options = offered_by(library)
    expect(options.nth(1)).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(library.get_by_role("status")).to_contain_text("titles match")
    box.press("ArrowDown")
    box.press("ArrowDown")
    second = options.nth(1)
    expect(second).to_have_attribute("aria-selected", "true")
    expect(options.nth(0)).to_have_attribute("aria-selected", "false")
    expect(box).to_have_attribute("aria-activedescendant", second.get_attribute("id") or "")
    expect(box).to_be_focused()
    assert violations(library) == []
    assert library.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )
    title = second.inner_text()
    box.press("Enter")
    expect(library.get_by_role("heading", level=1)).to_contain_text(title)
    assert re.search(r"/library/[^/?]+/$", library.url)


def test_escape_closes_the_list_and_keeps_the_text_and_arrows_open_it(library: Page) -> None:
    box = box_of(library)
    text = words_of(library)
    box.press_sequentially(text)
    options = offered_by(library)
    expect(options.first).to_be_visible()
    box.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    box.press("ArrowDown")
    expect(box).not_to_have_attribute("aria-activedescendant", re.compile("."))
    box.press("Escape")
    expect(options).to_have_count(0)
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value(text)
    box.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    box.press("Escape")
    box.press("Enter")
    expect(library).to_have_url(re.compile(rf"/library/\?q={text}(&sort=)?$"))


def test_enter_without_a_choice_searches_for_the_text(library: Page) -> None:
    box = box_of(library)
    text = words_of(library)
    box.press_sequentially(text)
    expect(offered_by(library).first).to_be_visible()
    box.press("Enter")
    expect(library).to_have_url(re.compile(rf"/library/\?q={text}(&sort=)?$"))


def test_a_title_is_chosen_by_pointer_and_leaving_closes_the_list(library: Page) -> None:
    box = box_of(library)
    box.press_sequentially(words_of(library))
    option = offered_by(library).first
    expect(option).to_be_visible()
    box.press("Tab")
    expect(offered_by(library)).to_have_count(0)
    box.focus()
    box.press("ArrowDown")
    title = option.inner_text()
    option.click()
    expect(library.get_by_role("heading", level=1)).to_contain_text(title)


def test_titles_are_text_and_a_failing_server_only_offers_nothing(page: Page) -> None:
    page.goto("/catalog/")
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        if "q=fails" in route.request.url:
            route.fulfill(status=500, body="")
        else:
            offered = {"title": "Only <b>this</b>", "url": "/catalog/", "kind": "curriculum"}
            route.fulfill(json={"completions": [offered]})

    page.route("**/api/v1/completions**", answer)
    box = page.get_by_role("combobox", name="Search the catalog")
    box.press_sequentially("calm & quiet")
    expect(offered_by(page)).to_have_text(["Only <b>this</b>"])
    assert asked[-1].endswith("?kind=curriculum&locale=en&q=calm%20%26%20quiet")
    assert not [url for url in asked if url.endswith("q=c")]
    box.fill("fails")
    expect(offered_by(page)).to_have_count(0)
    expect(box).to_have_attribute("aria-expanded", "false")


def test_without_scripts_the_box_is_a_search_field(
    browser: Browser, served_site: ServedSite
) -> None:
    visitor = browser.new_context(base_url=served_site.url, java_script_enabled=False)
    page = visitor.new_page()
    page.goto("/library/")
    box = page.get_by_role("searchbox", name="Search the library")
    box.fill("guide")
    box.press("Enter")
    expect(page).to_have_url(re.compile(r"q=guide"))
    visitor.close()
