"""ETag, 304 and HEAD: who gets a tag, what changes it, and what must never have one."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.db import OperationalError, connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from wagtail.documents.models import Document
from wagtail.models import PageViewRestriction

from home.models import SiteInformation
from tests.integration.search.building import TODAY, Catalog

pytestmark = pytest.mark.django_db

PUBLIC = [
    "/",
    "/about/",
    "/requirements/",
    "/catalog/",
    "/library/?q=a",
    "/sitemap.xml",
    "/api/v1/search",
    "/api/v1/curricula?q=a",
    "/api/v1/resources?page_size=1",
    "/api/v1/completions?q=a",
    "/api/v1/vocabularies",
    "/api/v1/openapi.json",
    "/api/v1/docs",
    "/api/v2/pages/",
    "/api/v2/images/",
    "/api/v2/documents/",
]


def test_an_unchanged_answer_is_304(site_tree: Any, client: Client) -> None:
    for path in PUBLIC:
        first = client.get(path)
        assert first.status_code == 200, path
        tag = first["ETag"]
        assert tag.startswith('"')
        assert first["Cache-Control"] == "public, max-age=0, must-revalidate"
        vary = {name.strip() for name in first["Vary"].split(",")}
        assert {"Accept-Language", "Cookie"} <= vary
        with CaptureQueriesContext(connection) as captured:
            again = client.get(path, headers={"If-None-Match": f'"other", W/{tag}'})
        assert len(captured) == 1
        assert (again.status_code, again.content) == (304, b"")
        assert (again["ETag"], again["Cache-Control"]) == (tag, first["Cache-Control"])
        assert {name.strip() for name in again["Vary"].split(",")} == vary
        assert client.get(path, headers={"If-None-Match": "*"}).status_code == 304
        assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_head_has_the_headers_without_the_body(site_tree: Any, client: Client) -> None:
    for path in PUBLIC:
        got, head = client.get(path), client.head(path)
        assert (head.status_code, head.content) == (200, b""), path
        for name in ("ETag", "Cache-Control", "Content-Type", "Content-Length", "Vary"):
            assert head[name] == got[name], path
        assert client.head(path, headers={"If-None-Match": got["ETag"]}).status_code == 304


def test_every_address_language_and_host_has_its_own_tag(site_tree: Any, client: Client) -> None:
    answers = [
        client.get("/api/v1/search"),
        client.get("/api/v1/search?page_size=1"),
        client.get("/api/v1/curricula"),
        client.get("/api/v1/search", headers={"Accept-Language": "es"}),
        client.get("/api/v1/search", headers={"Host": "localhost"}),
        client.get("/api/v1/search", secure=True),
    ]
    assert len({answer["ETag"] for answer in answers}) == len(answers)


def test_an_edit_that_is_published_ends_the_tag(
    site_tree: Any, client: Client, committed: Any
) -> None:
    home = site_tree["home"]
    tag = client.get("/")["ETag"]
    home.headline = "Something new"
    with committed():
        revision = home.save_revision()
    assert client.get("/", headers={"If-None-Match": tag}).status_code == 304  # a draft only
    revision.publish()  # even before what waits for the commit has run
    response = client.get("/", headers={"If-None-Match": tag})
    assert response.status_code == 200
    assert "Something new" in response.content.decode()


def test_settings_snippets_and_catalog_end_the_tag(
    catalog: Catalog, client: Client, committed: Any
) -> None:
    def tag() -> str:
        found: str = client.get("/api/v1/search")["ETag"]
        return found

    tags = [tag()]
    with committed():
        page = catalog.resource("Guide")
    tags.append(tag())
    with committed():
        SiteInformation.objects.update_or_create(site_id=1, defaults={"operator": "Somebody"})
    tags.append(tag())
    with committed():
        page.resource_type.label = "Another word"
        page.resource_type.save()
    tags.append(tag())
    with committed():
        PageViewRestriction.objects.create(page=page, restriction_type="login")
    tags.append(tag())
    with committed():
        page.delete()
    tags.append(tag())
    assert len(set(tags)) == len(tags)


def test_local_midnight_ends_the_tag(site_tree: Any, client: Client) -> None:
    midnight = dt.datetime(TODAY.year, TODAY.month, TODAY.day + 1, 5, tzinfo=dt.UTC)  # New York
    with time_machine.travel(midnight - dt.timedelta(seconds=1), tick=False):
        tag = client.get("/api/v1/search")["ETag"]
        assert client.get("/api/v1/search", headers={"If-None-Match": tag}).status_code == 304
    with time_machine.travel(midnight, tick=False):
        assert client.get("/api/v1/search", headers={"If-None-Match": tag}).status_code == 200


def test_whoever_may_be_somebody_gets_no_tag(site_tree: Any, client: Client) -> None:
    tag = client.get("/about/")["ETag"]
    user = get_user_model().objects.create_superuser("somebody@example.org", "a password of them")
    known = Client()
    known.force_login(user)
    for asking, headers in (
        (known, {}),
        (client, {"Authorization": "Bearer x"}),
        (client, {"Cookie": "sessionid=stale"}),
        (client, {"Cookie": "messages=x"}),
    ):
        response = asking.get("/about/", headers=headers | {"If-None-Match": tag})
        assert response.status_code == 200
        assert "ETag" not in response
        assert "public" not in response.get("Cache-Control", "")


@pytest.mark.parametrize("restriction", ["password", "login", "groups"])
def test_private_pages_never_have_a_tag(
    site_tree: Any, client: Client, committed: Any, restriction: str
) -> None:
    tag = client.get("/about/")["ETag"]
    with committed():
        rule = PageViewRestriction.objects.create(
            page=site_tree["about"], restriction_type=restriction, password="open"
        )
        if restriction == "groups":
            rule.groups.add(Group.objects.first())
    response = client.get("/about/", headers={"If-None-Match": tag})
    assert response.status_code in {200, 302}
    assert "ETag" not in response
    assert "public" not in response.get("Cache-Control", "")
    assert client.head("/about/", headers={"If-None-Match": "*"}).status_code != 304


def test_errors_and_private_addresses_have_no_tag(site_tree: Any, client: Client) -> None:
    for path in (
        "/nothing/",
        "/catalog/nothing/",
        "/api/v1/curricula/nothing",
        "/api/v1/search?page=99",
        "/api/v1/search?colour=red",
        "/api/v2/pages/999999/",
        "/api/v2/pages/?colour=red",
        "/healthz",
        "/admin/login/",
    ):
        assert "ETag" not in client.get(path), path
        assert client.get(path, headers={"If-None-Match": "*"}).status_code != 304, path


def test_files_keep_their_own_tags(site_tree: Any, client: Client) -> None:
    document = Document.objects.create(title="A", file=ContentFile(b"text", name="a.txt"))
    response = client.get(document.url)
    assert "must-revalidate" not in response.get("Cache-Control", "")
    assert b"".join(response.streaming_content) == b"text"


def test_a_database_that_fails_is_not_hidden_by_the_tag(client: Client) -> None:
    def fail(*_: Any) -> Any:
        raise OperationalError("gone")

    client.raise_request_exception = False
    with connection.execute_wrapper(fail):
        response = client.get("/api/v1/vocabularies")
    assert (response.status_code, response["Content-Type"]) == (500, "application/problem+json")


@pytest.mark.parametrize("path", ["/api/v1/search", "/api/v2/pages/"])
def test_cors_is_off_until_it_is_set(site_tree: Any, client: Client, path: str) -> None:
    response = client.get(path, headers={"Origin": "https://app.example"})
    assert "Access-Control-Allow-Origin" not in response
    assert "Origin" not in response["Vary"]


@override_settings(CLEARINGHOUSE_CORS_ORIGINS=["https://app.example"])
def test_cors_lets_the_named_origins_read_the_api_only(site_tree: Any, client: Client) -> None:
    origin = {"Origin": "https://app.example"}
    for path in ("/api/v1/search", "/api/v2/pages/", "/api/v1/nothing"):
        response = client.get(path, headers=origin)
        assert response["Access-Control-Allow-Origin"] == "https://app.example"
        assert response["Access-Control-Expose-Headers"] == "ETag"
        assert "Origin" in response["Vary"]
        other = client.get(path, headers={"Origin": "https://other.example"})
        assert "Access-Control-Allow-Origin" not in other
        assert "Origin" in other["Vary"]
    tag = client.get("/api/v1/search")["ETag"]
    again = client.get("/api/v1/search", headers=origin | {"If-None-Match": tag})
    assert (again.status_code, again["Access-Control-Allow-Origin"]) == (304, origin["Origin"])
    assert "Access-Control-Allow-Origin" not in client.post("/api/v1/search", headers=origin)
    for path in ("/", "/admin/login/", "/documents/1/a.txt"):
        assert "Access-Control-Allow-Origin" not in client.get(path, headers=origin)


@override_settings(CLEARINGHOUSE_CORS_ORIGINS=["https://app.example"])
def test_cors_answers_preflights(client: Client) -> None:
    asked = {"Origin": "https://app.example", "Access-Control-Request-Method": "GET"}
    for path in ("/api/v1/search", "/api/v2/pages/"):
        response = client.options(path, headers=asked)
        assert response.status_code == 204
        assert response["Access-Control-Allow-Origin"] == "https://app.example"
        assert response["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
        assert response["Access-Control-Allow-Headers"] == "If-None-Match"
    other = client.options("/api/v1/search", headers=asked | {"Origin": "null"})
    assert "Access-Control-Allow-Origin" not in other
    assert "Access-Control-Allow-Methods" not in other
