"""A small catalog as clients of the API see it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from tests.integration.search.building import TODAY, Catalog


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
def committed(django_capture_on_commit_callbacks: Any) -> Callable[[], Any]:
    """Return a context that runs what waits for the commit when it ends."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def get(client: Client) -> Callable[..., Any]:
    """Return a function that gives the JSON of an address which answers 200."""

    def fetch(path: str, **parameters: Any) -> Any:
        response = client.get(path, parameters)
        assert response.status_code == 200, response.content
        return response.json()

    return fetch
