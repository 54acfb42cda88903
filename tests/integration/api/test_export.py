"""The CSV files of whole results: every record, safe cells, faults first, in flat memory."""

import csv
import io
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from search import exporting
from search.engines import EngineUnavailable
from search.engines.database import DatabaseEngine
from search.enums import Kind
from tests.integration.search.building import Catalog, organisation, topic

pytestmark = pytest.mark.django_db


def rows(client: Client, address: str) -> list[dict[str, str]]:
    """Return the lines of a file by their columns."""
    response = client.get(address)
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture
def shelf(catalog: Catalog, committed: Any) -> Catalog:
    """A library of seven, a catalog of one that stands and one that does not."""
    with committed():
        skills = topic("skills", "Skills")
        for number in range(6):
            catalog.resource(f"Guide {number}", core_topics=[skills])
        catalog.resource(
            "=1+1",
            summary="Ärger, ruhig",
            publisher=organisation("A Publisher"),
            authors="@someone",
        )
        catalog.resource("A draft", live=False)
        catalog.curriculum("Calm words", provider="A Provider", core_topics=[skills], minutes=90)
        catalog.curriculum("Not approved", approve=False)
    return catalog


def test_a_file_holds_every_record_of_the_result_in_the_order_of_ids(
    shelf: Catalog, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "BATCH", 2)
    found = rows(client, "/api/v1/resources.csv")
    assert sorted(row["title"] for row in found) == sorted(
        ["'=1+1", *(f"Guide {number}" for number in range(6))]
    )
    assert [row["id"] for row in found] == sorted(row["id"] for row in found)
    narrowed = rows(client, "/api/v1/resources.csv?core_topic=skills&q=guide")
    assert len(narrowed) == 6
    assert {row["core_topics"] for row in narrowed} == {"Skills"}


def test_no_cell_begins_a_formula(shelf: Catalog, client: Client) -> None:
    (row,) = rows(client, f"/api/v1/resources.csv?q={quote('Ärger')}")
    assert row["title"] == "'=1+1"
    assert row["authors"] == "'@someone"
    assert row["summary"] == "Ärger, ruhig"
    assert row["publisher"] == "A Publisher"


def test_a_curriculum_tells_its_approval(shelf: Catalog, client: Client) -> None:
    (row,) = rows(client, "/api/v1/curricula.csv")
    assert row["title"] == "Calm words"
    assert row["provider"] == "A Provider"
    assert row["hours"] == "1.5"
    assert row["approval_basis"] == "imported"
    assert row["approved_on"] < row["expires_on"]
    assert row["url"].startswith("http://testserver/catalog/")


@pytest.mark.parametrize(
    ("state", "parameter"),
    [
        ("page=2", "page"),
        ("sort=title", "sort"),
        ("page_size=5", "page_size"),
        ("core_topic=nothing", "core_topic"),
        ("locale=xx", "locale"),
        ("locale=", "locale"),
        ("locale=en&locale=en", "locale"),
        ("colour=red", "colour"),
    ],
)
def test_faults_are_told_before_the_first_line(
    shelf: Catalog, client: Client, state: str, parameter: str
) -> None:
    response = client.get(f"/api/v1/resources.csv?{state}")
    assert response.status_code == 422
    assert parameter in response.content.decode()


def test_an_engine_that_goes_away_in_the_middle_is_followed_by_the_database(
    shelf: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is left out and nothing comes twice."""
    monkeypatch.setattr(exporting, "BATCH", 2)
    whole = [hit.uid for hit in exporting.exported(Kind.RESOURCE, {})]
    calls = []
    after = DatabaseEngine.after

    def fails_once(self: Any, *arguments: Any) -> Any:
        calls.append(arguments[1])
        if len(calls) == 2:
            raise EngineUnavailable
        return after(self, *arguments)

    monkeypatch.setattr(DatabaseEngine, "after", fails_once)
    assert [hit.uid for hit in exporting.exported(Kind.RESOURCE, {})] == whole
    assert len(whole) == 7
    assert calls[1] == calls[2] == whole[1]


def test_a_batch_takes_the_same_statements_however_many_there_are(
    shelf: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    def statements(batch: int) -> int:
        monkeypatch.setattr(exporting, "BATCH", batch)
        with CaptureQueriesContext(connection) as captured:
            assert len(list(exporting.exported(Kind.RESOURCE, {}))) == 7
        return len(captured)

    statements(100)  # the first one reads the catalog
    one, four = statements(100), statements(2)
    batches = 4
    assert one <= 3
    assert four <= one * batches


def test_a_file_has_a_tag_and_answers_304_and_head(shelf: Catalog, client: Client) -> None:
    first = client.get("/api/v1/resources.csv")
    tag = first["ETag"]
    b"".join(first.streaming_content)
    assert client.get("/api/v1/resources.csv", headers={"If-None-Match": tag}).status_code == 304
    head = client.head("/api/v1/resources.csv")
    assert (head.status_code, head["ETag"]) == (200, tag)
    assert b"".join(head.streaming_content) == b""
    assert head["Content-Type"] == "text/csv; charset=utf-8"
    assert head["Content-Disposition"] == 'attachment; filename="resources.csv"'


def test_the_page_of_results_links_to_the_file_of_its_query(shelf: Catalog, client: Client) -> None:
    page = client.get("/library/?core_topic=skills&sort=-title&q=guide").content.decode()
    address = "/api/v1/resources.csv?locale=en&amp;q=guide&amp;core_topic=skills"
    assert f'href="{address}"' in page
    assert len(rows(client, address.replace("&amp;", "&"))) == 6
    assert "resources.csv" not in client.get("/library/?q=nowhere").content.decode()
