"""The served site as several people see it at once, and what is asked of each page they meet."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from playwright.sync_api import Browser, Page, expect

from .axe import SIDEWAYS, WIDTHS, violations
from .conftest import ROOT, ServedSite, sign_in_once, watched_tab

DESK, PHONE = WIDTHS
LEFT_EDGE = "document.querySelector('main').getBoundingClientRect().left"
IMAGES = ROOT / "docs" / "images"


@dataclass
class Stage:
    """The served site with everybody's own browser, and the case once it is found."""

    browser: Browser
    site: ServedSite
    case: str = ""
    number: str = ""
    tabs: dict[str, Page] = field(default_factory=dict)

    def visitor(self) -> Page:
        """Return the tab of somebody who is not signed in."""
        context = self.browser.new_context(
            base_url=self.site.url,
            viewport={"width": DESK, "height": 900},
            reduced_motion="reduce",
        )
        return watched_tab(context)

    def tab_of(self, name: str) -> Page:
        """Return the tab of a person of the demonstration, signed in."""
        if name not in self.tabs:
            self.tabs[name] = self.visitor()
            sign_in_once(self.tabs[name], self.site, f"{name}@example.org")
        return self.tabs[name]

    def status(self, name: str, address: str) -> int:
        """Return what the server answers to a person who opens an address."""
        answer = self.tab_of(name).goto(address)
        assert answer is not None
        return answer.status


def wait_for(happened: Callable[[], bool]) -> None:
    """Ask again until it happened; due work needs a moment. Fails after half a minute."""
    end = monotonic() + 30
    while not happened():
        assert monotonic() < end


def set_width(page: Page, width: int) -> None:
    """Make the window so wide, and wait until the admin's page has come to rest."""
    page.set_viewport_size({"width": width, "height": 900})
    # Wagtail's menu goes away only after a moment where the window narrows.
    if width == PHONE:
        wait_for(lambda: page.evaluate(LEFT_EDGE) == 0)


def check(page: Page) -> None:
    """Find no violation and no sideways scrolling, at the width of a desk and of a phone."""
    for width in (DESK, PHONE):
        set_width(page, width)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        # Messages fade in.
        for message in page.locator(".messages > ul").all():
            expect(message).to_have_css("opacity", "1")
        found = violations(page, "#main", iframes=False)  # the rest of the page is Wagtail's
        assert (page.url, width, found) == (page.url, width, [])
        assert (page.url, width, page.evaluate(SIDEWAYS)) == (page.url, width, 0)
    page.set_viewport_size({"width": DESK, "height": 900})


def picture(page: Page, name: str) -> None:
    """Take a picture for the guides, if that is asked for."""
    if os.environ.get("CLEARINGHOUSE_SCREENSHOTS") == "1":
        page.screenshot(path=IMAGES / f"{name}.png", animations="disabled")


def from_the_dashboard(page: Page, link: str, number: str) -> None:
    """Follow what waits for the person, from the dashboard over their list."""
    page.goto("/admin/")
    page.get_by_role("link", name="All of your reviews").click()
    page.get_by_role("row").filter(has_text=number).get_by_role("link", name=link).click()
