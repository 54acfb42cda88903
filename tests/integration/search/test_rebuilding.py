"""A new version of the index is built beside the one that serves, and the copy is kept true."""

import os
import socket
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.utils import timezone

from search.engines import Removal
from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.elasticsearch import client as server
from search.engines.elasticsearch.connection import FAILURES_TOLERATED, breaker
from search.indexing import apply_pending, distrust_copies
from search.models import SearchRecord
from search.rebuilding import RebuildFailed, rebuild_copy
from search.reconciliation import reconcile
from tests.integration.search.building import Catalog, ask, titles
from tests.integration.search.test_elasticsearch import stray

pytestmark = [pytest.mark.django_db, pytest.mark.elasticsearch]


@pytest.fixture
def three(engine: ElasticsearchEngine, catalog: Catalog, committed: Any) -> list[Any]:
    """Three resources, published, copied and found."""
    with committed():
        pages = [catalog.resource(title) for title in ("Empathy", "Listening", "Patience")]
    assert served() == ("elasticsearch", ["Empathy", "Listening", "Patience"])
    return pages


def served() -> tuple[str, list[str]]:
    """Return the engine that answers and all titles that it finds."""
    answer = ask(sort="title")
    return answer.engine, [hit.title for hit in answer.hits]


def stored(engine: ElasticsearchEngine) -> dict[str, int]:
    return {found.uid: found.version for found in engine.stored_versions() if found.visible}


def test_the_new_version_takes_over_and_the_last_is_kept(
    engine: ElasticsearchEngine, three: list[Any]
) -> None:
    engine.write([stray()])
    for number in (2, 3, 4):
        assert rebuild_copy(engine) >= 3
        assert engine.life.serving() == f"{engine.index}-{number}"
        kept = [f"{engine.index}-{number - 1}", f"{engine.index}-{number}"]
        assert engine.life.versions() == kept
    assert len(stored(engine)) == 3
    assert served() == ("elasticsearch", ["Empathy", "Listening", "Patience"])


def test_an_index_with_the_name_of_the_alias_is_replaced(
    engine: ElasticsearchEngine, three: list[Any]
) -> None:
    engine.drop()
    server(os.environ["ELASTICSEARCH_URL"], 1.0).indices.create(index=engine.index)
    assert served()[0] == "database"  # it is not what this version reads
    rebuild_copy(engine)
    assert engine.life.serving() == f"{engine.index}-1"
    assert served() == ("elasticsearch", ["Empathy", "Listening", "Patience"])


def test_what_changes_meanwhile_is_in_the_new_version(
    engine: ElasticsearchEngine, three: list[Any], catalog: Catalog, committed: Any
) -> None:
    seen: list[tuple[str, list[str]]] = []

    def publish(_done: int, _total: int) -> None:
        with committed():
            catalog.resource("Zeal")
            three[0].title = "Compassion"
            three[0].save_revision().publish()
            three[1].unpublish()
        seen.append(served())

    rebuild_copy(engine, publish)
    whole = ("elasticsearch", ["Compassion", "Patience", "Zeal"])
    assert seen == [whole]
    assert served() == whole
    assert engine.life.serving() == f"{engine.index}-2"
    assert set(stored(engine)) == {str(row.uid) for row in SearchRecord.objects.visible()}


def test_an_interrupted_build_goes_on_where_it_stopped(
    engine: ElasticsearchEngine, three: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.rebuilding.BATCH", 1)
    monkeypatch.setattr("search.rebuilding._NOTED", 1)

    def interrupt(done: int, _total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild_copy(engine, interrupt)
    assert served()[0] == "elasticsearch"
    assert engine.life.serving() == f"{engine.index}-1"
    left = engine.life.unfinished()
    assert left is not None
    assert left.last == SearchRecord.objects.order_by("pk")[0].pk
    done: list[int] = []
    rebuild_copy(engine, lambda number, _total: done.append(number))
    assert done == [2, 3]
    assert engine.life.serving() == left.index
    assert served() == ("elasticsearch", ["Empathy", "Listening", "Patience"])


def test_a_version_that_lacks_a_record_never_serves(
    engine: ElasticsearchEngine, three: list[Any]
) -> None:
    SearchRecord.objects.filter(page=three[0]).update(facets={"unknown": ["x"]})
    with pytest.raises(RebuildFailed, match="1 record"):
        rebuild_copy(engine)
    assert engine.life.versions() == [f"{engine.index}-1"]
    assert served()[0] == "elasticsearch"
    with pytest.raises(CommandError, match="refused"):
        call_command("rebuild_search_index", "--copy-only", verbosity=0)


def test_a_version_that_differs_from_the_rows_never_serves(
    engine: ElasticsearchEngine, three: list[Any]
) -> None:
    def sabotage(_done: int, _total: int) -> None:
        target = engine.life.versions()[-1]
        server(os.environ["ELASTICSEARCH_URL"], 1.0).indices.put_settings(
            index=target, settings={"index.blocks.write": True}
        )

    with pytest.raises(RebuildFailed):
        rebuild_copy(engine, sabotage)
    assert engine.life.versions() == [f"{engine.index}-1"]
    assert served()[0] == "elasticsearch"


def test_rolling_back_lets_the_last_version_serve_once_it_is_whole(
    engine: ElasticsearchEngine, three: list[Any], catalog: Catalog, committed: Any
) -> None:
    call_command("rebuild_search_index", "--copy-only", verbosity=0, stdout=StringIO())
    with committed():
        catalog.resource("Zeal")
    call_command("rebuild_search_index", "--roll-back", verbosity=0, stdout=StringIO())
    assert engine.life.serving() == f"{engine.index}-1"
    everything = ["Empathy", "Listening", "Patience", "Zeal"]
    assert served() == ("database", everything)
    with committed():
        apply_pending()
    assert served() == ("elasticsearch", everything)
    call_command("rebuild_search_index", "--copy-only", verbosity=0, stdout=StringIO())
    engine.life.remove_all_but(engine.life.serving())
    with pytest.raises(CommandError, match="No earlier version"):
        call_command("rebuild_search_index", "--roll-back", verbosity=0)


def test_a_changed_mapping_is_found_and_never_searched(
    engine: ElasticsearchEngine, three: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def warnings() -> list[str]:
        return [str(found.id) for found in run_checks(tags=["clearinghouse"])]

    assert "clearinghouse.W003" not in warnings()
    monkeypatch.setattr("search.documents.MAX_RESULT_WINDOW", 9_000_000)
    monkeypatch.setattr("search.engines.elasticsearch._current", set())
    assert "clearinghouse.W003" in warnings()
    assert served()[0] == "database"
    call_command("rebuild_search_index", "--copy-only", verbosity=0, stdout=StringIO())
    assert "clearinghouse.W003" not in warnings()
    assert served()[0] == "elasticsearch"


def test_reconciling_finds_and_repairs_every_kind_of_drift(
    engine: ElasticsearchEngine, three: list[Any], committed: Any
) -> None:
    with committed():
        three[2].unpublish()
    rows = {row.page_id: row for row in SearchRecord.objects.all()}
    missing, stale, hidden = (rows[page.pk] for page in three)
    engine.forget([str(missing.uid), str(stale.uid)])
    engine.write([], [Removal(stale.pk, str(stale.uid), stale.version + 7)])  # a restored database
    engine.write([stray()])
    SearchRecord.objects.filter(pk=hidden.pk).update(changed_at=timezone.now() - timedelta(hours=2))
    with committed():
        found = reconcile()
    assert (found.copy_missing, found.copy_stale, found.copy_stray, found.copy_purged) == (
        1,
        1,
        1,
        1,
    )
    assert found.drift == 3
    for row in (missing, stale):
        row.refresh_from_db()
    assert stale.version > 8  # ahead of what was stored
    assert {one.uid: one.version for one in engine.stored_versions()} == {
        str(missing.uid): missing.version,
        str(stale.uid): stale.version,
    }
    assert served() == ("elasticsearch", ["Empathy", "Listening"])
    with committed():
        assert reconcile().drift == 0


def test_a_record_that_is_refused_rests_longer_each_time(
    engine: ElasticsearchEngine, three: list[Any], committed: Any
) -> None:
    bad = SearchRecord.objects.filter(page=three[0])
    bad.update(facets={"unknown": ["x"]})
    distrust_copies()

    def tried() -> tuple[int, float]:
        with committed():
            call_command("run_due", verbosity=0, stdout=StringIO())
        row = bad.get()
        assert row.retry_at is not None
        return row.attempts, (row.retry_at - timezone.now()).total_seconds()

    attempts, pause = tried()
    assert attempts == 1
    assert 0 < pause <= 5
    assert tried()[0] == 1  # it rests
    bad.update(retry_at=timezone.now())
    attempts, pause = tried()
    assert attempts == 2
    assert 5 < pause <= 10


def test_a_cluster_that_failed_rests_and_is_asked_again(
    engine: ElasticsearchEngine, three: list[Any], settings: Any
) -> None:
    settings.CLEARINGHOUSE_ELASTICSEARCH_SECONDS = 0.2
    settings.CLEARINGHOUSE_ELASTICSEARCH_REST_SECONDS = 3_600.0
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(0)
        url = settings.CLEARINGHOUSE_ELASTICSEARCH_URL
        settings.CLEARINGHOUSE_ELASTICSEARCH_URL = f"http://127.0.0.1:{silent.getsockname()[1]}"
        for _ in range(FAILURES_TOLERATED + 3):
            assert served() == ("database", ["Empathy", "Listening", "Patience"])
        for _ in range(FAILURES_TOLERATED):
            silent.accept()[0].close()
        with pytest.raises(BlockingIOError):  # nobody else knocked
            silent.accept()
        assert breaker(settings.CLEARINGHOUSE_ELASTICSEARCH_URL).rests
        settings.CLEARINGHOUSE_ELASTICSEARCH_URL = url
    assert served()[0] == "elasticsearch"


def test_the_key_is_sent_and_told_nobody(
    settings: Any, db: None, caplog: pytest.LogCaptureFixture
) -> None:
    settings.CLEARINGHOUSE_ELASTICSEARCH_API_KEY = "c2VjcmV0OmtleQ=="
    settings.CLEARINGHOUSE_ELASTICSEARCH_SECONDS = 0.2
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        settings.CLEARINGHOUSE_ELASTICSEARCH_URL = url
        assert titles() == []
        with listening.accept()[0] as accepted:
            request = accepted.recv(4_096).decode()
    assert "ApiKey c2VjcmV0OmtleQ==" in request
    assert caplog.records
    assert "c2VjcmV0" not in caplog.text
