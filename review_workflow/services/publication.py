"""Publishing a revision: read once, its references recorded once."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.utils import timezone
from wagtail.models import ReferenceIndex, Revision
from wagtail.signal_handlers import (
    disable_reference_index_auto_update,
    reference_index_auto_update_disabled,
)


@contextmanager
def read_once(revision: Revision) -> Iterator[None]:
    """Let everybody inside who reads `revision` as an object get the same one.

    Wagtail builds it anew for the publication and for each entry of its log. It is built when first
    asked for, so lock the page before that; use it no longer than a transaction.
    """
    if "as_object" in vars(revision):
        yield
        return
    revision.as_object = cache(revision.as_object)  # type: ignore[method-assign]
    try:
        yield
    finally:
        del revision.as_object


def publish_revision(revision: Revision, user: Any = None) -> bool:
    """Publish `revision`, or schedule it as its page says; return whether it is public now.

    Asks for no permission. Wagtail records what a page refers to once for the page and once more
    for each of its rows; here it is done once, after everything is saved. Where the caller has
    switched that off, it is left to the caller. Call inside a transaction.
    """
    with read_once(revision):
        content = revision.as_object()
        is_off = getattr(reference_index_auto_update_disabled, "value", False)
        is_later = content.go_live_at is not None and content.go_live_at > timezone.now()
        if is_off or is_later:
            revision.publish(user=user, skip_permission_checks=True)
            return not is_later
        with disable_reference_index_auto_update():
            revision.publish(user=user, skip_permission_checks=True)
        for page in (content, *content.aliases.specific()):
            ReferenceIndex.create_or_update_for_object(page)
    return True
