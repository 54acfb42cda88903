"""Lasting ids of pages: what Wagtail copies along with a page's content must not copy its `uid`."""

import uuid
from typing import Any

from modelcluster.models import get_all_child_relations


class LastingIdMixin:
    """For a page with a unique `uid`: an alias gets its own and keeps it."""

    def save(self, *args: Any, **kwargs: Any) -> Any:
        """Save; a new alias first gets a `uid` of its own."""
        page: Any = self
        if page.alias_of_id is not None and page._state.adding:
            page.uid = uuid.uuid4()
        return super().save(*args, **kwargs)  # type: ignore[misc]  # the page's

    def with_content_json(self, content: Any) -> Any:
        """Return the page with this content and its own `uid`."""
        page: Any = self
        changed = super().with_content_json(_without_parents(page, content))  # type: ignore[misc]  # the page's
        changed.uid = page.uid
        return changed


def _without_parents(page: Any, content: dict[str, Any]) -> dict[str, Any]:
    """Return the content with rows that do not name their page, which they get from it anyway.

    Of a row that names it, the page would be looked up in the database, once for each.
    """
    rows = {
        relation.get_accessor_name(): relation.field.name
        for relation in get_all_child_relations(type(page))
    }
    return {
        name: [{key: each[key] for key in each if key != rows[name]} for each in value]
        if name in rows
        else value
        for name, value in content.items()
    }
