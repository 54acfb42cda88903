"""What readers see of a resource and of a collection."""

import datetime as dt
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.test import Client
from wagtail.documents import get_document_model
from wagtail.models import Collection, CollectionViewRestriction, PageViewRestriction

from resource_library.models import (
    RelatedPage,
    ResourceCollectionItem,
    ResourceCollectionPage,
    ResourcePage,
)
from tests.integration.search.building import TODAY, Catalog, organisation, term, topic

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(f"{TODAY.isoformat()}T17:00:00+00:00", tick=True):
        yield


@pytest.fixture
def catalog(db: None) -> Catalog:
    return Catalog()


def html_of(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def test_the_page_shows_every_field(client: Client, catalog: Catalog) -> None:
    page = catalog.resource(
        "A workbook",
        slug="workbook",
        summary="In short.",
        body="<p>At length.</p>",
        authors="R. Vale",
        publisher=organisation("Kestrel Press"),
        published_on=dt.date(2024, 5, 1),
        language=term("language", "english"),
        link="https://example.org/workbook",
        citation="Vale (2024).",
        core_topics=[topic("listening", "Listening")],
        audiences=[term("audience", "leaders")],
    )
    page.tags.add("voice")
    page.save()
    response = client.get("/library/workbook/")
    html = html_of(response)
    for text in (
        "A workbook",
        "In short.",
        "At length.",
        "R. Vale",
        "Kestrel Press",
        "May 1, 2024",
        "English",
        'href="https://example.org/workbook"',
        "Vale (2024).",
        "Leaders",
        "Guide",
        "voice",
        '<a href="/library/?core_topic=listening">Listening</a>',
    ):
        assert text in html, text
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    data = json.loads(found)
    assert data["@type"] == "LearningResource"
    assert data["datePublished"] == "2024-05-01"
    assert data["publisher"]["name"] == "Kestrel Press"


def test_a_file_is_offered_with_its_type_and_size(client: Client, catalog: Catalog) -> None:
    document = get_document_model().objects.create(
        title="A file", file=ContentFile(b"x" * 2048, name="a-file.pdf")
    )
    catalog.resource("With a file", slug="with-a-file", file=document)
    html = html_of(client.get("/library/with-a-file/")).replace("\xa0", " ")
    assert f'href="{document.url}"' in html
    assert "PDF, 2.0 KB" in html


def test_related_pages_are_public_and_approved(
    client: Client, catalog: Catalog, django_assert_max_num_queries: Any
) -> None:
    hub = catalog.resource("Hub", slug="hub")
    secret = catalog.resource("Secret", slug="secret")
    PageViewRestriction.objects.create(page=secret, restriction_type=PageViewRestriction.LOGIN)
    others = [
        catalog.resource("Second"),
        catalog.curriculum("Approved"),
        catalog.curriculum("Lapsed", expires_on=TODAY - dt.timedelta(days=1)),
        catalog.curriculum("Unapproved", approve=False),
        catalog.resource("Draft", live=False),
        secret,
    ]
    hub.related_pages = [RelatedPage(page=other) for other in others]
    hub.save()
    related = html_of(client.get("/library/hub/")).partition('id="related-title"')[2]
    shown = [other.title for other in others if f">{other.title}</a>" in related]
    assert shown == ["Second", "Approved"]

    def queries() -> int:
        client.get("/library/hub/")
        with django_assert_max_num_queries(60) as captured:
            client.get("/library/hub/")
        return len(captured)

    few = queries()
    hub = ResourcePage.objects.get(pk=hub.pk)
    hub.related_pages = [RelatedPage(page=other) for other in others] + [
        RelatedPage(page=catalog.resource()) for _ in range(10)
    ]
    hub.save()
    assert queries() == few


def test_a_private_resource_shows_a_wall(client: Client, catalog: Catalog) -> None:
    for kind, title in (("password", "Walled"), ("login", "Locked")):
        page = catalog.resource(title, slug=title.lower(), summary="Only for some.")
        PageViewRestriction.objects.create(page=page, restriction_type=kind, password="open sesame")
    response = client.get("/library/walled/")
    assert 'name="password"' in html_of(response)
    assert "Only for some." not in html_of(response)
    response = client.get("/library/locked/")
    assert response.status_code == 302
    assert "login" in response["Location"]


def test_drafts_are_not_there_and_previews_are(client: Client, catalog: Catalog) -> None:
    page = catalog.resource("Draft", slug="draft", live=False, core_topics=[topic("listening")])
    assert client.get("/library/draft/").status_code == 404
    page.summary = "Changed in memory."
    assert "Changed in memory." in html_of(page.make_preview_request())


def test_a_collection_lists_its_public_resources_in_order(
    client: Client, catalog: Catalog, django_assert_max_num_queries: Any
) -> None:
    page = catalog.library.add_child(
        instance=ResourceCollectionPage(
            title="Start", slug="start", introduction="<p>Begin here.</p>"
        )
    )
    resources = [catalog.resource(title) for title in ("Zeta", "Alpha", "Mid")]
    draft = catalog.resource("Draft", live=False)
    page.items = [ResourceCollectionItem(resource=resource) for resource in (*resources, draft)]
    page.save()
    html = html_of(client.get("/library/start/"))
    assert "Begin here." in html
    assert re.findall(r'ch-hit__title"><a href="[^"]+">([^<]+)<', html) == ["Zeta", "Alpha", "Mid"]

    def queries() -> int:
        client.get("/library/start/")
        with django_assert_max_num_queries(60) as captured:
            client.get("/library/start/")
        return len(captured)

    few = queries()
    page = ResourceCollectionPage.objects.get(pk=page.pk)
    page.items = [ResourceCollectionItem(resource=catalog.resource()) for _ in range(20)]
    page.save()
    assert queries() == few


def test_a_file_in_a_private_collection_is_not_offered(client: Client, catalog: Catalog) -> None:
    private = Collection.get_first_root_node().add_child(name="Private")
    CollectionViewRestriction.objects.create(collection=private, restriction_type="login")
    document = get_document_model().objects.create(
        title="A file", file=ContentFile(b"x", name="private.pdf"), collection=private
    )
    catalog.resource("With a file", slug="with-a-file", file=document)
    assert document.url not in html_of(client.get("/library/with-a-file/"))
