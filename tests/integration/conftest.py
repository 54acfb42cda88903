"""What integration tests share: the site's page tree."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction

from home.services import ensure_site_tree
from tests.conftest import commits


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
