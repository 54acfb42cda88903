"""Several processes apply the same changes at once: each change is applied by exactly one."""

import json
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Count, F, Value
from django.db.models.functions import Concat

from resource_library.models import ResourcePage
from search.indexing import record_change
from search.models import IndexChange, IndexGeneration, SearchRecord
from search.reconciliation import reconcile
from tests.integration.search.building import Catalog

from .conftest import Further

pytestmark = [
    pytest.mark.fault,
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("migrated_rows"),
]
PAGES = 12
PROCESSES = 2
TURNS = 5
"""A turn is short beside the start of the processes."""


@pytest.fixture
def waiting(settings: Any, catalog: Catalog) -> Any:
    """Return a function that changes every page without anybody to apply it."""
    for number in range(PAGES):
        catalog.resource(f"Page {number}")

    def change(turn: int) -> None:
        settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
        with transaction.atomic():
            pages = ResourcePage.objects.all()
            pages.update(title=Concat(Value(f"Edition {turn} of "), F("slug")))
            record_change(pages.values_list("pk", flat=True))
        del settings.TASKS

    return change


def test_each_change_is_applied_by_exactly_one(waiting: Any, further: Further, rounds: int) -> None:
    processes = [further("apply_one_by_one", number) for number in range(PROCESSES)]
    shares: list[list[int]] = []
    for turn in range(TURNS * rounds):
        waiting(turn)
        ids = list(SearchRecord.objects.pending().values_list("pk", flat=True))
        assert len(ids) == PAGES
        before = IndexGeneration.objects.get().seq
        for process in processes:
            process.stdin.write(f"{json.dumps(ids)}\n")
            process.stdin.flush()
        shares.append([int(process.stdout.readline()) for process in processes])
        assert sum(shares[-1]) == PAGES
        told = IndexChange.objects.filter(seq__gt=before, record__isnull=False)
        assert dict(told.values_list("record").annotate(Count("pk"))) == dict.fromkeys(ids, 1)
        assert not SearchRecord.objects.pending().exists()
    assert reconcile().drift == 0
    assert any(all(share) for share in shares)  # else nobody raced
