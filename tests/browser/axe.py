"""What axe-core objects to in a page, at WCAG 2.2 AA and its own best practice."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SIDEWAYS = """() => Math.max(
  ...[document.documentElement, document.querySelector("main")]
    .map(each => each.scrollWidth - each.clientWidth)
)"""
"""By how many pixels the page is too wide; the admin cuts off what its `main` does not hold."""

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Describing what is fine, too, takes axe as long as looking.
_OPTIONS = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}


WIDTHS = (1280, 375)
"""The widths of a desk and of a phone, in pixels."""


def violations_at_both_widths(page: Page) -> dict[int, list[str]]:
    """Return what axe-core objects to by width; nothing where there is nothing."""
    found = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found[width] = violations(page)
    return {width: lines for width, lines in found.items() if lines}


def faults_at_both_widths(page: Page) -> dict[int, list[str]]:
    """Return what axe-core objects to and how far the page is too wide, by width."""
    found = violations_at_both_widths(page)
    wide = page.evaluate(SIDEWAYS)  # the phone's width is the last
    return found | ({0: [f"{wide} pixels too wide for a phone"]} if wide else {})


def violations(page: Page, inside: str = "", *, iframes: bool = True) -> list[str]:
    """Return what axe-core objects to on the page or in a part of it, one line each."""
    if not page.evaluate("'axeOfTests' in window"):  # once a page: it is half a megabyte
        page.evaluate(f"{Axe().axe_script}; window.axeOfTests = axe; 0")
    found = page.evaluate(
        "([inside, options]) => window.axeOfTests.run(inside, options)",
        [{"include": [[inside]]} if inside else {"exclude": []}, _OPTIONS | {"iframes": iframes}],
    )
    return [
        f"{violation['id']}: {node['html'][:200]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]
