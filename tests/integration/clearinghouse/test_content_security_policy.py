"""Our pages name where their content may come from; nothing inline is among it."""

from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/", "/catalog/", "/library/?q=x", "/no-such-page/"])
def test_pages_allow_nothing_inline(
    client: Client, site_tree: dict[str, Any], address: str
) -> None:
    policy = client.get(address).headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "object-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("address", ["/admin/login/", "/api/v1/docs"])
def test_what_is_not_ours_has_no_policy(client: Client, address: str) -> None:
    assert "Content-Security-Policy" not in client.get(address).headers
