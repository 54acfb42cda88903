"""Lasting ids of pages: what Wagtail copies along with a page's content must not copy its `uid`."""

import uuid
from typing import Any


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
        changed = super().with_content_json(content)  # type: ignore[misc]  # the page's
        changed.uid = page.uid
        return changed
