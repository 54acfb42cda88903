"""The admin shows which records could not be written, and tries them again."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from search.models import SearchRecord
from tests.integration.search.building import Catalog, person

ADDRESS = "/admin/search-index/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def failed(catalog: Catalog, committed: Any) -> SearchRecord:
    """A record whose last write was refused."""
    with committed():
        catalog.resource("Listening")
    record = SearchRecord.objects.get()
    record.version += 1
    record.attempts, record.error = 3, "<b>mapper_parsing_exception</b>"
    record.retry_at = timezone.now() + timedelta(hours=1)
    record.save()
    return record


def test_it_shows_what_failed_and_why(keeper: Client, failed: SearchRecord) -> None:
    page = keeper.get(ADDRESS).content.decode()
    assert "Listening" in page
    assert "&lt;b&gt;mapper_parsing_exception&lt;/b&gt;" in page
    assert "The database" in page


@pytest.mark.parametrize("asked", ["one", "all"])
def test_trying_again_writes_the_record(
    keeper: Client, failed: SearchRecord, committed: Any, asked: str
) -> None:
    with committed():
        answer = keeper.post(
            ADDRESS, {"record": str(failed.uid)} if asked == "one" else {}, follow=True
        )
    assert "1 record was tried again." in answer.content.decode()
    failed.refresh_from_db()
    assert (failed.attempts, failed.error, failed.retry_at) == (0, "", None)
    assert failed.indexed_version == failed.version
    assert "None: everything" in keeper.get(ADDRESS).content.decode()


def test_it_counts_what_is_found_and_what_failed(
    keeper: Client, failed: SearchRecord, catalog: Catalog, committed: Any
) -> None:
    with committed():
        catalog.resource("Second")
        catalog.resource("Hidden", live=False)
    answer = keeper.get(ADDRESS)
    assert answer.context["totals"] == {
        "visible": 2,
        "failed": 1,
        "longest_failing": failed.changed_at,
    }
    assert not answer.context["has_copy"]
    assert "(the oldest changed at" in answer.content.decode()
    SearchRecord.objects.update(attempts=0)
    assert "(the oldest changed at" not in keeper.get(ADDRESS).content.decode()


def test_an_unknown_record_is_not_found(keeper: Client, failed: SearchRecord) -> None:
    for uid in ("00000000-0000-4000-8000-000000000000", "x"):
        assert keeper.post(ADDRESS, {"record": uid}).status_code == 404
    failed.refresh_from_db()
    assert failed.attempts == 3


def test_nobody_else_sees_or_does_anything(client: Client, failed: SearchRecord) -> None:
    editor = person()
    for user in (None, editor):
        client.logout()
        if user:
            client.force_login(user)
        assert client.get(ADDRESS).status_code == 302
        assert client.post(ADDRESS).status_code == 302
    assert "search-index" not in client.get("/admin/").content.decode()
    failed.refresh_from_db()
    assert failed.attempts == 3


def test_the_number_of_queries_does_not_grow(
    keeper: Client, catalog: Catalog, committed: Any
) -> None:
    counts = []
    for size in (1, 3):
        with committed():
            for _ in range(size):
                catalog.resource()
        SearchRecord.objects.update(attempts=1, error="refused")
        keeper.get(ADDRESS)
        with CaptureQueriesContext(connection) as queries:
            assert keeper.get(ADDRESS).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
