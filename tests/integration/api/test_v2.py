"""Wagtail's API v2: what everybody may see, by listing, id, search and relation; nothing else."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.test import Client
from wagtail.actions.create_alias import CreatePageAliasAction
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, CollectionViewRestriction, Page, PageViewRestriction

from curriculum_pages.models import CurriculumEvidence, EvidenceStudy, Module
from resource_library.models import RelatedPage
from tests.integration.search.building import TODAY, Catalog, organisation, term, topic

pytestmark = pytest.mark.django_db
PAGES = "/api/v2/pages/"


def listed(client: Client, query: str = "") -> set[str]:
    """Return the titles of a listing, all of its pages."""
    response = client.get(f"{PAGES}?limit=100&{query}")
    assert response.status_code == 200, response.content
    return {item["title"] for item in response.json()["items"]}


@pytest.fixture
def hidden(catalog: Catalog) -> dict[str, Page]:
    """Return pages that the public may not see, by title, beside some that it may."""
    catalog.curriculum("Approved course")
    catalog.resource("Open guide")
    expired = catalog.curriculum("Expired course", expires_on=TODAY - dt.timedelta(days=1))
    type(expired).objects.filter(pk=expired.pk).update(live=True)
    restricted = catalog.resource("Restricted guide")
    PageViewRestriction.objects.create(page=restricted, restriction_type="login")
    area = catalog.root.add_child(instance=type(catalog.library)(title="Area", slug="area"))
    PageViewRestriction.objects.create(page=area, restriction_type="password", password="x")
    below = area.add_child(
        instance=type(restricted)(
            title="Guide below", slug="below", summary="-", resource_type=restricted.resource_type
        )
    )
    copied = catalog.curriculum("Copied course")
    alias = CreatePageAliasAction(copied, parent=catalog.curricula, update_slug="copy").execute(
        skip_permission_checks=True
    )
    type(alias).objects.filter(pk=alias.pk).update(title="Alias course", live=True)
    alias.refresh_from_db()
    return {
        page.title: page
        for page in (
            catalog.curriculum("Never approved", approve=False),
            expired,
            restricted,
            area,
            below,
            alias,
            catalog.resource("Draft guide", live=False),
        )
    }


def test_listings_hold_what_everybody_may_see(client: Client, hidden: dict[str, Page]) -> None:
    assert {"Approved course", "Open guide", "Copied course"} <= listed(client)
    for query in (
        "",
        "fields=*",
        "order=-title",
        "type=clearinghouse_library.ResourcePage",
        "type=clearinghouse_curricula.CurriculumPage",
        "type=clearinghouse_library.ResourcePage,clearinghouse_curricula.CurriculumPage",
        "descendant_of=root",
        "locale=en",
    ):
        assert not listed(client, query) & hidden.keys(), query


def test_no_page_is_found_by_its_id_address_or_words(
    client: Client, hidden: dict[str, Page]
) -> None:
    for title, page in hidden.items():
        assert client.get(f"{PAGES}{page.pk}/").status_code == 404, title
        assert client.get(f"{PAGES}?id={page.pk}").json()["items"] == [], title
        assert client.get(f"{PAGES}?slug={page.slug}").json()["items"] == [], title
        assert client.get(f"{PAGES}find/?id={page.pk}").status_code == 404, title
        found = client.get(f"{PAGES}find/", {"html_path": page.url_path.partition("/")[2]})
        assert found.status_code == 404, title
        assert title not in listed(client, f"search={title}"), title
        for relation in ("child_of", "descendant_of", "ancestor_of", "translation_of"):
            response = client.get(f"{PAGES}?{relation}={page.pk}")
            assert response.status_code == 400, (title, relation)


def test_whoever_is_logged_in_sees_the_same(client: Client, hidden: dict[str, Page]) -> None:
    user = get_user_model().objects.create_superuser("somebody@example.org", "a password of them")
    client.force_login(user)
    assert not listed(client) & hidden.keys()
    assert client.get(f"{PAGES}{hidden['Restricted guide'].pk}/").status_code == 404


def test_an_approval_that_ends_hides_the_page(client: Client, catalog: Catalog) -> None:
    catalog.curriculum("Course", expires_on=TODAY)
    assert "Course" in listed(client)
    with time_machine.travel(f"{TODAY + dt.timedelta(days=1)}T17:00:00+00:00"):
        assert "Course" not in listed(client)


def test_relations_never_lead_to_hidden_pages(
    client: Client, catalog: Catalog, hidden: dict[str, Page]
) -> None:
    guide = catalog.resource("Guide")
    for page in hidden.values():
        RelatedPage.objects.create(resource=guide, page=page)
    answer = client.get(f"{PAGES}{guide.pk}/").json()
    assert [row["page"] for row in answer["related_pages"]] == [None] * len(hidden)
    nested = client.get(f"{PAGES}{guide.pk}/?fields=related_pages(page(title))").json()
    assert [row["page"] for row in nested["related_pages"]] == [None] * len(hidden)


def test_our_rows_are_written_by_slug_and_label(client: Client, catalog: Catalog) -> None:
    page = catalog.curriculum(
        "Course",
        provider="An Academy",
        core_topics=[topic("skills", "Skills")],
        modality=term("modality", "in-person"),
        stages=[term("stage", "refresher")],
    )
    module = page.modules.get()
    module.method = term("method", "lecture")
    module.save()
    Module.objects.create(page=page, title="Two", sort_order=9)
    study = EvidenceStudy.objects.create(title="A trial", citation="Trial.")
    CurriculumEvidence.objects.create(page=page, study=study)
    query = "type=clearinghouse_curricula.CurriculumPage&fields=*"
    (answer,) = client.get(f"{PAGES}?{query}").json()["items"]
    assert answer["uid"] == str(page.uid)
    assert answer["provider"] == {"slug": "an-academy", "label": "An Academy"}
    assert answer["core_topics"] == [{"slug": "skills", "label": "Skills"}]
    assert answer["modality"] == {"slug": "in-person", "label": "In person"}
    assert answer["stages"] == [{"slug": "refresher", "label": "Refresher"}]
    first, second = sorted(answer["modules"], key=lambda module: module["title"] == "Two")
    assert first["method"] == {"slug": "lecture", "label": "Lecture"}
    assert first["contact_minutes"] == 60
    assert (second["title"], second["method"]) == ("Two", None)
    detail = client.get(f"{PAGES}{page.pk}/").json()
    assert detail["modules"] == answer["modules"]
    guide = catalog.resource("Guide", publisher=organisation("A Publisher"))
    (told,) = client.get(
        f"{PAGES}?type=clearinghouse_library.ResourcePage&fields=*&slug={guide.slug}"
    ).json()["items"]
    assert told["publisher"] == {"slug": "a-publisher", "label": "A Publisher"}
    assert told["resource_type"] == {"slug": "guide", "label": "Guide"}


def test_every_page_type_has_its_fields(client: Client, site_tree: dict[str, Any]) -> None:
    for slug, page in site_tree.items():
        if not page.live:
            continue
        response = client.get(f"{PAGES}{page.pk}/?fields=*")
        assert response.status_code == 200, slug
        own = {field.name for field in page.specific_class.api_fields}
        assert own <= response.json().keys(), slug


def test_files_of_private_collections_are_nowhere(client: Client) -> None:
    private = Collection.get_first_root_node().add_child(name="Private")
    below = private.add_child(name="Below")
    CollectionViewRestriction.objects.create(collection=private, restriction_type="login")
    root = Collection.get_first_root_node()
    pairs = []
    for collection in (root, private, below):
        document = Document.objects.create(
            title=f"File {collection.name}",
            file=ContentFile(b"text", name="a.txt"),
            collection=collection,
        )
        image = Image.objects.create(
            title=f"Image {collection.name}", file=get_test_image_file(), collection=collection
        )
        pairs.append((document, image))
    client.force_login(
        get_user_model().objects.create_superuser("somebody@example.org", "a password of them")
    )
    for place, kind in enumerate(("documents", "images")):
        path = f"/api/v2/{kind}/"
        shown, *rest = (pair[place] for pair in pairs)
        for query in ("", "search=private", "search=file", "search=image", "fields=*"):
            ids = {item["id"] for item in client.get(f"{path}?{query}").json()["items"]}
            assert not ids & {row.pk for row in rest}
        assert client.get(f"{path}{shown.pk}/").status_code == 200
        for row in rest:
            assert client.get(f"{path}{row.pk}/").status_code == 404
            assert client.get(f"{path}?id={row.pk}").json()["items"] == []
            assert client.get(f"{path}find/?id={row.pk}").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "colour=red",
        "fields=secret",
        "fields=approvals",
        "fields=owner",
        "owner=1",
        "live=false",
        "has_unpublished_changes=true",
        "type=auth.User",
        "type=nothing.Page",
        "child_of=999999",
        "limit=101",
        "order=owner",
        "type=clearinghouse_curricula.CurriculumPage&version_on=yesterday",
        "type=clearinghouse_curricula.CurriculumPage&uid=1",
        "type=clearinghouse_curricula.CurriculumPage&provider=x",
        "type=clearinghouse_curricula.CurriculumPage&core_topics=x",
        "type=clearinghouse_curricula.CurriculumPage&claimed_hours=x",
        "search=%00",
        "slug=%00",
    ],
)
def test_what_is_not_known_is_400(client: Client, site_tree: Any, query: str) -> None:
    response = client.get(f"{PAGES}?{query}")
    assert response.status_code == 400, response.content
    assert response["Content-Type"] == "application/json"


@pytest.mark.parametrize("path", ["/api/v3/", "/api/v3/pages/", "/api/v2/", "/api/v2/users/"])
def test_nothing_else_is_mounted(client: Client, site_tree: Any, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(client: Client, method: str) -> None:
    for path in (PAGES, f"{PAGES}1/", "/api/v2/images/", "/api/v2/documents/1/"):
        assert getattr(client, method)(path).status_code == 405
