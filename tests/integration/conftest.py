"""What integration tests share: the site's page tree, and a database for tests that commit."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, connections, transaction

from home.services import ensure_site_tree
from tests.conftest import commits
from tests.databases import copy_database


@pytest.fixture(autouse=True)
def _fresh_cache() -> None:
    """Forget where sites begin: Wagtail keeps it in the cache, which survives a rollback."""
    cache.clear()


@pytest.fixture(scope="module")
def _planted_tree(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any
) -> Iterator[None]:
    """Make the pages of a fresh site once for a module, in a transaction around those of its tests.

    Making them takes longer than most tests. A module with tests that commit makes them each time.
    """
    if any(commits(item) for item in request.session.items if item.path == request.path):
        yield
        return
    around = transaction.atomic()
    with django_db_blocker.unblock():
        around.__enter__()
        ensure_site_tree()
    yield
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        around.__exit__(None, None, None)


@pytest.fixture
def site_tree(_planted_tree: None, db: None) -> dict[str, Any]:
    """Return the pages of a fresh site by slug: home, catalog, library, requirements …"""
    return ensure_site_tree()


@pytest.fixture(scope="class")  # begins before the test's database does, and ends after it
def put_back(
    request: pytest.FixtureRequest, django_db_setup: None, tmp_path_factory: Any
) -> Iterator[Callable[[], None]]:
    """Return what puts the database back as it was; it is put back at the end in any case."""
    if connection.vendor == "postgresql":
        request.getfixturevalue("migrated_rows")
        yield lambda: None
        return
    name = Path(connection.settings_dict["NAME"])
    kept = tmp_path_factory.mktemp("kept") / "kept.sqlite3"
    copy_database(name, kept)
    yield partial(copy_database, kept, name)
    copy_database(kept, name)


@pytest.fixture
def committed(put_back: Callable[[], None], transactional_db: None) -> Iterator[None]:
    """Let a test commit. On SQLite its rows go first: triggers keep them from being emptied."""
    yield
    connections.close_all()
    put_back()
