"""axe-core finds nothing on any page type, at desktop and phone width."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PAGES = [
    "/",
    "/about/",
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
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page) -> list[str]:
    """Return what axe-core objects to on the page, one line each."""
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}})
    return [
        f"{violation['id']}: {node['html'][:200]}"
        for violation in found.response["violations"]
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize("width", [1280, 375])
@pytest.mark.parametrize("address", PAGES)
def test_no_violation(page: Page, address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address)
    assert violations(page) == []


@pytest.mark.parametrize("listing", ["/catalog/", "/library/"])
def test_no_violation_on_details(page: Page, listing: str) -> None:
    page.goto(listing)
    addresses = page.eval_on_selector_all(
        "main article a[href]", "links => [...new Set(links.map(a => a.pathname))]"
    )
    details = [a for a in addresses if a.startswith(listing) and a != listing][:6]
    assert len(details) == 6
    for address in details:
        page.goto(address)
        assert (address, violations(page)) == (address, [])


def test_no_violation_on_the_tombstone(page: Page, tombstone_address: str) -> None:
    answer = page.goto(tombstone_address)
    assert answer is not None
    assert answer.status == 410
    assert violations(page) == []


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
        overflow = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert (address, overflow) == (address, 0)
