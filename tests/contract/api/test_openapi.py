"""The API's document: valid, as clients know it, and true of every answer.

After a wanted change, write the document anew:
`CLEARINGHOUSE_UPDATE_SNAPSHOTS=1 .venv/bin/python -m pytest tests/contract/api`
"""

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import OpenAPIV31SpecValidator

from clearinghouse.api import api
from tests.integration.search.building import TODAY, Catalog, organisation, term, topic

pytestmark = pytest.mark.django_db
SNAPSHOT = Path(__file__).with_name("openapi.json")


@pytest.fixture
def document(client: Client) -> dict[str, Any]:
    """Return the document as it is served."""
    content: dict[str, Any] = client.get("/api/v1/openapi.json").json()
    return content


@pytest.fixture
def filled(db: None, django_capture_on_commit_callbacks: Any) -> Iterator[Catalog]:
    """Return a catalog with one curriculum that ended, one in force and a resource."""
    cache.clear()
    with time_machine.travel(f"{TODAY.isoformat()}T17:00:00+00:00", tick=True):
        catalog = Catalog()
        with django_capture_on_commit_callbacks(execute=True):
            catalog.curriculum(
                "Course",
                slug="course",
                provider="An Academy",
                core_topics=[topic("skills")],
                modality=term("modality", "in-person"),
            )
            catalog.curriculum("Ended", slug="ended", approved_on=TODAY, expires_on=TODAY)
            catalog.resource("Guide", slug="guide", publisher=organisation("A Publisher"))
        with time_machine.travel("2026-11-24T17:00:00+00:00", tick=True):
            yield catalog


def test_the_document_validates_strictly(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1.")
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []


def test_the_document_is_the_one_that_clients_know(document: dict[str, Any]) -> None:
    text = json.dumps(document, indent=2, sort_keys=True) + "\n"
    if os.environ.get("CLEARINGHOUSE_UPDATE_SNAPSHOTS"):
        SNAPSHOT.write_text(text, encoding="utf-8")
    known = json.loads(SNAPSHOT.read_text(encoding="utf-8"))
    assert document == known


def test_every_parameter_and_problem_is_described(document: dict[str, Any]) -> None:
    for path, methods in document["paths"].items():
        assert set(methods) == {"get"}, path
        operation = methods["get"]
        assert operation["summary"]
        for parameter in operation["parameters"]:
            assert parameter.get("description"), parameter["name"]
        responses = operation["responses"]
        assert {"200", "304", "422", "500"} <= responses.keys(), path
        for status in responses.keys() - {"200", "304"}:
            assert list(responses[status]["content"]) == ["application/problem+json"]


FILES = {
    "/api/v1/curricula.csv": ["", "?q=course", "?sort=title"],
    "/api/v1/resources.csv": ["", "?publisher=a-publisher", "?page=1"],
}
CASES = {
    "/api/v1/search": ["", "?q=course", "?core_topic=skills&page_size=1", "?page=9", "?x=1"],
    "/api/v1/curricula": ["", "?q=zzz", "?sort=-hours", "?sort=x"],
    "/api/v1/resources": ["", "?q=guide", "?publisher=a-publisher", "?hours=lt4"],
    "/api/v1/completions": ["", "?q=gui", "?q=c&kind=curriculum", "?kind=x"],
    "/api/v1/vocabularies": ["", "?x=1"],
    "/api/v1/curricula/{slug}": ["/course", "/ended", "/none", "/course?x=1"],
    "/api/v1/resources/{slug}": ["/guide", "/none", "/guide?x=1"],
}


def test_every_answer_is_as_documented(
    filled: Catalog, client: Client, document: dict[str, Any]
) -> None:
    assert CASES.keys() | FILES.keys() == document["paths"].keys()
    seen = set()
    for path, requests in CASES.items():
        operation = document["paths"][path]["get"]
        for request in requests:
            response = client.get(path.removesuffix("/{slug}") + request)
            media = response["Content-Type"].partition(";")[0]
            described = operation["responses"][str(response.status_code)]["content"][media]
            schema = described["schema"] | {"components": document["components"]}
            validator = Draft202012Validator(schema, format_checker=FormatChecker())
            faults = [error.message for error in validator.iter_errors(response.json())]
            assert faults == [], (path, request)
            seen.add((path, response.status_code))
    assert {status for _, status in seen} == {200, 404, 410, 422}
    assert ("/api/v1/curricula/{slug}", 410) in seen


def test_every_file_is_as_documented(
    filled: Catalog, client: Client, document: dict[str, Any]
) -> None:
    for path, requests in FILES.items():
        for request in requests:
            response = client.get(path + request)
            described = document["paths"][path]["get"]["responses"][str(response.status_code)]
            assert response["Content-Type"].partition(";")[0] in described["content"]
            assert (response.status_code == 422) == (request in {"?sort=title", "?page=1"})


def test_no_field_is_answered_that_is_not_documented(
    filled: Catalog, client: Client, document: dict[str, Any]
) -> None:
    schemas = document["components"]["schemas"]
    for path, schema in (
        ("/api/v1/curricula/course", "CurriculumDetail"),
        ("/api/v1/resources/guide", "ResourceDetail"),
        ("/api/v1/vocabularies", "Vocabularies"),
        ("/api/v1/search", "SearchAnswer"),
        ("/api/v1/completions", "CompletionsAnswer"),
    ):
        assert client.get(path).json().keys() == schemas[schema]["properties"].keys()
    found = client.get("/api/v1/search").json()["results"]
    for result in found:
        name = {"curriculum": "CurriculumResult", "resource": "ResourceResult"}[result["kind"]]
        assert result.keys() == schemas[name]["properties"].keys()
    assert {result["kind"] for result in found} == {"curriculum", "resource"}


def test_the_docs_page_asks_nobody_else(client: Client) -> None:
    page = client.get("/api/v1/docs").content.decode()
    addresses: Callable[[str], list[str]] = re.compile(r'(?:src|href)="([^"]+)"').findall
    found = addresses(page)
    assert any("swagger-ui-bundle.js" in address for address in found)
    assert not [address for address in found if urlsplit(address).netloc]
    settings = json.loads(page.partition('id="swagger-settings">')[2].partition("</script>")[0])
    assert settings["validatorUrl"] is None
    assert settings["url"] == "/api/v1/openapi.json"
    assert "http" not in page.replace("http-equiv", "")


def test_operations_have_lasting_names(document: dict[str, Any]) -> None:
    assert api.version == "1"
    names = {methods["get"]["operationId"] for methods in document["paths"].values()}
    assert names == {
        "search",
        "list_curricula",
        "list_resources",
        "complete",
        "export_curricula",
        "export_resources",
        "get_vocabularies",
        "get_curriculum",
        "get_resource",
    }
