"""A curriculum's files: who is handed which."""

import pytest
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.test import Client
from wagtail.models import PageViewRestriction

from curriculum_pages.models import CurriculumFile, CurriculumPage
from curriculum_pages.services import store_file
from review_workflow.enums import ApprovalEventKind
from review_workflow.lifecycle import Event
from review_workflow.services import record_approval_event
from tests.integration.search.building import TODAY, Catalog

from .conftest import approve, html_of

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"

pytestmark = pytest.mark.django_db


@pytest.fixture
def with_files(catalog: Catalog) -> CurriculumPage:
    page = catalog.curriculum("Files", slug="with-files", approve=False)
    stored = store_file(content=ContentFile(PDF, name="a.pdf"), name="a.pdf")
    page.files = [
        CurriculumFile(title=f"For {who}", visibility=who, name=f"{who}.pdf", stored_file=stored)
        for who in ("public", "reviewers", "staff")
    ]
    approve(page)
    return CurriculumPage.objects.get(pk=page.pk)


def status(client: Client, address: str) -> int:
    response = client.get(address)
    if response.streaming:
        b"".join(response.streaming_content)  # read to its end, the file closes
    return response.status_code


def file_address(page: CurriculumPage, visibility: str) -> str:
    return f"/catalog/files/{page.files.get(visibility=visibility).uid}/"


def test_public_files_are_listed_and_handed_out(client: Client, with_files: CurriculumPage) -> None:
    html = html_of(client.get("/catalog/with-files/"))
    address = file_address(with_files, "public")
    assert f'href="{address}"' in html
    assert with_files.files.first().stored_file.sha256 in html
    assert "For reviewers" not in html
    assert "For staff" not in html
    response = client.get(address)
    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Disposition"] == 'attachment; filename="public.pdf"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Type"] == "application/pdf"
    assert client.post(address).status_code == 405


def test_other_files_are_not_there_for_the_public(
    client: Client, with_files: CurriculumPage
) -> None:
    for visibility in ("reviewers", "staff"):
        assert status(client, file_address(with_files, visibility)) == 404
    assert client.get("/catalog/files/00000000-0000-4000-8000-000000000000/").status_code == 404


def test_public_files_close_with_the_approval_and_with_privacy(
    client: Client, with_files: CurriculumPage
) -> None:
    address = file_address(with_files, "public")
    restriction = PageViewRestriction.objects.create(
        page=with_files, restriction_type=PageViewRestriction.LOGIN
    )
    assert status(client, address) == 404
    restriction.delete()
    assert status(client, address) == 200
    record_approval_event(
        approval=with_files.current_approval,
        event=Event(ApprovalEventKind.SUSPENDED, TODAY),
        reason="-",
    )
    assert status(client, address) == 404


def test_editors_open_every_file_and_other_people_do_not(
    client: Client, with_files: CurriculumPage
) -> None:
    users = get_user_model().objects
    client.force_login(users.create_user(email="reader@example.org", password="long enough it is"))
    assert status(client, file_address(with_files, "staff")) == 404
    client.force_login(
        users.create_superuser(email="root@example.org", password="long enough it is")
    )
    response = client.get(file_address(with_files, "staff"))
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    b"".join(response.streaming_content)
