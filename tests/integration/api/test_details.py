"""One curriculum and one resource: every field, and who is not shown."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.actions.create_alias import CreatePageAliasAction
from wagtail.documents.models import Document
from wagtail.models import Collection, CollectionViewRestriction, PageViewRestriction

from curriculum_pages.models import (
    Claim,
    CurriculumEvidence,
    CurriculumFile,
    CurriculumPage,
    EvidenceStudy,
    Module,
    StoredFile,
)
from resource_library.models import RelatedPage, Source
from review_workflow.enums import ApprovalBasis, ApprovalEventKind
from review_workflow.lifecycle import Event
from review_workflow.services import Term, grant_approval, record_approval_event
from tests.integration.search.building import TODAY, Catalog, organisation, term, topic

pytestmark = pytest.mark.django_db


def source() -> Source:
    return Source.objects.get_or_create(short_name="Paper", defaults={"citation": "A paper."})[0]


def approve(page: CurriculumPage) -> None:
    grant_approval(
        page=page,
        basis=ApprovalBasis.IMPORTED,
        number="T-1",
        term=Term(TODAY, TODAY),
        reason="Test",
        revision=page.save_revision(),
    )


def stored(page: CurriculumPage, visibility: str) -> CurriculumFile:
    content = StoredFile.objects.create(
        sha256=visibility[0] * 64, size=4, content_type="text/plain", file="files/none.txt"
    )
    return CurriculumFile.objects.create(
        page=page, title=visibility, visibility=visibility, name="a.txt", stored_file=content
    )


def test_a_curriculum_is_told_whole(  # noqa: PLR0915 - every field
    catalog: Catalog, get: Any
) -> None:
    skills, lecture = topic("skills", "Skills"), term("method", "lecture")
    page = catalog.curriculum(
        "Course",
        minutes=None,
        approve=False,
        provider="An Academy",
        modality=term("modality", "in-person"),
        claimed_hours=Decimal(2),
        core_topics=[skills],
        version_label="2",
        description="<p>Text</p>",
    )
    page.objectives = [("item", "Listen")]
    page.scenario_exercises = [
        ("scenario", {"title": "A call", "description": "At night", "minutes": None})
    ]
    page.modules = [
        Module(title="One", contact_minutes=60, core_topic=skills, method=lecture),
        Module(title="Two", contact_minutes=90),
    ]
    page.tags.add("sample")
    page.save()
    module = page.modules.first()
    module.further_methods.add(term("method", "video"))
    module.save()
    page = CurriculumPage.objects.get(pk=page.pk)
    stored(page, "public")
    stored(page, "reviewers")
    stored(page, "staff")
    study = EvidenceStudy.objects.create(title="A trial", citation="Trial.", source=source())
    CurriculumEvidence.objects.create(page=page, study=study)
    for statement, resolution in (("Injuries fell", "Holds."), ("Complaints fell", "")):
        Claim.objects.create(
            study=study,
            outcome="harm",
            statement=statement,
            direction="favourable",
            value=Decimal(-26),
            unit="%",
            source=source(),
            locator="p. 1",
            flag="conflicting",
            resolution=resolution,
        )
    Claim.objects.create(
        curriculum=page, outcome="year", statement="Since 1999", source=source(), locator="p. 2"
    )
    approve(page)
    answer = get(f"/api/v1/curricula/{page.slug}")
    assert answer["id"] == str(page.uid)
    assert answer["url"] == f"http://testserver/catalog/{page.slug}/"
    assert answer["provider"] == {
        "slug": "an-academy",
        "label": "An Academy",
        "sector": "public",
        "type": None,
        "url": None,
    }
    assert answer["disclosure"] is None
    assert answer["description"] == "<p>Text</p>"
    assert answer["objectives"] == ["Listen"]
    assert answer["scenario_exercises"] == [
        {"title": "A call", "description": "At night", "minutes": None}
    ]
    assert answer["modality"] == {"slug": "in-person", "label": "In person"}
    assert answer["tags"] == ["sample"]
    first, second = answer["modules"]
    assert (first["title"], first["minutes"]) == ("One", 60)
    assert first["core_topic"] == {"slug": "skills", "label": "Skills"}
    assert first["method"]["slug"] == "lecture"
    assert [method["slug"] for method in first["further_methods"]] == ["video"]
    assert (second["minutes"], second["method"]) == (90, None)
    assert answer["time"]["minutes"] == 150
    assert answer["time"]["hours"] == 2.5
    assert answer["time"]["claimed_minutes"] == 120
    assert answer["time"]["difference_minutes"] == 30
    assert [share["minutes"] for share in answer["time"]["by_topic"]] == [60, 90]
    (file,) = answer["files"]
    assert (file["title"], file["sha256"], file["size"]) == ("public", "p" * 64, 4)
    assert file["url"].startswith("http://testserver/")
    (told,) = answer["studies"]
    assert told["title"] == "A trial"
    assert [
        (claim["statement"], claim["value"], claim["flag"], claim["resolution"])
        for claim in told["claims"]
    ] == [
        ("Injuries fell", -26.0, "conflicting", "Holds."),
        ("Complaints fell", -26.0, "conflicting", ""),
    ]
    assert [claim["statement"] for claim in answer["claims"]] == ["Since 1999"]
    approval = answer["approval"]
    assert approval["status"] == "active"
    assert approval["basis"] == "imported"
    assert "reason" not in str(approval)


def test_the_operator_is_disclosed(catalog: Catalog, get: Any) -> None:
    organisation("The Operator", is_operator=True)
    page = catalog.curriculum(provider="The Operator")
    assert "operates this site" in get(f"/api/v1/curricula/{page.slug}")["disclosure"]


@pytest.mark.parametrize("size", [1, 3, 100])
def test_the_number_of_queries_does_not_grow(catalog: Catalog, client: Client, size: int) -> None:
    page = catalog.curriculum(provider="An Academy", core_topics=[topic("skills")])
    study = EvidenceStudy.objects.create(title="A trial", citation="Trial.", source=source())
    CurriculumEvidence.objects.create(page=page, study=study)
    about = {"outcome": "harm", "source": source(), "locator": "p. 1"}
    Module.objects.bulk_create(
        Module(page=page, title=str(number), method=term("method", "video"))
        for number in range(size)
    )
    further = Module.further_methods.through
    further.objects.bulk_create(
        further(module=module, term=term("method", "lecture"))
        for module in Module.objects.filter(page=page)
    )
    Claim.objects.bulk_create(
        Claim(statement=str(number), **about, **subject)
        for number in range(size)
        for subject in ({"study": study}, {"curriculum": page})
    )
    path = f"/api/v1/curricula/{page.slug}"
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(path).json()
    assert len(answer["modules"]) == size + 1
    assert len(answer["claims"]) == len(answer["studies"][0]["claims"]) == size
    assert len(captured) == 23


def test_drafts_are_never_told(catalog: Catalog, client: Client) -> None:
    page = catalog.curriculum("Course")
    page.title = "Unseen"
    page.save_revision()
    never = catalog.curriculum("Never", approve=False)
    assert b"Unseen" not in client.get(f"/api/v1/curricula/{page.slug}").content
    assert client.get(f"/api/v1/curricula/{never.slug}").status_code == 404
    resource = catalog.resource("Guide", live=False)
    assert client.get(f"/api/v1/resources/{resource.slug}").status_code == 404
    assert client.get(f"/api/v1/resources/{page.slug}").status_code == 404


def test_private_pages_and_aliases_are_not_there(catalog: Catalog, client: Client) -> None:
    page, other, guide = catalog.curriculum(), catalog.curriculum(), catalog.resource()
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    assert client.get(f"/api/v1/curricula/{page.slug}").status_code == 404
    CreatePageAliasAction(other, parent=catalog.curricula, update_slug="again").execute(
        skip_permission_checks=True
    )
    assert client.get("/api/v1/curricula/again").status_code == 404
    PageViewRestriction.objects.create(page=catalog.library, restriction_type="password")
    assert client.get(f"/api/v1/resources/{guide.slug}").status_code == 404


def test_an_approval_that_ended_leaves_410(catalog: Catalog, client: Client) -> None:
    page = catalog.curriculum(expires_on=TODAY)
    path = f"/api/v1/curricula/{page.slug}"
    assert client.get(path).status_code == 200
    with time_machine.travel(f"{TODAY + dt.timedelta(days=1)}T17:00:00+00:00"):
        response = client.get(path)
    assert (response.status_code, response["Content-Type"]) == (410, "application/problem+json")
    number = page.approvals.get().number
    day = TODAY.isoformat()
    detail = f"Approval {number} no longer counts: Expired, last day {day}."
    assert response.json() == {
        "type": "about:blank",
        "title": "Gone",
        "status": 410,
        "detail": detail,
        "instance": path,
    }
    withdrawn = catalog.curriculum()
    record_approval_event(
        approval=withdrawn.approvals.get(),
        event=Event(ApprovalEventKind.WITHDRAWN, TODAY),
        reason="A reason for staff",
    )
    response = client.get(f"/api/v1/curricula/{withdrawn.slug}")
    assert response.status_code == 410
    assert "Withdrawn" in response.json()["detail"]
    assert "staff" not in response.content.decode()
    PageViewRestriction.objects.create(page=withdrawn, restriction_type="login")
    assert client.get(f"/api/v1/curricula/{withdrawn.slug}").status_code == 404


def test_a_resource_is_told_whole(catalog: Catalog, get: Any) -> None:
    public, draft = catalog.resource("Public"), catalog.resource("Draft", live=False)
    document = Document.objects.create(title="A file", file=ContentFile(b"x", name="a.txt"))
    page = catalog.resource(
        "Guide",
        body=f'<p>See <a linktype="page" id="{public.pk}">this</a></p>',
        publisher=organisation("A Publisher"),
        published_on=dt.date(2024, 5, 6),
        core_topics=[topic("skills", "Skills")],
        file=document,
    )
    for other in (public, draft):
        RelatedPage.objects.create(resource=page, page=other)
    answer = get(f"/api/v1/resources/{page.slug}")
    assert answer["id"] == str(page.uid)
    assert answer["body"] == f'<p>See <a href="/library/{public.slug}/">this</a></p>'
    assert answer["publisher"] == {"slug": "a-publisher", "label": "A Publisher"}
    assert (answer["date"], answer["year"]) == ("2024-05-06", 2024)
    assert answer["core_topics"] == [{"slug": "skills", "label": "Skills"}]
    assert answer["related"] == [
        {"title": "Public", "url": f"http://testserver/library/{public.slug}/"}
    ]
    assert answer["file"]["url"] == f"http://testserver{document.url}"
    private = Collection.get_first_root_node().add_child(name="Private")
    CollectionViewRestriction.objects.create(collection=private, restriction_type="login")
    document.collection = private.add_child(name="Below")
    document.save()
    assert get(f"/api/v1/resources/{page.slug}")["file"] is None
