"""What axe-core objects to in a page, at WCAG 2.2 AA and its own best practice."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

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


def violations(page: Page, inside: str = "", *, iframes: bool = True) -> list[str]:
    """Return what axe-core objects to on the page or in a part of it, one line each."""
    found = Axe().run(
        page,
        context={"include": [[inside]]} if inside else None,
        options=_OPTIONS | {"iframes": iframes},
    )
    return [
        f"{violation['id']}: {node['html'][:200]}"
        for violation in found.response["violations"]
        for node in violation["nodes"]
    ]
