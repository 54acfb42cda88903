"""What a test's further processes do; `further` in conftest starts them by name."""

import json
import os
import random
import resource
import signal
import sys
from typing import Any

from django.db import connection, transaction

from resource_library.models import ResourcePage
from search.engines import copy_engine
from search.indexing import apply_changes
from search.rebuilding import rebuild_copy


def die(*_: Any) -> None:
    """End this process as the system does when memory runs out: nothing is tidied up."""
    os.kill(os.getpid(), signal.SIGKILL)


def publish(page_id: int, title: str, dies_before: int) -> None:
    """Publish the page under another title and tell in how many statements.

    Dies before the statement of this number; 0: before none.
    """
    sent = 0

    def count(execute: Any, *statement: Any) -> Any:
        nonlocal sent
        sent += 1
        if sent == dies_before:
            die()
        return execute(*statement)

    page = ResourcePage.objects.get(pk=page_id)
    page.title = title
    with connection.execute_wrapper(count):
        page.save_revision().publish()
    print(sent)  # noqa: T201 - read by the test


def change_and_die(renamed: int, hidden: int, deleted: int) -> None:
    """Rename, hide, delete and add a page; die after the commit, before anything that waits."""
    with transaction.atomic():
        transaction.on_commit(die)
        page = ResourcePage.objects.get(pk=renamed)
        page.title = "Renamed"
        page.save_revision().publish()
        ResourcePage.objects.get(pk=hidden).unpublish()
        ResourcePage.objects.get(pk=deleted).delete()
        added = ResourcePage(
            title="Added", slug="added", summary="New.", resource_type=page.resource_type
        )
        page.get_parent().add_child(instance=added)


def rebuild() -> None:
    """Rebuild the copy; tell the peak of memory in MB after a fifth of the records, and at last."""
    early = 0

    def note(done: int, total: int) -> None:
        nonlocal early
        if not early and done >= total / 5:
            early = _peak()

    engine = copy_engine()
    if engine is None:
        raise RuntimeError("The settings name no Elasticsearch.")
    rebuild_copy(engine, note)
    print(early, _peak())  # noqa: T201 - read by the test


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def apply_one_by_one(seed: int) -> None:
    """For each line of keys: apply the changes one by one in an own order; tell how many it did."""
    chance = random.Random(seed)
    for line in sys.stdin:
        record_ids = json.loads(line)
        chance.shuffle(record_ids)
        done = sum(apply_changes([record_id]).written for record_id in record_ids)
        print(done, flush=True)  # noqa: T201 - read by the test
