"""The three lists of the API and the vocabularies, as a client reads them."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from resource_library.models import CoreTopicArea, Term
from tests.integration.search.building import Catalog, organisation, term, topic

pytestmark = pytest.mark.django_db


def test_an_answer_has_exactly_the_documented_shape(
    catalog: Catalog, committed: Any, get: Any
) -> None:
    skills = topic("skills", "Skills")
    listening = topic("listening", "Listening", parent=skills)
    with committed():
        page = catalog.resource(
            "Calm words",
            summary="Listening <first>.",
            core_topics=[listening],
            audiences=[term("audience", "leaders")],
            publisher=organisation("A Publisher"),
        )
    answer = get("/api/v1/resources", q="listening", core_topic="skills")
    assert list(answer) == [
        "count",
        "page",
        "page_size",
        "next",
        "previous",
        "results",
        "facets",
        "suggestion",
        "engine",
        "degraded",
    ]
    facets = answer.pop("facets")
    assert answer == {
        "count": 1,
        "page": 1,
        "page_size": 20,
        "next": None,
        "previous": None,
        "suggestion": None,
        "engine": "database",
        "degraded": False,
        "results": [
            {
                "kind": "resource",
                "id": str(page.uid),
                "slug": page.slug,
                "title": "Calm words",
                "summary": "Listening <first>.",
                "url": f"http://testserver/library/{page.slug}/",
                "highlight": "<mark>Listening</mark> &lt;first&gt;.",
                "core_topics": [{"slug": "listening", "label": "Listening"}],
                "audiences": [{"slug": "leaders", "label": "Leaders"}],
                "resource_type": {"slug": "guide", "label": "Guide"},
                "publisher": {"slug": "a-publisher", "label": "A Publisher"},
                "authors": "",
                "language": {"slug": "en", "label": "English"},
                "year": None,
                "date": None,
                "tags": [],
            }
        ],
    }
    assert [facet["name"] for facet in facets] == [
        "core_topic",
        "audience",
        "resource_type",
        "publisher",
        "language",
        "year",
    ]
    assert facets[0] == {
        "name": "core_topic",
        "label": "Core topic area",
        "buckets": [
            {
                "value": "skills",
                "label": "Skills",
                "count": 1,
                "selected": True,
                "parent": None,
            },
            {
                "value": "listening",
                "label": "Listening",
                "count": 1,
                "selected": False,
                "parent": "skills",
            },
        ],
    }


def test_a_curriculum_tells_hours_provider_and_approval(
    catalog: Catalog, committed: Any, get: Any
) -> None:
    with committed():
        page = catalog.curriculum(
            "Course",
            minutes=90,
            provider="An Academy",
            modality=term("modality", "in-person"),
            stages=[term("stage", "refresher")],
        )
    (result,) = get("/api/v1/curricula")["results"]
    assert result["kind"] == "curriculum"
    assert result["url"] == f"http://testserver/catalog/{page.slug}/"
    assert result["provider"] == {"slug": "an-academy", "label": "An Academy"}
    assert result["sector"] == "public"
    assert result["modality"] == {"slug": "in-person", "label": "In person"}
    assert result["stages"] == [{"slug": "refresher", "label": "Refresher"}]
    assert (result["hours"], result["hours_claimed"]) == (1.5, False)
    assert set(result["approval"]) == {"number", "status", "basis", "approved_on", "expires_on"}
    assert result["approval"]["status"] == "active"
    assert result["year"] == 2026
    common = get("/api/v1/search")
    assert common["results"] == [result]


def test_pages_are_linked_and_keep_the_state(catalog: Catalog, committed: Any, get: Any) -> None:
    with committed():
        for number in range(5):
            catalog.resource(f"Guide {number}")
    answer = get("/api/v1/resources", q="guide", sort="-title", page_size=2, page=2)
    assert [result["title"] for result in answer["results"]] == ["Guide 2", "Guide 1"]
    base = "http://testserver/api/v1/resources?q=guide&sort=-title"
    assert answer["previous"] == f"{base}&page_size=2"
    assert answer["next"] == f"{base}&page=3&page_size=2"
    assert get(answer["next"])["next"] is None


@pytest.mark.parametrize(
    ("path", "parameter", "value", "reason"),
    [
        ("/api/v1/search?colour=red", "colour", "red", "Unknown parameter."),
        ("/api/v1/curricula?resource_type=guide", "resource_type", "guide", "Unknown parameter."),
        ("/api/v1/resources?method=lecture", "method", "lecture", "Unknown parameter."),
        ("/api/v1/search?core_topic=nonsense", "core_topic", "nonsense", "Unknown value."),
        ("/api/v1/search?core_topic=", "core_topic", "", "Empty value."),
        ("/api/v1/search?sort=best", "sort", "best", "Unknown value."),
        ("/api/v1/search?page=0", "page", "0", "Not a whole number above zero."),
        ("/api/v1/search?page_size=101", "page_size", "101", "Greater than 100."),
        ("/api/v1/search?page=1&page=2", "page", "2", "Given more than once."),
        ("/api/v1/vocabularies?q=x", "q", "x", "Unknown parameter."),
        ("/api/v1/curricula/some?q=x", "q", "x", "Unknown parameter."),
        ("/api/v1/resources/some?fields=*", "fields", "*", "Unknown parameter."),
    ],
)
def test_a_fault_is_named(
    client: Client, path: str, parameter: str, value: str, reason: str
) -> None:
    response = client.get(path)
    assert response.status_code == 422
    assert response["Content-Type"] == "application/problem+json"
    assert response.json() == {
        "type": "about:blank",
        "title": "Unprocessable Content",
        "status": 422,
        "detail": "A parameter or its value is not known, or not well formed.",
        "instance": path.partition("?")[0],
        "errors": [{"parameter": parameter, "value": value, "reason": reason}],
    }


def test_a_page_past_the_last_is_404_and_page_1_of_nothing_is_not(client: Client) -> None:
    assert client.get("/api/v1/search?page=1").json()["count"] == 0
    response = client.get("/api/v1/search?page=2")
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["detail"] == "There is no page 2; the last one is 1."


@pytest.mark.parametrize("path", ["/api/v1/", "/api/v1/nothing", "/api/v1/search/"])
def test_an_unknown_address_is_a_problem(client: Client, path: str) -> None:
    response = client.get(path)
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace"])
def test_nothing_can_be_written(client: Client, method: str) -> None:
    for path in ("/api/v1/curricula/x", "/api/v1/openapi.json", "/api/v1/docs"):
        assert getattr(client, method)(path).status_code == 405
    response = getattr(client, method)("/api/v1/search")
    assert (response.status_code, response["Content-Type"]) == (405, "application/problem+json")
    assert response["Allow"] == "GET, HEAD, OPTIONS"
    assert response.json()["status"] == 405


def test_options_tells_the_methods(client: Client) -> None:
    response = client.options("/api/v1/search")
    assert (response.status_code, response["Allow"]) == (204, "GET, HEAD, OPTIONS")


@pytest.mark.parametrize("size", [1, 3, 100])
def test_the_number_of_queries_does_not_grow(
    catalog: Catalog, committed: Any, client: Client, size: int
) -> None:
    shared = [topic("skills"), topic("law")]
    with committed():
        for number in range(size):
            catalog.resource(f"Guide {number}", core_topics=shared)
    path = "/api/v1/search?q=guide&core_topic=law&page_size=100"
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert len(client.get(path).json()["results"]) == size
    assert len(captured) == 2


def test_vocabularies_list_active_values_in_the_editors_order(get: Any) -> None:
    CoreTopicArea.objects.update(active=False)
    Term.objects.update(active=False)
    skills = topic("skills", "Skills")
    topic("listening", "Listening", parent=skills)
    hidden = topic("hidden")
    hidden.active = False
    hidden.save()
    Term.objects.create(vocabulary="stage", slug="b", label="B", sort_order=2)
    Term.objects.create(vocabulary="stage", slug="a", label="A", sort_order=3)
    Term.objects.create(vocabulary="stage", slug="c", label="C", sort_order=1, active=False)
    answer = get("/api/v1/vocabularies")
    assert answer["core_topics"] == [
        {
            "slug": "skills",
            "label": "Skills",
            "children": [{"slug": "listening", "label": "Listening", "children": []}],
        }
    ]
    assert answer["stages"] == [{"slug": "b", "label": "B"}, {"slug": "a", "label": "A"}]
    assert answer["sectors"] == [
        {"slug": "public", "label": "Public"},
        {"slug": "private", "label": "Private"},
    ]
    assert [hours["slug"] for hours in answer["hours"]] == [
        "lt4",
        "4-8",
        "8-16",
        "16-40",
        "40plus",
    ]
    assert answer["licences"] == []


def test_vocabularies_take_a_constant_number_of_queries(client: Client) -> None:
    counts = set()
    for number in (1, 3, 100):
        for index in range(number):
            term("method", f"method-{number}-{index}")
            topic(f"topic-{number}-{index}")
        with CaptureQueriesContext(connection) as captured:
            client.get("/api/v1/vocabularies")
        counts.add(len(captured))
    assert counts == {3}


def test_a_failure_is_logged_and_answered_as_a_problem(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(execute: Any, sql: str, *rest: Any) -> Any:
        if "clearinghouse_library_term" in sql:
            raise RuntimeError("secret detail")
        return execute(sql, *rest)

    client.raise_request_exception = False
    with connection.execute_wrapper(fail):
        response = client.get("/api/v1/vocabularies")
        assert (response.status_code, response["Content-Type"]) == (500, "application/problem+json")
        assert "secret" not in response.content.decode()
        assert "secret detail" in caplog.text
        client.raise_request_exception = True
        with pytest.raises(RuntimeError, match="secret detail"):
            client.get("/api/v1/vocabularies")
