"""The catalog answered by Elasticsearch, and by the database while that is away."""

import logging
import os
import socket
import uuid
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from resource_library.models import ResourcePage
from search.engines import IndexedRecord
from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.elasticsearch import client as server
from search.indexing import apply_pending
from search.models import SearchRecord
from search.reconciliation import reconcile
from search.suggestions import similar_to
from search.text import analyse
from tests.integration.search.building import Catalog, ask, titles, topic

pytestmark = [pytest.mark.django_db, pytest.mark.elasticsearch]


@pytest.fixture
def away(settings: Any, engine: ElasticsearchEngine) -> Iterator[Any]:
    """Return a function that takes the server away."""
    with socket.socket() as closed:  # bound, so that nobody else listens there
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]

        def go() -> None:
            settings.CLEARINGHOUSE_ELASTICSEARCH_URL = f"http://127.0.0.1:{port}"

        yield go


def versions() -> list[tuple[int, int]]:
    return list(SearchRecord.objects.values_list("indexed_version", "copied_version"))


def stray() -> IndexedRecord:
    """Return a record that the site knows nothing of."""
    return IndexedRecord(
        id=10**9,
        uid=str(uuid.uuid4()),
        version=1,
        kind="resource",
        locale="en",
        payload={},
        facets={},
        analysis=analyse(title="Stray", summary="", body=""),
    )


def test_what_is_published_is_found_and_what_is_not_is_gone(
    engine: ElasticsearchEngine, catalog: Catalog, committed: Any, client: Client
) -> None:
    with committed():
        page = catalog.resource("Listening")
        catalog.resource("Empathy")
    answer = client.get("/api/v1/search?q=listening").json()
    assert (answer["engine"], answer["degraded"], answer["count"]) == ("elasticsearch", False, 1)
    assert answer["results"][0]["title"] == "Listening"
    with committed():
        page.unpublish()
    answer = client.get("/api/v1/search?q=listening").json()
    assert (answer["engine"], answer["degraded"], answer["count"]) == ("elasticsearch", False, 0)
    with committed():
        ResourcePage.objects.get(title="Empathy").delete()
    assert client.get("/api/v1/search").json()["count"] == 0
    assert all(copied == indexed for indexed, copied in versions())


def test_the_database_answers_while_the_server_is_away(
    engine: ElasticsearchEngine,
    away: Any,
    settings: Any,
    catalog: Catalog,
    committed: Any,
    client: Client,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with committed():
        catalog.resource("Listening")
    url = settings.CLEARINGHOUSE_ELASTICSEARCH_URL
    away()
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            answer = client.get("/api/v1/search?q=listening").json()
            assert (answer["engine"], answer["degraded"]) == ("database", True)
            assert answer["count"] == 1
            cache.clear()
    assert len(caplog.records) == 1
    with committed():
        page = catalog.resource("Empathy")
    assert titles(q="empathy") == ["Empathy"]
    row = SearchRecord.objects.get(page=page)
    assert (row.copied_version, row.attempts) == (0, 1)
    assert "ConnectionError" in row.error
    with pytest.raises(CommandError):
        call_command("apply_index_changes", verbosity=0, stdout=StringIO())
    settings.CLEARINGHOUSE_ELASTICSEARCH_URL = url
    answered = ask(q="empathy")
    assert (answered.engine, answered.degraded, answered.count) == ("database", True, 1)
    with committed():
        apply_pending()
    row.refresh_from_db()
    assert (row.copied_version, row.attempts, row.error) == (row.indexed_version, 0, "")
    answered = ask(q="empathy")
    assert (answered.engine, answered.degraded, answered.count) == ("elasticsearch", False, 1)


def test_completion_and_likeness_too_are_the_databases_while_the_server_is_away(
    engine: ElasticsearchEngine, away: Any, catalog: Catalog, committed: Any, client: Client
) -> None:
    with committed():
        page = catalog.resource("Listening", core_topics=[topic("calm")])
        catalog.resource("Empathy", core_topics=[topic("calm")])

    def found() -> tuple[list[str], list[str]]:
        answer = client.get("/api/v1/completions?q=liste").json()
        hits = similar_to(page.uid, language="en")
        return [one["title"] for one in answer["completions"]], [hit.title for hit in hits]

    found()  # reads what every answer of this generation shares
    with CaptureQueriesContext(connection) as by_elasticsearch:
        assert found() == (["Listening"], ["Empathy"])
    away()
    with CaptureQueriesContext(connection) as by_the_database:
        assert found() == (["Listening"], ["Empathy"])
    # What matches and what is shown, twice; the databases name their full text differently.
    assert len(by_the_database) >= len(by_elasticsearch) + 4


def test_completion_and_likeness_outlive_an_index_that_goes_away_unseen(
    engine: ElasticsearchEngine, catalog: Catalog, committed: Any, client: Client
) -> None:
    with committed():
        page = catalog.resource("Listening", core_topics=[topic("calm")])
        catalog.resource("Empathy", core_topics=[topic("calm")])
    assert ask().engine == "elasticsearch"  # seen whole: from now on nobody looks before asking
    server(os.environ["ELASTICSEARCH_URL"], 2.0).indices.delete(index=engine.life.versions()[0])
    answer = client.get("/api/v1/completions?q=liste")
    assert answer.status_code == 200
    assert [one["title"] for one in answer.json()["completions"]] == ["Listening"]
    assert [hit.title for hit in similar_to(page.uid, language="en")] == ["Empathy"]


def test_a_lost_index_is_not_taken_for_the_catalog(
    engine: ElasticsearchEngine, catalog: Catalog, committed: Any
) -> None:
    with committed():
        catalog.resource("Listening")
    engine.drop()
    assert (ask().engine, ask().degraded, ask().count) == ("database", True, 1)
    with committed():
        catalog.resource("Empathy")
    assert (ask().engine, ask().count) == ("database", 2)
    with committed():
        apply_pending()
    assert (ask().engine, ask().count) == ("elasticsearch", 2)


def test_what_the_server_refuses_waits_and_holds_nobody_up(
    engine: ElasticsearchEngine, settings: Any, catalog: Catalog, committed: Any
) -> None:
    with committed():
        catalog.resource("Listening")
    bad = SearchRecord.objects.get()
    SearchRecord.objects.filter(pk=bad.pk).update(facets={"unknown": ["x"]}, copied_version=0)
    engine.clear()
    with committed():
        catalog.resource("Empathy")
        apply_pending()
    bad.refresh_from_db()
    assert bad.copied_version == 0
    assert bad.attempts >= 1
    assert "strict" in bad.error
    assert SearchRecord.objects.uncopied().count() == 1
    assert (ask().engine, ask().degraded, ask().count) == ("database", True, 2)


def test_reconciling_and_rebuilding_copy_everything(
    engine: ElasticsearchEngine, catalog: Catalog, committed: Any
) -> None:
    with committed():
        catalog.resource("Listening")
        catalog.curriculum("Empathy")
    engine.clear()
    assert (ask().engine, ask().count) == ("elasticsearch", 0)
    with committed():
        reconcile()
    assert (ask().engine, ask().count) == ("elasticsearch", 2)
    engine.write([stray()])
    call_command("rebuild_search_index", verbosity=0, stdout=StringIO())
    assert (ask().engine, ask().count) == ("elasticsearch", 2)
    assert server(os.environ["ELASTICSEARCH_URL"], 2.0).count(index=engine.index)["count"] == 2


def test_a_search_takes_few_queries(
    engine: ElasticsearchEngine, catalog: Catalog, committed: Any, client: Client
) -> None:
    with committed():
        for number in range(12):
            catalog.resource(f"Listening {number}")
    for address in ("/api/v1/search?q=listening", "/api/v1/search?q=lisening", "/library/?q=x"):
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        assert answer.status_code == 200
        if address.startswith("/api"):
            assert answer.json()["engine"] == "elasticsearch"
            assert len(queries) <= 8, address
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/api/v1/search?q=listening").json()["engine"] == "elasticsearch"
    assert len(queries) == 1


def test_a_server_that_does_not_answer_is_not_waited_for(
    engine: ElasticsearchEngine, settings: Any, catalog: Catalog, committed: Any
) -> None:
    with committed():
        catalog.resource("Listening")
    settings.CLEARINGHOUSE_ELASTICSEARCH_SECONDS = 0.2
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.CLEARINGHOUSE_ELASTICSEARCH_URL = f"http://127.0.0.1:{silent.getsockname()[1]}"
        assert (ask().engine, ask().degraded, ask().count) == ("database", True, 1)
        with committed():
            page = catalog.resource("Empathy")
    assert "ConnectionTimeout" in SearchRecord.objects.get(page=page).error
