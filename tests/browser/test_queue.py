"""Your reviews in a browser: from the dashboard to the review, and how messages come."""

import pytest
from playwright.sync_api import Browser, Page, expect

from .axe import violations
from .conftest import ServedSite
from .test_review_page import enter, sign_in

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [1280, 375])
def test_from_the_dashboard_to_the_review_by_keyboard(
    page: Page,
    review: dict[str, str],
    served_site: ServedSite,
    width: int,
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    enter(page, review, served_site)
    page.goto("/admin/")
    panel = page.get_by_role("region", name="Your reviews")
    expect(panel.get_by_role("link", name="Write your review")).to_be_visible()
    expect(page.get_by_role("heading", name="Awaiting your review")).to_have_count(0)
    assert violations(page, "#clearinghouse-reviews-section") == []
    panel.get_by_role("link", name="All of your reviews").press("Enter")
    expect(page.get_by_role("heading", level=2, name="Reviews to write")).to_be_visible()
    assert violations(page, "#main") == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_role("link", name="Write your review").press("Enter")
    expect(page.get_by_role("heading", name="Your review", exact=True)).to_be_visible()


def test_choosing_how_messages_come_needs_no_script(
    browser: Browser,
    served_site: ServedSite,
    review: dict[str, str],
) -> None:
    with browser.new_context(base_url=served_site.url, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/admin/reviews/mail/")
        sign_in(page, review)
        page.get_by_label("One message a day").check()
        page.get_by_role("button", name="Keep").press("Enter")
        expect(page).to_have_url(f"{served_site.url}/admin/reviews/")
        expect(page.get_by_text("Your choice is kept.")).to_be_attached()
        page.goto("/admin/reviews/mail/")
        expect(page.get_by_label("One message a day")).to_be_checked()
