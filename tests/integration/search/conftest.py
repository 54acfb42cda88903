"""The small catalog that the search's integration tests change."""

import os
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.elasticsearch.connection import breaker
from tests.integration.search.building import TODAY, Catalog, person


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    """Let it be noon of one day."""
    with time_machine.travel(f"{TODAY.isoformat()}T17:00:00+00:00", tick=True):
        yield


@pytest.fixture
def catalog(db: None) -> Catalog:
    """The index pages of an empty catalog."""
    return Catalog()


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Any) -> Any:
    """Return a context that runs what waits for the commit when it ends."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def keeper(client: Client, db: None) -> Client:
    """Somebody who may open the admin and keep the index, and nothing else."""
    client.force_login(person("change_searchrecord"))
    return client


@pytest.fixture
def engine(settings: Any) -> Iterator[ElasticsearchEngine]:
    """The engine that the site is told to use, with an index of its own."""
    cache.clear()
    settings.CLEARINGHOUSE_ELASTICSEARCH_URL = os.environ["ELASTICSEARCH_URL"]
    settings.CLEARINGHOUSE_ELASTICSEARCH_INDEX = f"integration-{uuid.uuid4().hex}"
    settings.CLEARINGHOUSE_ELASTICSEARCH_REST_SECONDS = 0.0  # tests of the breaker set it
    breaker(settings.CLEARINGHOUSE_ELASTICSEARCH_URL).succeeded()
    engine = ElasticsearchEngine(
        settings.CLEARINGHOUSE_ELASTICSEARCH_URL, settings.CLEARINGHOUSE_ELASTICSEARCH_INDEX
    )
    yield engine
    engine.drop()
