"""A reviewer at work: what is typed survives a reload, a lost session and a second window."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from .axe import violations
from .conftest import ServedSite

pytestmark = pytest.mark.browser

SAVED = "Draft saved"


def sign_in(page: Page, review: dict[str, str]) -> None:
    page.locator("[name=login]").fill(review["username"])
    page.locator("[name=password]").fill(review["password"])
    page.get_by_role("button", name="Sign In", exact=True).click()


def enter(page: Page, review: dict[str, str], site: ServedSite) -> None:
    """Give the window the reviewer's session."""
    page.context.add_cookies([{"name": "sessionid", "value": review["session"], "url": site.url}])


@pytest.fixture
def writing(page: Page, review: dict[str, str], served_site: ServedSite) -> Page:
    """Return the reviewer's window on the review."""
    enter(page, review, served_site)
    page.goto(review["review"])
    expect(page.get_by_role("heading", name="Your review", exact=True)).to_be_visible()
    return page


def status_of(page: Page) -> Locator:
    """Return where the page says what became of the draft."""
    return page.get_by_role("region", name="Your review").get_by_role("status")


@pytest.fixture
def rate(writing: Page) -> Callable[[str, str], None]:
    """Return a function that chooses a level of a criterion and gives the evidence."""

    def choose(code: str, level: str) -> None:
        criterion = writing.get_by_role("group", name=re.compile(f"^{code} "))
        criterion.get_by_role("radio", name=re.compile(f"^{level} ·")).check()
        criterion.get_by_label("Page, slide or timecode").first.fill("slide 7")

    return choose


def test_a_reviewer_writes_reloads_and_files(
    writing: Page, review: dict[str, str], rate: Callable[[str, str], None]
) -> None:
    frame = writing.frame_locator("iframe.review-frame")
    expect(frame.get_by_role("heading", name="Listening under pressure").first).to_be_visible()
    rate("A1", "2")
    writing.get_by_label("Comment to the provider").fill("Clear, and close to")
    expect(writing.get_by_text("1 of 4 criteria rated")).to_be_visible()
    expect(status_of(writing)).to_have_text(SAVED)
    writing.reload()
    expect(writing.get_by_label("Comment to the provider")).to_have_value("Clear, and close to")
    expect(writing.get_by_text("1 of 4 criteria rated")).to_be_visible()
    # Filing too early: the faults lead to their fields, and nothing is lost.
    writing.get_by_role("button", name="File review").click()
    faults = writing.get_by_role("alert").filter(has_text="not filed yet")
    expect(faults).to_be_focused()
    faults.get_by_role("link", name=re.compile("^Rate A2")).click()
    expect(writing.get_by_role("radio", name=re.compile("^0 · Absent")).nth(1)).to_be_in_viewport()
    expect(writing.get_by_label("Comment to the provider")).to_have_value("Clear, and close to")
    for code in ("A2", "B1", "B2"):
        rate(code, "2")
    writing.get_by_role("radio", name="Approve", exact=True).check()
    writing.get_by_role("button", name="File review").click()
    expect(writing.get_by_text("Your review is filed.")).to_be_visible()
    expect(writing.get_by_text("Sound, with one doubt.")).to_be_visible()
    # The discussion is open now.
    writing.get_by_text("Discuss the whole curriculum").click()
    writing.get_by_label("Your post").first.fill("Which doubt?")
    writing.get_by_role("button", name="Post", exact=True).first.click()
    expect(writing.get_by_text("Which doubt?")).to_be_visible()


def test_a_lost_session_loses_nothing(
    writing: Page, context: BrowserContext, review: dict[str, str]
) -> None:
    context.clear_cookies(name="sessionid")
    comment = writing.get_by_label("Comment to the provider")
    comment.fill("Typed while signed out")
    notice = writing.get_by_role("alert").filter(has_text="You are signed out")
    expect(notice).to_be_visible()
    expect(comment).to_have_value("Typed while signed out")
    with context.expect_page() as opened:
        notice.get_by_role("link", name=re.compile("^Sign in")).click()
    sign_in(opened.value, review)
    expect(opened.value).to_have_url(re.compile(r"/admin/$"))
    notice.get_by_role("button", name="Save again").click()
    expect(notice).to_be_hidden()
    expect(status_of(writing)).to_have_text(SAVED)
    writing.reload()
    expect(comment).to_have_value("Typed while signed out")


def test_a_window_that_went_away_is_restored(
    writing: Page, context: BrowserContext, review: dict[str, str]
) -> None:
    context.clear_cookies(name="sessionid")
    writing.get_by_label("Confidential comment").fill("Typed before the crash")
    expect(writing.get_by_role("alert").filter(has_text="signed out")).to_be_visible()
    writing.goto(review["review"])
    sign_in(writing, review)
    writing.goto(review["review"])
    notice = writing.get_by_role("alert").filter(has_text="This browser kept something")
    expect(notice).to_be_visible()
    expect(writing.get_by_label("Confidential comment")).to_have_value("")
    notice.get_by_role("button", name="Restore it").click()
    expect(writing.get_by_label("Confidential comment")).to_have_value("Typed before the crash")
    expect(status_of(writing)).to_have_text(SAVED)
    writing.reload()
    expect(writing.get_by_label("Confidential comment")).to_have_value("Typed before the crash")
    expect(notice).to_be_hidden()


def test_a_second_window_overwrites_nothing(
    writing: Page, context: BrowserContext, review: dict[str, str]
) -> None:
    second = context.new_page()
    second.goto(review["review"])
    writing.get_by_label("Comment to the provider").fill("From the first window")
    expect(status_of(writing)).to_have_text(SAVED)
    second.get_by_label("Comment to the provider").fill("From the second window")
    notice = second.get_by_role("alert").filter(has_text="Another window saved")
    expect(notice).to_be_visible()
    third = context.new_page()
    third.goto(review["review"])
    expect(third.get_by_label("Comment to the provider")).to_have_value("From the first window")
    notice.get_by_role("button", name="Keep what stands here").click()
    expect(notice).to_be_hidden()
    expect(status_of(second)).to_have_text(SAVED)
    third.reload()
    expect(third.get_by_label("Comment to the provider")).to_have_value("From the second window")


def test_a_place_is_added_by_keyboard(writing: Page) -> None:
    criterion = writing.get_by_role("group", name=re.compile("^A2 "))
    places = criterion.get_by_label("Page, slide or timecode")
    places.first.fill("page 3")
    writing.keyboard.press("Tab")
    writing.keyboard.press("Enter")
    expect(places).to_have_count(2)
    expect(criterion.get_by_label("Unit").nth(1)).to_be_focused()
    writing.keyboard.press("Tab")
    writing.keyboard.type("page 9")
    expect(status_of(writing)).to_have_text(SAVED)
    writing.reload()
    expect(places).to_have_count(2)
    expect(places.nth(1)).to_have_value("page 9")


@pytest.mark.parametrize("width", [1280, 375])
def test_no_violation_and_no_sideways_scrolling(
    writing: Page, review: dict[str, str], rate: Callable[[str, str], None], width: int
) -> None:
    writing.set_viewport_size({"width": width, "height": 900})

    def look() -> None:
        assert violations(writing, "#main", iframes=False) == []
        overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert writing.evaluate(overflow) == 0

    look()
    writing.get_by_role("button", name="File review").click()
    expect(writing.get_by_role("alert").filter(has_text="not filed yet")).to_be_visible()
    look()
    for code in ("A1", "A2", "B1", "B2"):
        rate(code, "1")
    writing.get_by_role("radio", name="Approve", exact=True).check()
    writing.get_by_role("button", name="File review").click()
    expect(writing.get_by_text("Your review is filed.")).to_be_visible()
    writing.goto(review["amend"])  # without the message, whose colours are still fading in
    writing.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
    look()
