"""What integration tests share: the site's page tree."""

from typing import Any

import pytest
from django.core.cache import cache

from home.services import ensure_site_tree


@pytest.fixture(autouse=True)
def _fresh_cache() -> None:
    """Forget where sites begin: Wagtail keeps it in the cache, which survives a rollback."""
    cache.clear()


@pytest.fixture
def site_tree(db: None) -> dict[str, Any]:
    """Return the pages of a fresh site by slug: home, catalog, library, requirements …"""
    return ensure_site_tree()
