"""Nodes of a real cluster are killed and paused while editors publish and the public searches."""

import os
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from elasticsearch import ApiError, TransportError

from clearinghouse.due import do_due_work
from resource_library.models import ResourcePage
from search.comparing import differences
from search.engines import EngineUnavailable
from search.engines.elasticsearch import ElasticsearchEngine, client
from search.indexing import not_copied
from search.models import SearchRecord
from search.rebuilding import rebuild_copy
from search.reconciliation import reconcile
from tests.integration.search.building import Catalog, ask

from .public import Public, Search

pytestmark = [
    pytest.mark.fault,
    pytest.mark.postgresql,
    pytest.mark.cluster,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("migrated_rows"),
]
PORT, NODES = 9700, 3
URLS = ",".join(f"http://127.0.0.1:{PORT + number}" for number in range(NODES))
PAGES = 30
MOST_SECONDS = 2.0
SECONDS_TO_HEAL = 300


def serve(*words: Any, check: bool = True) -> int:
    """Tell the cluster's script what to do with it; return its exit status."""
    return subprocess.run(
        [f"{os.environ['SERVICES']}/elasticsearch", *map(str, words)],
        env=os.environ | {"ES_PORT": str(PORT)},
        check=check,
        stdout=subprocess.DEVNULL,
    ).returncode


def start_nodes() -> None:
    """Start the nodes that do not run; one that dies on the way, for lack of time, once more."""
    if serve("start", NODES, check=False):
        serve("start", NODES)


@pytest.fixture(scope="module")
def cluster() -> Iterator[None]:
    """Three nodes, for this module; what an interrupted run left of them is ended first."""
    serve("stop")
    start_nodes()
    yield
    for number in range(1, NODES + 1):
        serve("resume", number, check=False)  # a killed one is none
    serve("stop")


@pytest.fixture
def engine(cluster: None, settings: Any) -> Iterator[ElasticsearchEngine]:
    """The engine over the whole cluster, with an index of its own that has a replica."""
    for number in range(1, NODES + 1):
        serve("resume", number, check=False)  # what a test that failed left paused
    start_nodes()  # and what one killed
    settings.CLEARINGHOUSE_ELASTICSEARCH_URL = URLS
    settings.CLEARINGHOUSE_ELASTICSEARCH_INDEX = f"cluster-{uuid.uuid4().hex}"
    settings.CLEARINGHOUSE_ELASTICSEARCH_REST_SECONDS = 1.0
    engine = ElasticsearchEngine(URLS, settings.CLEARINGHOUSE_ELASTICSEARCH_INDEX)
    heal()
    yield engine
    heal()
    engine.drop()


def heal() -> None:
    """Wait until all nodes are back and every copy is where it belongs."""
    deadline = time.monotonic() + SECONDS_TO_HEAL
    patient = client(URLS, 1.0).options(request_timeout=40, ignore_status=408)
    while True:
        try:
            health = patient.cluster.health(
                wait_for_nodes=str(NODES), wait_for_status="green", timeout="30s"
            )
            if not health["timed_out"]:
                return
        except (ApiError, TransportError) as error:
            if time.monotonic() > deadline:
                raise TimeoutError("The cluster did not heal.") from error
        assert time.monotonic() < deadline, "The cluster did not heal."


def settle() -> None:
    """Do due work until the copy holds everything."""
    deadline = time.monotonic() + SECONDS_TO_HEAL
    while not_copied():
        assert time.monotonic() < deadline, SearchRecord.objects.uncopied().values("error")
        do_due_work()


def assert_nothing_is_lost(engine: ElasticsearchEngine) -> None:
    """Compare every document with its row, and the answers of both engines."""
    heal()
    settle()
    assert list(differences(engine)) == []
    assert reconcile().drift == 0
    answer = ask(page_size="100")
    live = sorted(ResourcePage.objects.live().values_list("title", flat=True))
    assert sorted(hit.title for hit in answer.hits) == live
    assert ask().engine == "elasticsearch"


KEPT = [Search("/api/v1/search", {"q": ["kept"]}, 1)]


def assert_nobody_noticed(public: Public) -> None:
    """Every answer was right and came in time."""
    assert set(public.statuses) == {200}
    assert public.wrong == []
    assert public.slowest < MOST_SECONDS


@pytest.fixture
def pages(engine: ElasticsearchEngine, catalog: Catalog) -> list[ResourcePage]:
    """Pages that are published, copied and found; one of them is never touched."""
    catalog.resource("Kept as it is")
    return [catalog.resource(f"Page {number}") for number in range(PAGES)]


def edit(pages: list[ResourcePage], turn: int, *, each: Callable[[], None] = lambda: None) -> None:
    """Publish every page anew, hide each third."""
    for number, page in enumerate(pages):
        page.title = f"Page {number} of turn {turn}"
        page.save_revision().publish()
        if number % 3 == turn % 3:
            page.unpublish()
        each()


def test_a_node_killed_while_editors_publish(
    engine: ElasticsearchEngine, pages: list[ResourcePage], request: pytest.FixtureRequest
) -> None:
    for turn in range(NODES if request.config.getoption("full") else 1):
        done = iter(range(PAGES))

        def strike(victim: int = turn + 1, done: Iterator[int] = done) -> None:
            if next(done) == PAGES // 3:
                serve("kill", victim)

        with Public(10, KEPT) as public:
            edit(pages, turn, each=strike)
        assert_nobody_noticed(public)
        start_nodes()
        assert_nothing_is_lost(engine)


def test_a_node_paused_while_editors_publish(
    engine: ElasticsearchEngine, pages: list[ResourcePage]
) -> None:
    done = iter(range(PAGES))

    def strike() -> None:
        if next(done) == PAGES // 3:
            serve("pause", 2)

    with Public(10, KEPT) as public:
        edit(pages, 1, each=strike)
    serve("resume", 2)
    assert_nobody_noticed(public)
    assert_nothing_is_lost(engine)


@pytest.mark.parametrize("fault", ["kill", "pause"])
def test_a_node_fails_during_a_rebuild(
    engine: ElasticsearchEngine,
    pages: list[ResourcePage],
    fault: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("search.rebuilding.BATCH", 5)
    monkeypatch.setattr("search.rebuilding._NOTED", 1)
    before = engine.life.serving()

    def strike(done: int, _total: int) -> None:
        if done == 15:
            serve(fault, 3)
            edit(pages[:3], 2)

    with Public(10, KEPT) as public:
        # What failed leaves the old version in place; asked now, a node that hangs might be asked.
        with suppress(EngineUnavailable):
            rebuild_copy(engine, strike)
        start_nodes() if fault == "kill" else serve("resume", 3)
        heal()
        if engine.life.serving() == before:
            rebuild_copy(engine)
    assert_nobody_noticed(public)
    assert engine.life.serving() != before
    assert_nothing_is_lost(engine)


def test_the_whole_cluster_away_while_editors_publish_and_the_public_searches(
    engine: ElasticsearchEngine, pages: list[ResourcePage], request: pytest.FixtureRequest
) -> None:
    away = 60 if request.config.getoption("full") else 5
    with Public(20, KEPT) as public:
        for number in range(1, NODES + 1):
            serve("pause", number)
        back = time.monotonic() + away
        turn = 0
        while time.monotonic() < back:
            edit(pages[turn % PAGES :][:1], turn)
            turn += 1
        for number in range(1, NODES + 1):
            serve("resume", number)
    assert_nobody_noticed(public)
    assert "database" in public.engines
    assert_nothing_is_lost(engine)
