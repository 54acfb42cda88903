"""Processes that die while they publish: the page is old or new, and the index follows it."""

import signal
import subprocess
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction

from resource_library.models import ResourcePage
from search.comparing import differences
from search.engines.elasticsearch import ElasticsearchEngine
from search.indexing import as_stored
from search.models import IndexGeneration, SearchRecord
from search.reconciliation import reconcile
from tests.integration.search.building import Catalog, ask, titles

from .conftest import Further

pytestmark = [
    pytest.mark.fault,
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("migrated_rows"),
]
SECONDS = 60


def died(process: "subprocess.Popen[str]") -> bool:
    """Return whether the process was killed, once the database has let go of what it held."""
    killed = process.wait(SECONDS) == -signal.SIGKILL
    with transaction.atomic():
        list(IndexGeneration.objects.select_for_update())
        list(SearchRecord.objects.select_for_update().order_by("pk"))
    return killed


def apply_what_waits() -> None:
    call_command("apply_index_changes", verbosity=0)
    assert not SearchRecord.objects.pending().exists()


def test_what_was_committed_by_a_process_that_died_is_applied_later(
    catalog: Catalog, further: Further, rounds: int
) -> None:
    for _ in range(rounds):
        kept, renamed, hidden, deleted = (
            catalog.resource(title) for title in ("Kept", "Old name", "Hidden", "Deleted")
        )
        before = ["Deleted", "Hidden", "Kept", "Old name"]
        assert sorted(titles()) == before
        assert died(further("change_and_die", renamed.pk, hidden.pk, deleted.pk))
        assert ResourcePage.objects.get(pk=renamed.pk).title == "Renamed"
        assert SearchRecord.objects.pending().count() == 4
        assert sorted(titles()) == before  # late, and whole
        apply_what_waits()
        assert sorted(titles()) == ["Added", "Kept", "Renamed"]
        assert reconcile().drift == 0
        for page in ResourcePage.objects.all():
            page.delete()
        assert titles() == []
        assert kept.pk not in SearchRecord.objects.values_list("page", flat=True)


def killed_at_every_stage(catalog: Catalog, further: Further, rounds: int) -> Any:
    """Publish and die at statements from the first to the last; yield the title after each."""
    page = catalog.resource("Title")
    page.save_revision().publish()
    counted, _ = further("publish", page.pk, "Counted", 0).communicate(timeout=SECONDS)
    last, title, outcomes = int(counted), "Counted", set()
    for turn in range(rounds):
        renamed = f"Renamed {turn}"
        place = 1 + (last - 1) * turn // (rounds - 1)
        assert died(further("publish", page.pk, renamed, place))
        now = ResourcePage.objects.get(pk=page.pk).title
        assert now in {title, renamed}
        outcomes.add("new" if now == renamed else "old")
        title = now
        apply_what_waits()
        yield title
        assert reconcile().drift == 0
    assert outcomes == {"old", "new"}


def test_a_process_killed_at_any_statement_leaves_nothing_half_done(
    catalog: Catalog, further: Further, rounds: int
) -> None:
    for title in killed_at_every_stage(catalog, further, rounds):
        assert titles() == [title]


@pytest.mark.elasticsearch
def test_a_process_killed_at_any_statement_leaves_no_stale_copy(
    elasticsearch: ElasticsearchEngine, catalog: Catalog, further: Further, rounds: int
) -> None:
    for title in killed_at_every_stage(catalog, further, rounds):
        answer = ask()
        assert (answer.engine, answer.degraded) == ("elasticsearch", False)
        assert [hit.title for hit in answer.hits] == [title]
        assert list(differences(elasticsearch)) == []
        visible, _ = as_stored(SearchRecord.objects.visible())
        assert elasticsearch.differing(visible) == []
