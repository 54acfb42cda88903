"""Searched texts are counted without a statement, written in one, forgotten, and reported."""

import csv
import io
import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clearinghouse.due import DUE_WORK, do_due_work
from search import terms
from search.enums import Kind
from search.models import SearchedText
from search.query import CatalogQuery
from tests.hostile import TEXTS
from tests.integration.search.building import TODAY, Catalog, person, topic

ADDRESS = "/admin/search-terms/"
ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _counting(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Count in memory of this test's own."""
    settings.CLEARINGHOUSE_SEARCH_TERMS_DAYS = 90
    monkeypatch.setattr(terms, "_counts", terms._Counts())


@pytest.fixture
def shelves(catalog: Catalog, committed: Any) -> Catalog:
    """A catalog with one resource about listening."""
    with committed():
        catalog.resource("Listening", core_topics=[topic("communication-skills")])
    return catalog


@pytest.fixture
def reader(client: Client) -> Client:
    """Somebody who may read the report."""
    client.force_login(person("view_searchedtext"))
    return client


def kept() -> list[tuple[date, str, str, int, int | None]]:
    """Return what is stored."""
    return list(
        SearchedText.objects.order_by("day", "kind", "text").values_list(
            "day", "kind", "text", "searches", "found"
        )
    )


def searched(text: str, times: int = 1, found: int = 0, kind: Kind | None = None) -> None:
    """Count searches and write them."""
    for _ in range(times):
        terms.count_search(CatalogQuery(kind, text=text), found)
    terms.flush_counts()


def test_pages_and_api_count_alike(client: Client, shelves: Catalog) -> None:
    assert client.get("/library/", {"q": "Listening"}).status_code == 200
    assert client.get("/api/v1/resources", {"q": "LISTENING"}).status_code == 200
    assert client.get("/api/v1/search", {"q": "nowhere"}).status_code == 200
    terms.flush_counts()
    assert kept() == [
        (TODAY, "", "nowhere", 1, 0),
        (TODAY, "resource", "listening", 2, 1),
    ]


def test_the_form_shows_the_period_that_is_told(reader: Client) -> None:
    for address, days in ((ADDRESS, 30), (f"{ADDRESS}?days=7", 7)):
        page = reader.get(address).content.decode()
        assert re.findall(r'<option value="(\d+)"\s+selected', page) == [str(days)]


def test_a_row_holds_nothing_of_a_person() -> None:
    columns = {field.name for field in SearchedText._meta.get_fields()}
    assert columns == {"id", "day", "kind", "text", "searches", "found"}
    assert SearchedText._meta.get_field("day").get_internal_type() == "DateField"


@pytest.mark.parametrize(
    ("address", "asked", "status"),
    [
        ("/library/", {"q": "listening", "audience": "nobody"}, 422),
        ("/api/v1/resources", {"q": "listening", "sort": "x"}, 422),
        ("/api/v1/resources", {"q": "listening", "page": "2"}, 404),
        ("/library/", {"q": "listening", "page": "2"}, 404),
        ("/library/", {"q": ""}, 200),
        ("/library/", {}, 200),
        ("/library/", {"q": "jane@example.org"}, 200),
        ("/library/", {"q": "+1 555 123 4567"}, 200),
        ("/library/", {"q": "a" * 101}, 200),
    ],
)
def test_what_is_not_counted(
    client: Client, shelves: Catalog, address: str, asked: dict[str, str], status: int
) -> None:
    assert client.get(address, asked).status_code == status
    terms.flush_counts()
    assert kept() == []


def test_a_further_page_is_no_search() -> None:
    terms.count_search(CatalogQuery(None, text="listening", page=2), 30)
    terms.flush_counts()
    assert kept() == []


def test_a_narrowed_search_says_nothing_of_what_the_text_finds(
    client: Client, shelves: Catalog
) -> None:
    narrowed = {"q": "listening", "year": "1999"}
    assert client.get("/api/v1/resources", narrowed).json()["count"] == 0
    terms.flush_counts()
    assert kept() == [(TODAY, "resource", "listening", 1, None)]
    client.get("/api/v1/resources", {"q": "listening"})
    client.get("/api/v1/resources", narrowed)
    terms.flush_counts()
    client.get("/api/v1/resources", narrowed)
    terms.flush_counts()
    assert kept() == [(TODAY, "resource", "listening", 4, 1)]


def test_a_search_takes_no_statement_more(client: Client, shelves: Catalog, settings: Any) -> None:
    counts = []
    for days in (0, 90):
        settings.CLEARINGHOUSE_SEARCH_TERMS_DAYS = days
        client.get("/api/v1/resources", {"q": "listening"})
        with CaptureQueriesContext(connection) as queries:
            client.get("/api/v1/resources", {"q": "listening"})
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("size", [1, 3, terms.MAX_TEXTS])
def test_writing_takes_one_statement_and_no_text_none(size: int) -> None:
    for number in range(size):
        terms.count_search(CatalogQuery(None, text=f"word{number}"), 0)
    with CaptureQueriesContext(connection) as queries:
        terms.flush_counts()
        terms.flush_counts()
    assert len(queries) == 1
    assert SearchedText.objects.count() == size


def test_several_processes_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    searched("listening", times=2, found=3)
    monkeypatch.setattr(terms, "_counts", terms._Counts())  # another process
    searched("listening", times=5, found=4)
    assert kept() == [(TODAY, "", "listening", 7, 4)]


def test_what_the_database_refuses_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    write = terms._add

    def refuse(rows: Any) -> None:
        raise DatabaseError("database is locked")

    terms.count_search(CatalogQuery(None, text="listening"), 1)
    monkeypatch.setattr(terms, "_add", refuse)
    with pytest.raises(DatabaseError):
        terms.flush_counts()
    terms.count_search(CatalogQuery(None, text="listening"), 2)
    monkeypatch.setattr(terms, "_add", write)
    terms.flush_counts()
    assert kept() == [(TODAY, "", "listening", 2, 2)]


def test_different_texts_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terms, "MAX_TEXTS", 2)
    for text in ("one", "two", "three", "one"):
        terms.count_search(CatalogQuery(None, text=text), 0)
    terms.flush_counts()
    assert [(text, searches) for _, _, text, searches, _ in kept()] == [("one", 2), ("two", 1)]


def test_a_flood_of_texts_ends_for_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terms, "MAX_TEXTS_A_DAY", 2)
    for text in ("one", "two", "three"):
        searched(text)
    assert [text for _, _, text, *_ in kept()] == ["one", "two"]


def test_a_request_writes_what_waits_a_minute(
    client: Client, shelves: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    def searches() -> list[int]:
        client.get("/api/v1/search", {"q": "listening"})
        return [number for *_, number, _ in kept()]

    assert searches() == []
    monkeypatch.setattr(terms._counts, "_next_write", 0.0)
    assert searches() == [2]
    assert searches() == [2]


def test_a_request_does_not_fail_for_the_counts(
    client: Client,
    shelves: Catalog,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def refuse(rows: Any) -> None:
        raise DatabaseError("database is locked")

    monkeypatch.setattr(terms, "_add", refuse)
    monkeypatch.setattr(terms._counts, "_next_write", 0.0)
    assert client.get("/api/v1/search", {"q": "listening"}).status_code == 200
    assert "could not be written" in caplog.text


ENDING = """
import django
django.setup()
from django.db import connection
from search import terms
from search.models import SearchedText
from search.query import CatalogQuery
with connection.schema_editor() as editor:
    editor.create_model(SearchedText)
terms.count_search(CatalogQuery(None, text="listening"), 1)
"""


def test_a_process_that_ends_writes_its_counts(tmp_path: Path) -> None:
    database = tmp_path / "ending.sqlite3"
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{database}",
        "DJANGO_SETTINGS_MODULE": "clearinghouse.settings.development",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "site")]),
    }
    subprocess.run([sys.executable, "-c", ENDING], env=environment, cwd=tmp_path, check=True)
    with closing(sqlite3.connect(database)) as opened:
        rows = opened.execute("SELECT text, searches FROM clearinghouse_search_searchedtext")
        assert rows.fetchall() == [("listening", 1)]


def test_due_work_writes_and_forgets(settings: Any) -> None:
    settings.CLEARINGHOUSE_SEARCH_TERMS_DAYS = 7
    for age in (0, 6, 7, 400):
        day = TODAY - timedelta(days=age)
        SearchedText.objects.create(day=day, text="listening", searches=1)
    terms.count_search(CatalogQuery(None, text="waiting"), 0)
    assert {"search.terms.flush_counts", "search.terms.forget_old"} <= set(DUE_WORK)
    do_due_work()
    assert [(day, text) for day, _, text, *_ in kept()] == [
        (TODAY - timedelta(days=6), "listening"),
        (TODAY, "listening"),
        (TODAY, "waiting"),
    ]


def test_no_days_count_nothing_and_forget_all(settings: Any) -> None:
    searched("listening")
    settings.CLEARINGHOUSE_SEARCH_TERMS_DAYS = 0
    searched("waiting")
    assert [text for _, _, text, *_ in kept()] == ["listening"]
    terms.forget_old()
    assert kept() == []


def test_the_report_tells_popular_texts_and_those_without_results(reader: Client) -> None:
    searched("listening", times=4, found=2, kind=Kind.RESOURCE)
    searched("nowhere", times=3)
    searched("rare", times=2)
    answer = reader.get(ADDRESS)
    (_, _, popular), (_, _, nothing) = answer.context["lists"]
    assert [(row.text, row.searches, row.found) for row, _ in popular] == [
        ("listening", 4, 2),
        ("nowhere", 3, 0),
    ]
    assert [row.text for row, _ in nothing] == ["nowhere"]
    assert "rare" not in answer.content.decode()


def test_what_was_found_last_decides(reader: Client) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    for text, before, now in (("gone", 5, 0), ("new", 0, 5), ("narrowed", 0, None)):
        SearchedText.objects.create(day=yesterday, text=text, searches=3, found=before)
        SearchedText.objects.create(day=TODAY, text=text, searches=3, found=now)
    _, (_, _, nothing) = reader.get(ADDRESS).context["lists"]
    assert [row.text for row, _ in nothing] == ["gone", "narrowed"]


def test_the_least_is_a_setting(reader: Client, settings: Any) -> None:
    searched("rare", times=2)
    settings.CLEARINGHOUSE_SEARCH_TERMS_LEAST = 2
    assert "rare" in reader.get(ADDRESS).content.decode()


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"days": "7"}, ["both", "library"]),
        ({}, ["both", "library", "older"]),
        ({"days": "90"}, ["both", "library", "oldest", "older"]),
        ({"days": "90", "kind": "resource"}, ["library"]),
        ({"days": "90", "kind": "both"}, ["both", "oldest", "older"]),
        ({"days": "90", "kind": "curriculum"}, []),
        ({"days": "1000000", "kind": "<b>"}, ["both", "library", "older"]),
    ],
)
def test_period_and_kind_narrow(reader: Client, asked: dict[str, str], expected: list[str]) -> None:
    for text, age, kind, searches in (
        ("both", 0, "", 9),
        ("library", 6, "resource", 8),
        ("older", 7, "", 3),
        ("oldest", 30, "", 5),
    ):
        day = TODAY - timedelta(days=age)
        SearchedText.objects.create(day=day, text=text, kind=kind, searches=searches, found=1)
    (_, _, popular), _ = reader.get(ADDRESS, asked).context["lists"]
    assert [row.text for row, _ in popular] == expected


def test_exports_hold_the_list_and_no_formula(reader: Client) -> None:
    searched("=1+1 listening", times=3, found=1)
    searched("nowhere", times=3)
    answer = reader.get(ADDRESS, {"export": "csv", "days": "7"})
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode())))
    both = "Curricula and resources"
    assert rows == [
        ["Text", "Search of", "Searches", "Found last"],
        ["'=1+1 listening", both, "3", "1"],
        ["nowhere", both, "3", "0"],
    ]
    answer = reader.get(ADDRESS, {"export": "xlsx", "list": "nothing"})
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert [list(row) for row in sheet.iter_rows(min_row=2, values_only=True)] == [
        ["nowhere", both, 3, 0]
    ]


def test_hostile_texts_are_shown_as_text(reader: Client) -> None:
    for text in TEXTS:
        query = CatalogQuery(None, text=text.replace("\0", ""))
        for _ in range(3):
            terms.count_search(query, 0)
    terms.flush_counts()
    page = reader.get(ADDRESS).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert(1)" not in page
    assert "<img src=x" not in page


def test_a_text_leads_to_its_explanation_for_whoever_may_see_that(client: Client) -> None:
    searched("a&b crisis", times=3)
    link = "/admin/explain-search/?q=a%26b%20crisis&amp;kind="
    for codenames in (["view_searchedtext"], ["view_searchedtext", "change_searchrecord"]):
        client.force_login(person(*codenames))
        assert (link in client.get(ADDRESS).content.decode()) is (len(codenames) > 1)


@pytest.mark.parametrize(
    ("codename", "status"),
    [("view_searchedtext", 200), ("change_synonym", 200), ("change_searchrecord", 302), ("", 302)],
)
def test_who_may_read_it(client: Client, codename: str, status: int) -> None:
    assert client.get(ADDRESS).status_code == 302
    client.force_login(person(*filter(None, [codename])))
    for asked in ({}, {"export": "csv"}):
        answer = client.get(ADDRESS, asked)
        assert answer.status_code == status
        if answer.streaming:
            b"".join(answer.streaming_content)
    assert ("search-terms" in client.get("/admin/").content.decode()) is (status == 200)


def test_the_number_of_queries_does_not_grow(reader: Client) -> None:
    counts = []
    for size in (1, 3):
        for number in range(size):
            searched(f"word{number}", times=3)
        reader.get(ADDRESS)
        with CaptureQueriesContext(connection) as queries:
            assert reader.get(ADDRESS).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
