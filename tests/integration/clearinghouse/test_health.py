"""A load balancer learns whether process, database and search answer, and nothing else."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.models import F
from django.test import Client
from django.utils import timezone

from search.models import SearchRecord
from tests.integration.search.building import Catalog

IDLE = {
    "engine": "database",
    "degraded": False,
    "waiting": 0,
    "not_copied": 0,
    "lag_seconds": 0,
}


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_it_answers(client: Client, db: None, address: str) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "search": IDLE})
    assert "no-store" in answer["Cache-Control"]
    assert client.head(address).status_code == 200
    assert client.post(address).status_code == 405


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_a_database_that_is_gone_is_told_without_details(
    client: Client, db: None, address: str
) -> None:
    def refuse(*_args: Any) -> Any:
        raise OperationalError("server at db.example refused")

    with connection.execute_wrapper(refuse):
        answer = client.get(address)
    assert (answer.status_code, answer.json()) == (503, {"status": "database unavailable"})


def test_it_says_how_far_the_index_lags(client: Client, db: None) -> None:
    Catalog().resource("Listening")
    SearchRecord.objects.update(
        indexed_version=0, version=F("version") + 1, changed_at=timezone.now() - timedelta(hours=2)
    )
    told = client.get("/healthz").json()["search"]
    assert told["waiting"] == 1
    assert 7200 <= told["lag_seconds"] < 7300


def test_a_cluster_that_is_away_is_told_and_no_illness(
    client: Client, db: None, settings: Any
) -> None:
    settings.CLEARINGHOUSE_ELASTICSEARCH_URL = "http://127.0.0.1:1"  # nobody may listen there
    for address in ("/healthz", "/readyz"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert answer.json()["search"] == {**IDLE, "degraded": True}
