"""The chair's pages in a browser: axe finds nothing at desk and phone width, nothing overflows."""

import re

import pytest
from playwright.sync_api import Page, expect

from .axe import SIDEWAYS, WIDTHS, violations
from .conftest import ServedSite, log_in
from .stage import set_width

pytestmark = pytest.mark.browser

CASES = ["Doorstep Dialogues", "Transit Talks", "Library Guardians", "Youth Encounters"]
"""A case that waits for its panel, one to decide, one with conditions, one to respond to."""
WITH_ROUNDS = "Traffic-Stop Talk"


@pytest.fixture
def chair(page: Page, served_site: ServedSite) -> Page:
    """Return the chair's tab."""
    log_in(page, served_site, "chair")
    return page


def open_case(chair: Page, title: str) -> None:
    chair.goto("/admin/reviews/cases/")
    chair.get_by_role("link", name=re.compile(title)).click()
    expect(chair.get_by_role("heading", name=re.compile(title))).to_be_visible()


def check(chair: Page) -> None:
    """Find no violation and no sideways scrolling, at the width of a desk and of a phone."""
    for width in WIDTHS:
        set_width(chair, width)
        assert (chair.url, width, violations(chair)) == (chair.url, width, [])
        assert (chair.url, width, chair.evaluate(SIDEWAYS)) == (chair.url, width, 0)
    chair.set_viewport_size({"width": WIDTHS[0], "height": 900})


def test_the_board_is_filtered_by_its_form(chair: Page) -> None:
    chair.goto("/admin/reviews/cases/")
    check(chair)
    chair.get_by_label("Number or title").fill("Transit")
    chair.get_by_label("Needs the chair").check()
    chair.get_by_role("button", name="Filter").click()
    expect(chair.get_by_role("status").filter(has_text="1 case")).to_be_visible()
    expect(chair.get_by_role("link", name=re.compile("Transit Talks"))).to_be_visible()
    check(chair)


@pytest.mark.parametrize("title", CASES)
def test_the_page_of_a_case(chair: Page, title: str) -> None:
    open_case(chair, title)
    for more in chair.locator("details.case-more > summary").all():
        more.click()
    check(chair)


def test_the_way_to_a_letter_and_back(chair: Page) -> None:
    open_case(chair, "Transit Talks")
    chair.get_by_role("link", name="Decide", exact=True).click()
    expect(chair.get_by_role("heading", name="What the rule says")).to_be_visible()
    check(chair)
    chair.get_by_label("Decline", exact=True).check()
    chair.get_by_label("Why it departs from the rule").fill("A new law.")
    chair.get_by_role("button", name="Go on to the letter").click()
    expect(chair.get_by_label("Letter to the provider")).to_have_value(re.compile("not approved"))
    check(chair)
    chair.get_by_role("button", name="Change the decision").click()
    expect(chair.get_by_label("Why it departs from the rule")).to_have_value("A new law.")
    expect(chair.get_by_label("Decline", exact=True)).to_be_checked()


def test_a_condition_and_a_response(chair: Page) -> None:
    open_case(chair, "Library Guardians")
    chair.get_by_role("link", name=re.compile("Close condition")).first.click()
    expect(chair.get_by_label("Evidence found")).to_be_visible()
    check(chair)
    open_case(chair, "Youth Encounters")
    chair.get_by_role("link", name="Response of the provider").click()
    expect(chair.get_by_label("Answer to point 1")).to_be_visible()
    check(chair)


def test_rounds_side_by_side(chair: Page) -> None:
    open_case(chair, WITH_ROUNDS)
    chair.get_by_role("link", name="What changed since the round before").click()
    expect(chair.get_by_role("heading", name="Fields")).to_be_visible()
    check(chair)
