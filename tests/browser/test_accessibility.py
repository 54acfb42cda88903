"""axe-core finds nothing on any page type, at desktop and phone width."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from .axe import SIDEWAYS, violations_at_both_widths
from .conftest import ServedSite, log_in

pytestmark = pytest.mark.browser

PAGES = [
    "/",
    "/about/",
    "/standards/",
    "/key-elements/",
    "/faq/",
    "/experts/",
    "/policy-brief/",
    "/requirements/",
    "/catalog/",
    "/catalog/?q=crisis&core_topic=communication-skills&sort=-hours",
    "/catalog/?q=zzzznothing",
    "/catalog/?core_topic=no-such-topic",
    "/library/",
    "/library/?q=workbook",
    "/library/start-here/",
    "/library/?page=99999",
    "/no-such-page/",
]


@pytest.mark.parametrize("address", PAGES)
def test_no_violation(page: Page, address: str) -> None:
    page.goto(address)
    assert violations_at_both_widths(page) == {}


@pytest.mark.parametrize("listing", ["/catalog/", "/library/"])
def test_no_violation_on_details(page: Page, listing: str, request: pytest.FixtureRequest) -> None:
    page.goto(listing)
    addresses = page.eval_on_selector_all(
        "main article a[href]", "links => [...new Set(links.map(a => a.pathname))]"
    )
    details = [a for a in addresses if a.startswith(listing) and a != listing]
    assert len(details) >= 6
    if not request.config.getoption("full"):
        details = details[:3]
    for address in details:
        page.goto(address)
        assert (address, violations_at_both_widths(page)) == (address, {})


def test_no_violation_on_the_tombstone(page: Page, tombstone_address: str) -> None:
    answer = page.goto(tombstone_address)
    assert answer is not None
    assert answer.status == 410
    assert violations_at_both_widths(page) == {}


def test_no_violation_where_a_password_is_asked(page: Page, private_address: str) -> None:
    page.goto(private_address)
    assert violations_at_both_widths(page) == {}
    page.get_by_label("Password").fill("not the one")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("is not correct")
    assert violations_at_both_widths(page) == {}
    page.get_by_label("Password").fill("open sesame")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"{private_address}$"))
    expect(page.get_by_label("Password")).to_have_count(0)


@pytest.fixture
def private_address(browser: Browser, served_site: ServedSite) -> Iterator[str]:
    """Return the address of a resource that has a password while the test runs."""
    staff = browser.new_context(base_url=served_site.url)
    log_in(staff.new_page(), served_site, "editor")
    found = staff.request.get("/api/v2/pages/?type=clearinghouse_library.ResourcePage&limit=1")
    meta = found.json()["items"][0]

    def restrict(**choice: str) -> None:
        token = next(c["value"] for c in staff.cookies() if c["name"] == "csrftoken")
        form = {"csrfmiddlewaretoken": token, **choice}
        answer = staff.request.post(f"/admin/pages/{meta['id']}/privacy/", form=form)
        assert answer.json()["step"] == "set_privacy_done"

    restrict(restriction_type="password", password="open sesame")
    yield urlsplit(meta["meta"]["html_url"]).path
    restrict(restriction_type="none")
    staff.close()


@pytest.fixture
def tombstone_address(context: BrowserContext) -> str:
    """Return the address of the demonstration's curriculum whose approval has expired."""
    for slug in _sample_slugs(context):
        if context.request.get(f"/catalog/{slug}/").status == 410:
            return f"/catalog/{slug}/"
    pytest.fail("The demonstration holds no expired curriculum.")


def _sample_slugs(context: BrowserContext) -> list[str]:
    from clearinghouse.demo import EXPIRED_SLUGS

    return list(EXPIRED_SLUGS)


def test_pages_reflow_at_phone_width(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 800})
    for address in PAGES:
        page.goto(address)
        assert (address, page.evaluate(SIDEWAYS)) == (address, 0)
