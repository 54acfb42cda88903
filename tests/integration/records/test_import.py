"""An import makes pages as an editor would, all of them or none."""

import json
from datetime import date
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import Page, PageLogEntry, ReferenceIndex

from curriculum_pages.models import CurriculumPage
from resource_library.models import Organisation, ResourcePage
from review_workflow.enums import ApprovalBasis
from review_workflow.models import Approval
from review_workflow.services import verify_history
from search.models import SearchRecord
from search.selectors import search_catalog

from .conftest import approval, curriculum, resource

pytestmark = pytest.mark.django_db


def test_a_resource_is_public(bring_in: Any, client: Any) -> None:
    assert bring_in(resource()) == "1 created, 0 changed, 0 unchanged"
    page = ResourcePage.objects.get()
    assert page.live
    assert page.url_path.endswith("/library/calm-voice/")
    assert page.publisher.name == "Sample Institute"
    assert page.live_revision_id == page.latest_revision_id is not None
    assert not page.has_unpublished_changes
    assert page.published_on == date(2024, 3, 5)
    assert [topic.slug for topic in page.core_topics.all()] == ["communication-skills"]
    assert client.get("/library/calm-voice/").status_code == 200


def test_an_approved_curriculum_is_public(bring_in: Any, client: Any) -> None:
    bring_in(curriculum())
    page = CurriculumPage.objects.get()
    granted = Approval.objects.get()
    assert page.live
    assert (granted.basis, granted.page_id, granted.revision_id) == (
        ApprovalBasis.IMPORTED,
        page.pk,
        page.live_revision_id,
    )
    assert verify_history(granted) == {}
    assert page.provider.organisation.sector == "public"
    assert [(row.title, row.contact_minutes) for row in page.modules.all()] == [
        ("Slowing down", 90),
        ("Speaking", None),
    ]
    assert granted.snapshot["modules"][0]["title"] == "Slowing down"
    assert client.get("/catalog/time-and-distance/").status_code == 200


def test_a_curriculum_without_approval_stays_a_draft(bring_in: Any, client: Any) -> None:
    bring_in(curriculum(approval=None))
    assert not CurriculumPage.objects.get().live
    assert client.get("/catalog/time-and-distance/").status_code == 404


def test_an_approval_of_the_past_leaves_a_tombstone(bring_in: Any, client: Any) -> None:
    bring_in(curriculum(approval=approval(expires_on="2025-06-30")))
    assert not CurriculumPage.objects.get().live
    assert client.get("/catalog/time-and-distance/").status_code == 410


def test_the_tree_stays_whole(bring_in: Any) -> None:
    lines = [resource(slug=f"r-{number}") for number in range(5)]
    bring_in(*lines, curriculum())
    bring_in(*lines, curriculum(), resource(slug="r-9"))
    assert Page.find_problems() == ([], [], [], [], [])


def test_bulk_pages_equal_pages_made_one_by_one(bring_in: Any, site_tree: Any) -> None:
    """What the import writes at once is what Wagtail writes for the same content."""
    bring_in(curriculum())
    bulk = CurriculumPage.objects.get()
    content = bulk.get_latest_revision_as_object()
    assert content.serializable_data() == bulk.serializable_data() | {
        name: content.serializable_data()[name]
        for name in (
            "live has_unpublished_changes latest_revision latest_revision_created_at "
            "live_revision first_published_at last_published_at"
        ).split()
    }
    references = set(
        ReferenceIndex.objects.filter(object_id=bulk.pk).values_list(
            "to_content_type", "to_object_id", "content_path"
        )
    )
    ReferenceIndex.create_or_update_for_object(bulk)
    again = ReferenceIndex.objects.filter(object_id=bulk.pk)
    assert references == set(again.values_list("to_content_type", "to_object_id", "content_path"))
    assert references
    actions = PageLogEntry.objects.filter(page_id=bulk.pk).order_by("pk")
    assert list(actions.values_list("action", flat=True)) == ["wagtail.create", "wagtail.publish"]


def test_a_page_can_be_edited_afterwards(bring_in: Any, admin_client: Any) -> None:
    bring_in(resource(), curriculum())
    for page in Page.objects.filter(slug__in=["calm-voice", "time-and-distance"]):
        assert admin_client.get(f"/admin/pages/{page.pk}/edit/").status_code == 200
        page.specific.save_revision()


def test_what_is_imported_is_found(bring_in: Any, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        bring_in(
            resource(),
            curriculum(),
            curriculum(slug="draft", approval=None),
            curriculum(slug="old", approval=approval(number="2", expires_on="2025-06-30")),
        )
    assert SearchRecord.objects.pending().count() == 0
    found = search_catalog(None, {"q": ["calm"]})
    assert [hit.slug for hit in found.hits] == ["calm-voice"]
    assert [hit.slug for hit in search_catalog(None, {}).hits] == [
        "calm-voice",
        "time-and-distance",
    ]


def test_organisations_are_one_in_any_case(bring_in: Any) -> None:
    bring_in(
        resource(publisher="SAMPLE academy"),
        curriculum(provider="Sample  Academy"),
        resource(slug="b", publisher="Sample Academy"),
    )
    assert Organisation.objects.get().sector == "public"


def test_an_organisation_is_found_by_its_slug(bring_in: Any) -> None:
    bring_in(resource(publisher="Sample Institute"))
    bring_in(resource(slug="b", publisher="sample-institute"))
    assert Organisation.objects.count() == 1


def test_a_dry_run_writes_nothing(bring_in: Any) -> None:
    said = bring_in(resource(), curriculum(), dry_run=True)
    assert said == "Dry run, nothing was written: 2 created, 0 changed, 0 unchanged"
    assert not ResourcePage.objects.exists()
    assert not Organisation.objects.exists()


def test_one_fault_stops_everything(refuse: Any) -> None:
    assert refuse(resource(), curriculum(modality="by-mail")) == [
        "line 2: modality: There is no value “by-mail”."
    ]
    assert not ResourcePage.objects.exists()
    assert not Organisation.objects.exists()


def test_a_missing_file_is_said_so(db: None) -> None:
    with pytest.raises(CommandError, match="There is no file"):
        call_command("import_records", "no-such-file.jsonl")


def test_an_empty_file_changes_nothing(bring_in: Any) -> None:
    assert bring_in() == "0 created, 0 changed, 0 unchanged"


def test_blank_lines_and_a_byte_order_mark_do_not_matter(bring_in: Any) -> None:
    line = json.dumps(resource()).encode()
    assert bring_in(b"\xef\xbb\xbf" + line, b"", b"  \r") == "1 created, 0 changed, 0 unchanged"


def test_the_site_tree_is_made_where_there_is_none(db: None, write: Any) -> None:
    call_command("import_records", write(resource()), verbosity=0)
    assert ResourcePage.objects.get().get_parent().slug == "library"


def test_a_line_costs_a_fixed_number_of_queries(
    bring_in: Any, django_assert_max_num_queries: Any
) -> None:
    bring_in(resource(slug="first"), curriculum(slug="one", approval=None))
    lines = [resource(slug=f"r-{number}") for number in range(50)]
    with django_assert_max_num_queries(50 * 8 + 120):
        bring_in(*lines)
