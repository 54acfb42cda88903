"""What integration tests share: the site's page tree."""

from typing import Any

import pytest

from home.services import ensure_site_tree


@pytest.fixture
def site_tree(db: None) -> dict[str, Any]:
    """Return the pages of a fresh site by slug: home, catalog, library, requirements …"""
    return ensure_site_tree()
