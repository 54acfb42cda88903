"""The small catalog that the search's integration tests change."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

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
def committed(django_capture_on_commit_callbacks: Any) -> Any:
    """Return a context that runs what waits for the commit when it ends."""
    return lambda: django_capture_on_commit_callbacks(execute=True)
