"""Completions in the API and in the search box, and what detail pages show as alike."""

import datetime as dt
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale, PageViewRestriction

from search.suggestions import similar_to
from tests.integration.search.building import TODAY, Catalog, term, topic

pytestmark = pytest.mark.django_db
COMPLETIONS = "/api/v1/completions"
DAY = dt.timedelta(days=1)


def completed(client: Client, **parameters: str) -> list[str]:
    """Return the titles that are offered."""
    response = client.get(COMPLETIONS, parameters)
    assert response.status_code == 200, response.content
    return [offered["title"] for offered in response.json()["completions"]]


def section(client: Client, address: str) -> str:
    """Return the section of records that are alike, empty where there is none."""
    html = re.sub(r"\s+", " ", client.get(address).content.decode())
    found = re.search(r'<section class="[^"]*ch-similar.*?</section>', html)
    return found.group() if found else ""


def test_a_completion_has_exactly_the_documented_shape(
    client: Client, catalog: Catalog, committed: Any
) -> None:
    with committed():
        guide = catalog.resource("Guide to <listening>", slug="guide")
        course = catalog.curriculum("Listening first", slug="course")
    assert client.get(f"{COMPLETIONS}?q=listen").json() == {
        "completions": [
            {
                "kind": "resource",
                "id": str(guide.uid),
                "slug": "guide",
                "title": "Guide to <listening>",
                "url": "http://testserver/library/guide/",
            },
            {
                "kind": "curriculum",
                "id": str(course.uid),
                "slug": "course",
                "title": "Listening first",
                "url": "http://testserver/catalog/course/",
            },
        ]
    }
    assert completed(client, q="listen", kind="curriculum") == ["Listening first"]
    assert completed(client, q="listen", kind="resource", locale="en") == ["Guide to <listening>"]
    assert completed(client, q="listen", locale="es") == []


@pytest.mark.parametrize("text", ["", " ", "?", "the", "zzz"])
def test_nothing_is_completed_to_nothing(
    client: Client, catalog: Catalog, committed: Any, text: str
) -> None:
    with committed():
        catalog.resource("The guide")
    assert client.get(COMPLETIONS, {"q": text}).json() == {"completions": []}
    assert client.get(COMPLETIONS).json() == {"completions": []}


@pytest.mark.parametrize(
    ("query", "parameter", "value", "reason"),
    [
        ("q=a&sort=title", "sort", "title", "Unknown parameter."),
        ("kind=page", "kind", "page", "Unknown value."),
        ("kind=", "kind", "", "Empty value."),
        ("locale=de", "locale", "de", "Unknown value."),
        ("q=a&q=b", "q", "b", "Given more than once."),
    ],
)
def test_a_fault_is_named(
    client: Client, query: str, parameter: str, value: str, reason: str
) -> None:
    response = client.get(f"{COMPLETIONS}?{query}")
    assert (response.status_code, response["Content-Type"]) == (422, "application/problem+json")
    fault = {"parameter": parameter, "value": value, "reason": reason}
    assert response.json()["errors"] == [fault]
    assert response.json()["instance"] == COMPLETIONS


def test_at_most_eight_titles_in_their_order(
    client: Client, catalog: Catalog, committed: Any
) -> None:
    with committed():
        for number in range(12, 0, -1):
            catalog.resource(f"Guide {number:02}")
    assert completed(client, q="gui") == [f"Guide {number:02}" for number in range(1, 9)]


@pytest.mark.parametrize("size", [1, 3, 100])
def test_a_completion_takes_three_queries(
    client: Client, catalog: Catalog, committed: Any, size: int
) -> None:
    with committed():
        for number in range(size):
            catalog.resource(f"Guide {number}")
    completed(client, q="guide")
    with CaptureQueriesContext(connection) as captured:
        assert len(completed(client, q="gui")) == min(size, 8)
    assert len(captured) == 3  # the state of the index, what matches, what is shown


@pytest.mark.parametrize("size", [1, 3, 100])
def test_finding_what_is_alike_takes_four_queries(
    catalog: Catalog, committed: Any, size: int
) -> None:
    shared = [topic("skills"), topic("law")]
    with committed():
        page = catalog.resource("One guide", core_topics=shared)
        for number in range(size):
            catalog.resource(f"Guide {number}", core_topics=shared)
    similar_to(page.uid, language="en")
    with CaptureQueriesContext(connection) as captured:
        assert len(similar_to(page.uid, language="en")) == min(size, 4)
    assert len(captured) == 4


def test_a_page_shows_what_is_most_like_it_with_its_kind(
    client: Client, catalog: Catalog, committed: Any
) -> None:
    listening, law = topic("listening"), topic("law")
    with committed():
        catalog.curriculum(
            "Calm", slug="calm", core_topics=[listening, law], audiences=[term("audience", "a")]
        )
        catalog.resource("Words <b>", slug="words", core_topics=[listening])
        catalog.curriculum("Course", slug="course", core_topics=[listening, law])
        catalog.resource("Alone", slug="alone")
    found = section(client, "/catalog/calm/")
    assert "More like this" in found
    assert "ch-no-print" in found
    assert re.findall(r'<a href="([^"]+)">([^<]+)</a>', found) == [
        ("/catalog/course/", "Course"),
        ("/library/words/", "Words &lt;b&gt;"),
    ]
    assert "<span>Curriculum</span>" in found
    assert "<span>Resource</span><span>Guide</span>" in found
    found = section(client, "/library/words/")
    links = re.findall(r'<a href="([^"]+)">', found)
    assert sorted(links) == ["/catalog/calm/", "/catalog/course/"]
    assert section(client, "/library/alone/") == ""


def test_what_the_public_may_not_see_is_neither_completed_nor_alike(
    client: Client, catalog: Catalog, committed: Any
) -> None:
    shared = [topic("listening")]
    with committed():
        page = catalog.resource("Open listening", slug="open", core_topics=shared)
        catalog.resource("Secret draft", live=False, core_topics=shared)
        private = catalog.resource("Secret private", slug="private", core_topics=shared)
        catalog.curriculum("Secret unapproved", approve=False, core_topics=shared)
        catalog.curriculum("Secret expired", expires_on=TODAY - DAY, core_topics=shared)
        gone = catalog.resource("Secret gone", core_topics=shared)
    assert completed(client, q="secret") == ["Secret gone", "Secret private"]
    with committed():
        PageViewRestriction.objects.create(
            page=private, restriction_type=PageViewRestriction.PASSWORD, password="open sesame"
        )
        gone.delete()
    assert completed(client, q="secret") == []
    assert similar_to(page.uid, language="en") == ()
    assert section(client, "/library/open/") == ""
    assert similar_to(private.uid, language="en") == ()


def test_the_last_day_of_an_approval_counts(
    client: Client, catalog: Catalog, committed: Any
) -> None:
    shared = [topic("listening")]
    with committed():
        page = catalog.resource("Open", core_topics=shared)
        catalog.curriculum("Last day", expires_on=TODAY, core_topics=shared)
    assert completed(client, q="last da") == ["Last day"]
    assert [hit.title for hit in similar_to(page.uid, language="en")] == ["Last day"]
    assert similar_to(page.uid, language="en", today=TODAY + DAY) == ()


def test_only_pages_of_the_same_language_are_alike(catalog: Catalog, committed: Any) -> None:
    shared = [topic("listening")]
    spanish = Locale.objects.get_or_create(language_code="es")[0]
    with committed():
        page = catalog.resource("Open", core_topics=shared)
        catalog.resource("Abierto", core_topics=shared, locale=spanish)
        catalog.resource("Wide", core_topics=shared)
    assert [hit.title for hit in similar_to(page.uid, language="en")] == ["Wide"]


def test_an_answer_ends_its_tag_when_a_title_changes(
    client: Client, catalog: Catalog, committed: Any
) -> None:
    with committed():
        page = catalog.resource("Guide")
    tag = client.get(f"{COMPLETIONS}?q=gui")["ETag"]
    headers = {"If-None-Match": tag}
    assert client.get(f"{COMPLETIONS}?q=gui", headers=headers).status_code == 304
    with committed():
        page.title = "Guidance"
        page.save()
    assert client.get(f"{COMPLETIONS}?q=gui", headers=headers).status_code == 200
    assert completed(client, q="gui") == ["Guidance"]


@pytest.mark.parametrize(
    ("address", "kind"), [("/catalog/", "curriculum"), ("/library/", "resource")]
)
def test_the_search_box_names_where_it_is_completed(
    client: Client, site_tree: dict[str, Any], address: str, kind: str
) -> None:
    html = client.get(address).content.decode()
    (form,) = re.findall(r"<form[^>]* data-completions=[^>]*>", html)
    assert f'data-completions="{COMPLETIONS}?kind={kind}&amp;locale=en"' in form
    assert re.search(r'<script src="[^"]*clearinghouse/js/completion\.js" defer></script>', html)
    assert 'type="search" name="q"' in html
    assert "combobox" not in html  # without the script it is a plain search field
