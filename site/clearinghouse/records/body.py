"""Rich text from outside: cleaned to what the site's editor can show and keep."""

import re
from functools import cache
from typing import Any

import nh3
from draftjs_exporter.error import ExporterException
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter

FEATURES = ["h2", "h3", "bold", "italic", "link", "ol", "ul"]
"""What the body of a resource may hold; the same list as that of its form field."""

_BLOCKS = {"h2", "h3", "p", "br", "ol", "ul", "li"}
_INLINE = {"b", "strong", "i", "em", "a"}
_ROUNDS = 4
_SCHEMES = {"http", "https", "mailto"}
_NO_ADDRESS = re.compile(r"<a>(.*?)</a>", re.DOTALL)
_ITEM_OF_ONE_PARAGRAPH = re.compile(
    r"<li>\s*<p>((?:(?!</?p>|</?li>).)*)</p>\s*(?=</li>|<ul>|<ol>)", re.DOTALL
)
_BLOCK_KEY = re.compile(r' data-block-key="[^"]*"')


@cache
def _converter() -> Any:
    return ContentstateConverter(FEATURES)


def clean_body(html: str) -> str:
    """Return `html` with nothing but the editor's features, as the editor itself would store it.

    Links lead to http, https or mailto only. Markup that the editor could not have made (a heading
    inside bold text, say) loses its inline marks, then its blocks; the words stay. Cleaning the
    result again changes nothing.
    """
    if not html:
        return ""
    for tags in (_BLOCKS | _INLINE, _BLOCKS, {"p"}, set[str]()):
        result = _as_stored(_sanitized(html, tags))
        if result is not None:
            return result if _words(result) else ""
    return ""


def _as_stored(safe: str) -> str | None:
    """Return the HTML after a round through the editor's own format until nothing changes."""
    safe = _ITEM_OF_ONE_PARAGRAPH.sub(r"<li>\1", safe)
    for _round in range(_ROUNDS):
        # The converter reads what the editor stores: empty elements closed, links with an address.
        before = _NO_ADDRESS.sub(r"\1", safe).replace("<br>", "<br/>")
        try:
            stored = _converter().to_database_format(_converter().from_database_format(before))
        except (AssertionError, ExporterException):  # a nesting that the editor never makes
            return None
        after = _sanitized(_BLOCK_KEY.sub("", stored), _BLOCKS | _INLINE)
        if after == safe:
            return after
        safe = after
    return None


def _sanitized(html: str, tags: set[str]) -> str:
    return nh3.clean(
        html,
        tags=tags,
        attributes={"a": {"href"}} if "a" in tags else {},
        url_schemes=_SCHEMES,
        url_relative="deny",
        link_rel=None,
    ).strip()


def _words(html: str) -> str:
    """Return the words of `html` without its tags."""
    return nh3.clean(html, tags=set()).strip()
