"""The API of version 1 answers everybody alike, and cannot tell who asks."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.integration.search.building import Catalog, person

pytestmark = pytest.mark.django_db

ADDRESSES = ("/api/v1/search?q=calm", "/api/v1/vocabularies", "/api/v1/curricula/none", "/api/v1/x")


@pytest.fixture
def _calm(catalog: Catalog, committed: Any) -> None:
    with committed():
        catalog.resource("Calm words")


@pytest.mark.usefixtures("_calm")
@pytest.mark.parametrize("address", ADDRESSES)
def test_nobody_is_known(client: Client, address: str) -> None:
    nobody = client.get(address)
    client.force_login(person("change_searchrecord"))
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(address)
    assert (answer.status_code, answer.content) == (nobody.status_code, nobody.content)
    assert not answer.cookies
    asked = " ".join(query["sql"] for query in captured.captured_queries)
    assert "session" not in asked
    assert "_user" not in asked


@pytest.mark.usefixtures("_calm")
@pytest.mark.parametrize("address", ADDRESSES)
def test_headers_of_an_answer(client: Client, address: str) -> None:
    client.cookies["django_language"] = "de"
    answer = client.get(address, headers={"accept-language": "de"})
    assert answer["Content-Language"] == "en"
    assert int(answer["Content-Length"]) == len(answer.content)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"


def test_a_host_that_is_not_this_site_is_refused(client: Client, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["clearinghouse.example.org"]
    assert (
        client.get("/api/v1/vocabularies", headers={"host": "evil.example.org"}).status_code == 400
    )
