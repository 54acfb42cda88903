"""The wire to Elasticsearch breaks in the middle of a publication, and is mended."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from clearinghouse.due import do_due_work
from resource_library.models import ResourcePage
from search.engines.elasticsearch import ElasticsearchEngine, client
from search.indexing import not_copied
from tests.integration.search.building import Catalog, ask

from .wire import Wire

pytestmark = [
    pytest.mark.fault,
    pytest.mark.postgresql,
    pytest.mark.elasticsearch,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("migrated_rows"),
]


@pytest.fixture
def wire(settings: Any, elasticsearch: ElasticsearchEngine) -> Iterator[Wire]:
    """The only way from the site to the server."""
    parts = urlsplit(settings.CLEARINGHOUSE_ELASTICSEARCH_URL)
    wire = Wire((str(parts.hostname), parts.port or 9200))
    settings.CLEARINGHOUSE_ELASTICSEARCH_URL = f"http://127.0.0.1:{wire.port}"
    yield wire
    wire.cut()
    address = settings.CLEARINGHOUSE_ELASTICSEARCH_URL
    client(address, settings.CLEARINGHOUSE_ELASTICSEARCH_SECONDS).close()


def publish(catalog: Catalog, page: ResourcePage, turn: int) -> list[str]:
    """Rename one page, hide one and add one; return the titles that are public then."""
    page.title = f"Renamed {turn}"
    page.save_revision().publish()
    for former in ResourcePage.objects.live().exclude(pk=page.pk):
        former.unpublish()
    catalog.resource(f"Added {turn}")
    return [f"Added {turn}", f"Renamed {turn}"]


def answer() -> tuple[str, bool, list[str]]:
    answered = ask()
    return answered.engine, answered.degraded, sorted(hit.title for hit in answered.hits)


def test_answers_stay_right_and_the_copy_catches_up_wherever_the_wire_breaks(
    wire: Wire, elasticsearch: ElasticsearchEngine, catalog: Catalog, rounds: int
) -> None:
    page = catalog.resource("First")
    publish(catalog, page, -2)
    carried = wire.carried
    public = publish(catalog, page, -1)
    assert answer() == ("elasticsearch", False, public)
    needed = wire.carried - carried
    stood_in = 0
    for turn in range(rounds):
        wire.break_after(needed * turn // rounds)
        public = publish(catalog, page, turn)
        engine, degraded, found = answer()
        assert found == public
        assert degraded == (engine == "database")
        stood_in += degraded
        wire.mend()
        assert answer()[2] == public
        do_due_work()
        assert not_copied() == 0
        assert answer() == ("elasticsearch", False, public)
    assert stood_in == rounds
