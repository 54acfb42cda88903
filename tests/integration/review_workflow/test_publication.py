"""Publishing an approved revision: what is read once, and what is still recorded for all rows."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import ReferenceIndex

from curriculum_pages.models import CurriculumPage, Module, Provider
from resource_library.models import CoreTopicArea
from review_workflow.enums import ApprovalBasis
from review_workflow.models import Approval
from review_workflow.services import grant_approval
from review_workflow.services.approvals import Term
from review_workflow.services.publication import read_once
from search.models import SearchRecord

from .panels import Panel, make_organisation, make_panel

pytestmark = pytest.mark.django_db


@pytest.fixture
def panel(site_tree: dict[str, Any]) -> Panel:
    """Return a panel on the catalog; here only its provider and editor count."""
    return make_panel(site_tree)


def grant(page: Any, number: str) -> Approval:
    """Approve the latest revision of a page from today on."""
    today = timezone.localdate()
    return grant_approval(
        page=page,
        basis=ApprovalBasis.IMPORTED,
        number=number,
        term=Term(today, today + dt.timedelta(days=365)),
        reason="Test",
    )


def references(page: Any) -> set[tuple[int, str, str]]:
    """Return what the reference index says a page refers to."""
    rows = ReferenceIndex.objects.filter(object_id=str(page.pk))
    return set(rows.values_list("to_content_type", "to_object_id", "content_path"))


def test_an_approval_leaves_the_references_wagtail_would_record(panel: Panel) -> None:
    page = panel.make_curriculum()
    grant(page, "A-1")
    alias = CurriculumPage.objects.get(pk=page.pk).create_alias(
        parent=panel.catalog, update_slug="alias"
    )
    before = {each.pk: references(each) for each in (page, alias)}
    draft = CurriculumPage.objects.get(pk=page.pk)
    draft.provider = Provider.objects.create(organisation=make_organisation("Another"))
    topic = CoreTopicArea.objects.create(label="De-escalation", slug="de-escalation")
    draft.modules.add(Module(title="Third", core_topic=topic, sort_order=2))
    draft.save_revision()
    grant(CurriculumPage.objects.get(pk=page.pk), "A-2")
    for each in (page, alias):
        after = references(each)
        ReferenceIndex.create_or_update_for_object(CurriculumPage.objects.get(pk=each.pk))
        assert after == references(each)
        assert {to for _, to, path in after - before[each.pk] if path == "provider"} == {
            str(draft.provider_id)
        }
        assert str(topic.pk) in {
            to for _, to, path in after if path.startswith("modules.") and "topic" in path
        }


def test_a_revision_is_read_once_only_where_that_was_asked(panel: Panel) -> None:
    revision = panel.make_curriculum().latest_revision
    with read_once(revision):
        first = revision.as_object()
        with read_once(revision):
            assert revision.as_object() is first
        assert revision.as_object() is first
    assert revision.as_object() is not first


def test_a_revision_is_read_at_the_same_cost_however_many_rows_it_has(panel: Panel) -> None:
    counts = []
    for number in (2, 20):
        page = panel.make_curriculum(f"with-{number}")
        page.modules = [
            Module(title=f"Module {place}", sort_order=place) for place in range(number)
        ]
        revision = page.save_revision()
        with CaptureQueriesContext(connection) as captured:
            content = revision.as_object()
        counts.append(len(captured))
        assert [row.title for row in content.modules.all()] == [
            f"Module {place}" for place in range(number)
        ]
        assert {row.page_id for row in content.modules.all()} == {page.pk}
        assert len(revision.content["modules"]) == number
        assert {row["page"] for row in revision.content["modules"]} == {page.pk}
    assert counts[0] == counts[1]


def test_an_approval_is_one_change_for_the_search(panel: Panel) -> None:
    page = panel.make_curriculum()
    grant(page, "A-1")
    record = SearchRecord.objects.get(page=page.pk)
    assert record.version == 1
    CurriculumPage.objects.get(pk=page.pk).save_revision()
    grant(CurriculumPage.objects.get(pk=page.pk), "A-2")
    raised = SearchRecord.objects.get(page=page.pk).version
    # The end of the one before is a change of its own.
    assert raised == record.version + 2


def test_an_approval_to_be_published_later_is_a_change_for_the_search_now(panel: Panel) -> None:
    page = panel.make_curriculum()
    grant(page, "A-1")
    draft = CurriculumPage.objects.get(pk=page.pk)
    draft.go_live_at = timezone.now() + dt.timedelta(days=2)
    revision = draft.save_revision()
    before = SearchRecord.objects.get(page=page.pk).version
    grant(CurriculumPage.objects.get(pk=page.pk), "A-2")
    revision.refresh_from_db()
    assert revision.approved_go_live_at is not None
    assert SearchRecord.objects.get(page=page.pk).version == before + 2
