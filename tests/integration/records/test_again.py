"""Importing again: nothing changes twice, and what a person changed is left alone."""

from datetime import date
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from wagtail.models import Revision

from curriculum_pages.models import CurriculumPage, Module
from resource_library.models import Organisation, ResourcePage
from review_workflow.enums import ApprovalBasis, ApprovalEventKind
from review_workflow.lifecycle import Event
from review_workflow.models import Approval, ApprovalEvent
from review_workflow.services import (
    Term,
    grant_approval,
    record_approval_event,
    verify_history,
)
from search.models import SearchRecord

from .conftest import approval, curriculum, resource

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(db: None) -> Any:
    return get_user_model().objects.create_superuser("editor@example.org", "a long password")


def test_the_same_file_changes_nothing(bring_in: Any) -> None:
    lines = [
        resource(body="x < y <script>z</script><a href='/there'>there</a>"),
        resource(slug="bare", body="", audiences=[], publisher=None, published_on=None, url=None),
        curriculum(),
        curriculum(slug="draft", approval=None),
        curriculum(slug="old", approval=approval(number="2", expires_on="2025-06-30")),
    ]
    assert bring_in(*lines) == "5 created, 0 changed, 0 unchanged"
    before = _state()
    assert bring_in(*lines) == "0 created, 0 changed, 5 unchanged"
    assert _state() == before


def _state() -> Any:
    return (
        Revision.objects.count(),
        list(SearchRecord.objects.order_by("pk").values_list("page", "version")),
        ApprovalEvent.objects.count(),
        list(ResourcePage.objects.order_by("pk").values_list("pk", "last_published_at")),
    )


def test_a_changed_line_changes_its_page(bring_in: Any) -> None:
    bring_in(resource(), resource(slug="other"))
    uid = ResourcePage.objects.get(slug="calm-voice").uid
    said = bring_in(
        resource(title="New", core_topics=["tactical-skills"], publisher="Another"),
        resource(slug="other"),
    )
    assert said == "0 created, 1 changed, 1 unchanged"
    page = ResourcePage.objects.get(slug="calm-voice")
    assert (page.title, page.uid, page.publisher.name) == ("New", uid, "Another")
    assert [topic.slug for topic in page.core_topics.all()] == ["tactical-skills"]
    assert page.revisions.count() == 2


def test_new_dates_are_a_correction(bring_in: Any) -> None:
    bring_in(curriculum())
    said = bring_in(curriculum(approval=approval(expires_on="2098-01-01")))
    assert said == "0 created, 1 changed, 0 unchanged"
    granted = Approval.objects.get()
    assert granted.expires_on == date(2098, 1, 1)
    assert [event.kind for event in granted.events.order_by("seq")] == ["granted", "corrected"]
    assert verify_history(granted) == {}
    page = CurriculumPage.objects.get()
    assert page.live
    assert granted.revision_id == page.live_revision_id
    again = bring_in(curriculum(approval=approval(expires_on="2098-01-01")))
    assert again == "0 created, 0 changed, 1 unchanged"


def test_new_content_keeps_the_number_and_the_uids(bring_in: Any) -> None:
    bring_in(curriculum())
    uids = dict(Module.objects.values_list("title", "uid"))
    modules = curriculum()["modules"]
    bring_in(curriculum(title="New", modules=[modules[1], modules[0] | {"minutes": 45}]))
    page = CurriculumPage.objects.get()
    assert (page.title, page.live) == ("New", True)
    assert [(row.title, row.contact_minutes) for row in page.modules.all()] == [
        ("Speaking", None),
        ("Slowing down", 45),
    ]
    assert dict(Module.objects.values_list("title", "uid")) == uids
    granted = Approval.objects.get()
    assert granted.revision_id == page.live_revision_id
    assert granted.snapshot["title"] == "New"


def test_an_approval_that_is_over_takes_the_page_back(bring_in: Any, client: Any) -> None:
    bring_in(curriculum())
    line = curriculum(title="New", approval=approval(expires_on="2025-06-30"))
    assert bring_in(line) == "0 created, 1 changed, 0 unchanged"
    assert not CurriculumPage.objects.get().live
    assert client.get("/catalog/time-and-distance/").status_code == 410
    assert bring_in(line) == "0 created, 0 changed, 1 unchanged"
    assert bring_in(curriculum()) == "0 created, 1 changed, 0 unchanged"
    assert client.get("/catalog/time-and-distance/").status_code == 200


def test_a_draft_is_changed_and_then_approved(bring_in: Any) -> None:
    bring_in(curriculum(approval=None))
    line = curriculum(approval=None, title="New")
    assert bring_in(line) == "0 created, 1 changed, 0 unchanged"
    assert bring_in(line) == "0 created, 0 changed, 1 unchanged"
    assert not CurriculumPage.objects.get().live
    assert bring_in(curriculum(title="New")) == "0 created, 1 changed, 0 unchanged"
    assert CurriculumPage.objects.get().live


def test_a_new_number_takes_the_place_of_the_old(bring_in: Any) -> None:
    bring_in(curriculum())
    line = curriculum(approval=approval(number="IMP-2", approved_on="2025-05-01"))
    assert bring_in(line) == "0 created, 1 changed, 0 unchanged"
    assert list(
        Approval.objects.order_by("number").values_list("number", "standing", "is_current")
    ) == [("IMP-1", "superseded", False), ("IMP-2", "active", True)]
    assert bring_in(line) == "0 created, 0 changed, 1 unchanged"


def test_the_number_of_an_earlier_approval_is_used_up(bring_in: Any, refuse: Any) -> None:
    bring_in(curriculum())
    bring_in(curriculum(approval=approval(number="IMP-2", approved_on="2025-05-01")))
    assert "line 1: approval.number: Another approval has this number." in refuse(curriculum())


def test_an_edited_page_is_left_alone(bring_in: Any, refuse: Any, person: Any) -> None:
    bring_in(resource())
    page = ResourcePage.objects.get()
    page.title = "Edited"
    page.save_revision(user=person).publish(user=person)
    for line in (resource(), resource(title="New")):
        assert refuse(line) == ["line 1: slug: The page was edited since it was imported."]
    assert ResourcePage.objects.get().title == "Edited"
    assert bring_in(resource(title="Edited")) == "0 created, 0 changed, 1 unchanged"


def test_a_draft_of_a_person_is_left_alone(bring_in: Any, refuse: Any, person: Any) -> None:
    bring_in(resource(), curriculum(approval=None))
    for page in (ResourcePage.objects.get(), CurriculumPage.objects.get()):
        page.title = "Edited"
        page.save_revision(user=person)
    assert refuse(resource(title="New"), curriculum(approval=None, title="New")) == [
        "line 1: slug: The page was edited since it was imported.",
        "line 2: slug: The page was edited since it was imported.",
    ]


def test_an_edit_without_an_author_counts_too(bring_in: Any, refuse: Any) -> None:
    bring_in(resource(), curriculum(approval=None))
    ResourcePage.objects.get().unpublish()
    page = CurriculumPage.objects.get()
    page.title = "Edited"
    page.save_revision()
    assert refuse(resource(title="New"), curriculum(approval=None, title="New")) == [
        "line 1: slug: The page was edited since it was imported.",
        "line 2: slug: The page was edited since it was imported.",
    ]


def test_an_import_takes_no_approval_away(bring_in: Any, refuse: Any) -> None:
    bring_in(curriculum())
    assert refuse(curriculum(approval=None)) == [
        "line 1: approval: An import takes no approval away: withdraw it in the register."
    ]


def test_an_approval_that_staff_touched_is_left_alone(
    bring_in: Any, refuse: Any, person: Any
) -> None:
    bring_in(curriculum())
    record_approval_event(
        approval=Approval.objects.get(),
        event=Event(ApprovalEventKind.WITHDRAWN, date(2025, 3, 1)),
        reason="Not as described.",
        actor=person,
    )
    for line in (curriculum(), curriculum(approval=approval(number="IMP-2"))):
        assert "line 1: approval: The approval was changed since it was imported." in refuse(line)
    assert Approval.objects.get().standing == "withdrawn"


def test_an_approval_of_another_basis_is_left_alone(
    bring_in: Any, refuse: Any, person: Any
) -> None:
    bring_in(curriculum(approval=None))
    page = CurriculumPage.objects.get()
    grant_approval(
        page=page,
        basis=ApprovalBasis.PANEL,
        number="P-1",
        term=Term(date(2025, 1, 1), date(2099, 1, 1)),
        reason="Decided.",
        actor=person,
    )
    assert refuse(curriculum()) == [
        "line 1: approval: The page has an approval that no import made."
    ]
    assert Approval.objects.get().number == "P-1"


def test_a_copy_is_not_an_imported_page(bring_in: Any, refuse: Any) -> None:
    bring_in(resource())
    ResourcePage.objects.get().copy(update_attrs={"slug": "copy"})
    assert refuse(resource(slug="copy")) == [
        "line 1: slug: The page with this slug was not made by an import."
    ]


def test_a_sector_learnt_later_is_no_edit(bring_in: Any) -> None:
    bring_in(curriculum(sector=None))
    bring_in(curriculum(slug="second", approval=None))
    assert Organisation.objects.get().sector == "public"
    assert bring_in(curriculum(title="New")) == "0 created, 1 changed, 0 unchanged"
