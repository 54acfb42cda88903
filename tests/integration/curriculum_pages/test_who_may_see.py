"""Drafts, approvals that ended, and private curricula."""

import datetime as dt

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from wagtail.documents import get_document_model
from wagtail.models import Collection, CollectionViewRestriction, PageViewRestriction

from curriculum_pages.models import CurriculumPage, Module
from review_workflow.enums import ApprovalEventKind
from review_workflow.lifecycle import Event
from review_workflow.services import record_approval_event
from tests.integration.search.building import TODAY, Catalog, term, topic

from .conftest import html_of, structured

pytestmark = pytest.mark.django_db


def test_a_preview_shows_the_draft_from_memory(catalog: Catalog) -> None:
    page = catalog.curriculum("Draft", approve=False)
    page.modules = [
        Module(title="Only in memory", contact_minutes=45, method=term("method", "video"))
    ]
    page.core_topics = [topic("fresh", "Fresh topic")]
    response = page.make_preview_request()
    html = html_of(response)
    assert "Only in memory" in html
    assert "Fresh topic" in html
    assert "There is no approval in force" in html
    assert structured(response) == []


def test_never_approved_is_404_and_ended_is_410(client: Client, catalog: Catalog) -> None:
    catalog.curriculum("Never", slug="never", approve=False)
    assert client.get("/catalog/never/").status_code == 404
    catalog.curriculum("Last day", slug="last-day", expires_on=TODAY)
    assert client.get("/catalog/last-day/").status_code == 200
    catalog.curriculum(
        "Over", slug="over", summary="Not for readers now.", expires_on=TODAY - dt.timedelta(days=1)
    )
    response = client.get("/catalog/over/")
    html = html_of(response)
    assert response.status_code == 410
    assert "Expired" in html
    assert "T-" in html
    assert "Nov. 21, 2026" in html
    assert 'href="/catalog/"' in html
    assert "Not for readers now." not in html


def test_a_withdrawn_approval_leaves_a_tombstone(client: Client, catalog: Catalog) -> None:
    page = catalog.curriculum("Gone", slug="gone")
    record_approval_event(
        approval=page.current_approval,
        event=Event(ApprovalEventKind.WITHDRAWN, TODAY),
        reason="No.",
    )
    response = client.get("/catalog/gone/")
    assert response.status_code == 410
    assert "Withdrawn" in html_of(response)


@pytest.fixture
def closed(catalog: Catalog) -> CurriculumPage:
    """A curriculum behind a password."""
    page = catalog.curriculum("Closed course", slug="closed", summary="Only for some.")
    PageViewRestriction.objects.create(
        page=page, restriction_type=PageViewRestriction.PASSWORD, password="open sesame"
    )
    return page


def test_a_private_curriculum_asks_for_its_password_and_tells_nothing(
    client: Client, closed: CurriculumPage
) -> None:
    response = client.get("/catalog/closed/")
    html = html_of(response)
    assert '<header class="usa-header' in html
    assert '<meta name="robots" content="noindex">' in html
    assert 'type="password" name="password" required>' in html
    assert "Only for some." not in html
    assert "Closed course" not in html
    assert "no-store" in response["Cache-Control"]


def test_a_wrong_password_is_named_at_its_field_and_the_right_one_opens(
    client: Client, closed: CurriculumPage
) -> None:
    form = client.get("/catalog/closed/").context
    sent = {"password": "guess", "return_url": form["form"]["return_url"].value()}
    html = html_of(client.post(form["action_url"], sent))
    assert '<a href="#id_password">Password: The password you have entered is not correct' in html
    assert 'aria-invalid="true" aria-describedby="id_password_error"' in html
    assert "Closed course" not in html
    opened = client.post(form["action_url"], sent | {"password": "open sesame"}, follow=True)
    assert opened.redirect_chain == [("/catalog/closed/", 302)]
    assert "Only for some." in html_of(opened)


def test_a_private_document_asks_in_the_same_way(client: Client, catalog: Catalog) -> None:
    collection = Collection.get_first_root_node().add_child(name="Closed")
    CollectionViewRestriction.objects.create(
        collection=collection,
        restriction_type=CollectionViewRestriction.PASSWORD,
        password="open sesame",
    )
    document = get_document_model().objects.create(
        title="Minutes", file=ContentFile(b"Words", name="minutes.txt"), collection=collection
    )
    html = html_of(client.get(document.url))
    assert '<header class="usa-header' in html
    assert 'type="password" name="password" required>' in html
    assert "Minutes" not in html
