"""Work that falls due without a request: who does it, and the loop that keeps doing it.

The work itself belongs to the apps; each piece is a callable without arguments that may be repeated
at will.
"""

import logging
from collections.abc import Callable
from threading import Event

from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)

DUE_WORK: tuple[str, ...] = (
    "search.indexing.apply_due",
    "search.attachments.read_waiting",
    "search.terms.flush_counts",
    "search.terms.forget_old",
    "curriculum_pages.services.remove_abandoned_files",
    "curriculum_pages.services.read_waiting_texts",
    "submission_portal.services.thumbnails.make_waiting_thumbnails",
    "review_workflow.services.drop_daily_anchor",
    "review_workflow.services.re_offer_seats",
    "review_workflow.notifications.remind_when_due",
    "review_workflow.services.deliver_due_messages",
)


def do_due_work() -> None:
    """Do each piece once; one that database or disk refuses is logged and stops no other."""
    for path in DUE_WORK:
        piece: Callable[[], object] = import_string(path)
        try:
            piece()
        except (DatabaseError, OSError):
            logger.exception("Due work failed and will be tried again: %s", path)


def keep_doing_due_work(stop: Event) -> None:
    """Do due work until `stop` is set."""
    while not stop.wait(settings.CLEARINGHOUSE_DUE_WORK_SECONDS):
        do_due_work()
        close_old_connections()
