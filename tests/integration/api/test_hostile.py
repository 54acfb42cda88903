"""Hostile input to the API: an answer or a clear 4xx, never a failure, and nothing changes."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.apps import apps
from django.test import Client

from search.selectors import generation_key
from tests.hostile import NUMBERS, QUERY_STRINGS, SLUGS, TEXTS
from tests.integration.search.building import Catalog, topic

pytestmark = pytest.mark.django_db
LISTS = ["search", "curricula", "resources"]
TEXT_LISTS = [*LISTS, "completions"]


def rows() -> dict[str, int]:
    """Return the number of rows of every table."""
    models = apps.get_models(include_auto_created=True)
    return {model._meta.label: model._base_manager.count() for model in models}


@pytest.fixture(autouse=True)
def _unchanged(catalog: Catalog, committed: Any) -> Iterator[None]:
    with committed():
        catalog.resource("Guide", core_topics=[topic("skills")])
        catalog.curriculum("Course", slug="course")
    before, generation = rows(), generation_key()
    yield
    assert (rows(), generation_key()) == (before, generation)


def check(client: Client, path: str) -> int:
    """Return the status of an answer, which is whole or a problem."""
    response = client.get(path)
    status: int = response.status_code
    assert status in {200, 302} or 400 <= status < 500, path
    if path.startswith("/api/v1/") and status != 200:
        assert response["Content-Type"] == "application/problem+json", path
        assert response.json()["status"] == status
    return status


def test_texts(client: Client) -> None:
    for text in TEXTS:
        expected = 422 if "\x00" in text.strip() or len(text.strip()) > 500 else 200
        for name in TEXT_LISTS:
            path = f"/api/v1/{name}?{urlencode({'q': text})}"
            assert check(client, path) == expected, path


@pytest.mark.parametrize("name", ["page", "page_size"])
def test_numbers(client: Client, name: str) -> None:
    for value in NUMBERS:
        for path in LISTS:
            status = check(client, f"/api/v1/{path}?{urlencode({name: value})}")
            assert status in ({404, 422} if name == "page" else {422}), value


def test_query_strings(client: Client) -> None:
    harmless = {"&&&", "&=&", "q=%ff%fe", "q=%ed%a0%80", "q", "=", "%", "q=a#b"}
    for text in QUERY_STRINGS:
        for name in [*TEXT_LISTS, "vocabularies", "curricula/course"]:
            status = check(client, f"/api/v1/{name}?{text}")
            known = name == "completions" and text == "kind=curriculum"
            assert known or text in harmless or status in {400, 422}, text


def test_values_of_facets(client: Client) -> None:
    for name in ("core_topic", "year", "hours", "language"):
        for text in TEXTS:
            path = f"/api/v1/search?{urlencode({name: text})}"
            assert check(client, path) == 422, path
    for name in ("kind", "locale"):
        for text in TEXTS:
            path = f"/api/v1/completions?{urlencode({name: text})}"
            assert check(client, path) == 422, path


def test_slugs(client: Client) -> None:
    for slug in SLUGS:
        for name in ("curricula", "resources"):
            assert check(client, f"/api/v1/{name}/{slug}") == 404, slug
    for text in TEXTS:
        slug = quote(text, safe="")
        if slug.strip("%20"):
            assert check(client, f"/api/v1/curricula/{slug}") == 404, text


def test_headers(client: Client) -> None:
    for text in ('"', "W/", '"' * 1_000, "*, *", "é", "," * 5_000):
        for header in ("If-None-Match", "Accept", "Accept-Language", "Origin", "Cookie"):
            response = client.get("/api/v1/search", headers={header: text})
            assert response.status_code in {200, 304}, (header, text)


def test_version_2(client: Client) -> None:
    for text in TEXTS:
        for name in ("search", "slug", "order", "fields", "type", "child_of", "locale", "site"):
            check(client, f"/api/v2/pages/?{urlencode({name: text})}")
        check(client, f"/api/v2/pages/find/?{urlencode({'html_path': text})}")
        check(client, f"/api/v2/documents/?{urlencode({'search': text})}")
    for value in NUMBERS:
        for name in ("limit", "offset", "id", "child_of", "descendant_of"):
            check(client, f"/api/v2/pages/?{urlencode({name: value})}")
        check(client, f"/api/v2/pages/find/?{urlencode({'id': value})}")
