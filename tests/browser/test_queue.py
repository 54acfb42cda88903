"""Your reviews in a browser: from the dashboard to the review, and how messages come."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from .conftest import ServedSite
from .test_accessibility import TAGS
from .test_review_page import review, sign_in  # noqa: F401 - `review` is a fixture

pytestmark = pytest.mark.browser


def violations(page: Page, inside: str) -> list[str]:
    """Return what axe-core objects to in a part of the page."""
    found = Axe().run(
        page, context={"include": [[inside]]}, options={"runOnly": {"type": "tag", "values": TAGS}}
    )
    return [
        f"{violation['id']}: {node['html'][:200]}"
        for violation in found.response["violations"]
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize("width", [1280, 375])
def test_from_the_dashboard_to_the_review_by_keyboard(
    page: Page,
    review: dict[str, str],  # noqa: F811 - the fixture
    width: int,
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/admin/")
    sign_in(page, review)
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
    review: dict[str, str],  # noqa: F811 - the fixture
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
