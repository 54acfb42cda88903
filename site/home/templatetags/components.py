"""Components of the public templates, one tag each; their markup is in `templates/components/`.

Block tags wrap their content: `{% alert kind="warning" heading=… %}…{% endalert %}`.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django import template
from django.core.exceptions import NON_FIELD_ERRORS
from django.forms import BaseForm, BoundField
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from wagtail.models import Page, Site

from home.pagination import page_slots

register = template.Library()


@register.inclusion_tag("components/breadcrumb.html", takes_context=True)
def breadcrumb(context: Context, page: Page, current: str = "") -> dict[str, Any]:
    """The way from the root to `page`; with `current`, the page itself is a link before it."""
    request = context.get("request")
    site = Site.find_for_request(request) if request else None
    depth = site.root_page.depth if site else 2
    ancestors = page.get_ancestors(inclusive=bool(current)) if page.path else Page.objects.none()
    trail = [
        {"title": ancestor.title, "url": ancestor.get_url(request)}
        for ancestor in ancestors.filter(depth__gte=depth).order_by("depth")
    ]
    return {"trail": trail, "current": current or page.title}


@register.inclusion_tag("components/pagination.html")
def pagination(
    current: int, last: int, parameters: Iterable[tuple[str, str]] = (), label: str = ""
) -> dict[str, Any]:
    """Links to the pages of a list; `parameters` is the URL's state, with or without `page`."""
    state = [(name, value) for name, value in parameters if name != "page"]

    def href(number: int) -> str:
        return "?" + urlencode([*state, ("page", number)] if number > 1 else state)

    slots = [
        {"number": number, "url": href(number) if number else "", "current": number == current}
        for number in page_slots(current, last)
    ]
    return {
        "slots": slots,
        "label": label,
        "last": last,
        "previous": href(current - 1) if current > 1 else "",
        "next": href(current + 1) if current < last else "",
    }


@register.inclusion_tag("components/tag_list.html")
def tag_list(items: Iterable[Any], label: str = "") -> dict[str, Any]:
    """Short labels in a row; an item is a string or has `label` and, for a link, `url`."""
    entries = [{"label": item} if isinstance(item, str) else item for item in items]
    return {"entries": entries, "label": label}


@register.inclusion_tag("components/chip_list.html")
def chip_list(chips: Iterable[Any], clear_url: str = "", label: str = "") -> dict[str, Any]:
    """Active filters; a chip has `label`, `url` (the page without it), perhaps `group`."""
    return {"chips": list(chips), "clear_url": clear_url, "label": label}


@register.inclusion_tag("components/data_table.html")
def data_table(
    columns: Iterable[Any],
    rows: Iterable[Iterable[Any]],
    *,
    caption: str,
    table_id: str,
    row_header: bool = True,
    empty: str = "",
) -> dict[str, Any]:
    """A table that people compare by.

    `columns` are strings or mappings with `label` and `numeric`; a cell is a value or a mapping
    with `text` and `url`; the first cell of a row is its header unless `row_header` is false.
    """
    heads = [
        column if isinstance(column, Mapping) else {"label": column, "numeric": False}
        for column in columns
    ]
    body = [
        [
            {
                "text": cell.get("text", "") if isinstance(cell, Mapping) else cell,
                "url": cell.get("url", "") if isinstance(cell, Mapping) else "",
                "numeric": bool(head.get("numeric")),
            }
            for head, cell in zip(heads, row, strict=True)
        ]
        for row in rows
    ]
    return {
        "heads": heads,
        "rows": body,
        "caption": caption,
        "table_id": table_id,
        "row_header": row_header,
        "empty": empty,
    }


@register.inclusion_tag("components/error_summary.html")
def error_summary(form: BaseForm, heading: str = "") -> dict[str, Any]:
    """The faults of a bound form, each linked to its field; nothing where there are none."""
    faults = []
    for name, messages in form.errors.items():
        field = None if name == NON_FIELD_ERRORS else form[name]
        faults += [
            {
                "message": message,
                "label": field.label if field else "",
                "target": field.id_for_label if field else "",
            }
            for message in messages
        ]
    return {"faults": faults, "heading": heading}


@register.inclusion_tag("components/icon.html")
def icon(name: str, classes: str = "") -> dict[str, str]:
    """A decorative icon of the vendored sprite, hidden from assistive technology."""
    return {"name": name, "classes": classes}


@register.filter
def control_as(field: BoundField, classes: str) -> SafeString:
    """The control of a field with the classes, without a placeholder: its label says it."""
    return field.as_widget(attrs={"class": classes, "placeholder": False})


@register.simple_block_tag
def alert(
    content: SafeString,
    *,
    kind: str = "info",
    heading: str = "",
    level: int = 2,
    slim: bool = False,
) -> SafeString:
    """A notice: `kind` is info, warning, success, error or emergency; errors are announced."""
    return render_to_string(
        "components/alert.html",
        {"content": content, "kind": kind, "heading": heading, "level": level, "slim": slim},
    )


@register.simple_block_tag
def summary_box(content: SafeString, heading: str, box_id: str, level: int = 2) -> SafeString:
    """The main points of a page in a labelled box; `box_id` is unique on the page."""
    return render_to_string(
        "components/summary_box.html",
        {"content": content, "heading": heading, "box_id": box_id, "level": level},
    )


@register.simple_block_tag
def table(content: SafeString, caption: str, table_id: str, classes: str = "") -> SafeString:
    """A hand-written `<thead>…<tbody>…` in the same scrolling region as `data_table`."""
    return render_to_string(
        "components/table.html",
        {"content": content, "caption": caption, "table_id": table_id, "classes": classes},
    )
