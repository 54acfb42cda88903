"""What may be a duplicate: found among pages and submissions, told only to whoever may know."""

from typing import Any

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from curriculum_pages.enums import MemberRole
from curriculum_pages.models import CurriculumPage, Module
from submission_portal.enums import SubmissionState
from submission_portal.models import Submission
from submission_portal.selectors.duplicates import duplicates_of

from .planting import make_member, make_person, make_provider, make_screener
from .rows import content_of_rows, make_row

pytestmark = pytest.mark.django_db
MODULES = {"Active listening": 120, "Scenarios at the door": 240}


def make_page(site_tree: dict[str, Any], provider: Any, title: str, *, live: bool) -> Any:
    """Return a curriculum in the catalog, put there past the gate."""
    page = CurriculumPage(
        title=title, slug=title.lower().replace(" ", "-"), provider=provider, live=False
    )
    page.modules = [
        Module(title=name, contact_minutes=minutes) for name, minutes in MODULES.items()
    ]
    site_tree["catalog"].add_child(instance=page)
    CurriculumPage.objects.filter(pk=page.pk).update(live=live)
    return page


def names(found: list[Any]) -> list[tuple[str, bool]]:
    return [(each.title, each.may_renew) for each in found]


def test_a_provider_never_learns_of_anothers_drafts_and_submissions(
    site_tree: dict[str, Any],
) -> None:
    ours, theirs = make_provider("Riverbend"), make_provider("Hilltop")
    owner, other = make_member(ours, "pat"), make_member(theirs, "kim")
    mine = make_row(ours, owner, "Calm calls", SubmissionState.DRAFT, modules=MODULES)
    nothing = render(duplicates_of(mine, user=owner), mine)
    make_row(theirs, other, "Calm calls", SubmissionState.DRAFT, modules=MODULES)
    make_row(theirs, other, "Calm calls", SubmissionState.SCREENING, modules=MODULES)
    make_row(theirs, other, "Calm calls", SubmissionState.ACCEPTED, modules=MODULES)
    make_page(site_tree, theirs, "Calm calls", live=False)
    assert duplicates_of(mine, user=owner) == []
    assert render(duplicates_of(mine, user=owner), mine) == nothing
    assert duplicates_of(mine, user=other) == []
    assert duplicates_of(mine, user=make_person("nobody")) == []
    assert duplicates_of(mine, user=make_screener()) == [], "a draft is nothing to screen"


def render(found: list[Any], submission: Any) -> str:
    return render_to_string(
        "submission_portal/duplicates.html", {"duplicates": found, "submission": submission}
    ).strip()


def test_own_submissions_and_public_pages_are_offered(site_tree: dict[str, Any]) -> None:
    ours, theirs = make_provider("Riverbend"), make_provider("Hilltop")
    owner = make_member(ours, "pat")
    make_page(site_tree, ours, "Calm calls on patrol", live=True)
    make_page(site_tree, theirs, "Calls kept calm", live=True)
    make_page(site_tree, ours, "Safer words", live=True)
    make_row(ours, owner, "Calm calls, again", modules=MODULES)
    make_row(ours, owner, "Calm calls, gone", SubmissionState.WITHDRAWN, modules=MODULES)
    make_row(ours, owner, "Night driving", modules={"Lights": 60})
    mine = make_row(ours, owner, "Calm calls", SubmissionState.DRAFT, modules=MODULES)
    found = duplicates_of(mine, user=owner)
    assert sorted(names(found)) == [
        ("Calls kept calm", False),
        ("Calm calls on patrol", True),
        ("Calm calls, again", False),
        ("Safer words", True),
    ]
    assert [each.likeness for each in found] == sorted(
        (each.likeness for each in found), reverse=True
    )
    text = render(found, mine)
    assert text.count("New version of") == 2
    assert f"?page={CurriculumPage.objects.get(title='Safer words').pk}" in text


def test_they_stand_where_the_provider_works_as_long_as_it_can_begin_otherwise(
    site_tree: dict[str, Any], client: Client
) -> None:
    ours = make_provider("Riverbend")
    owner, viewer = make_member(ours, "pat"), make_member(ours, "vi", MemberRole.VIEWER)
    mine = make_row(ours, owner, "Calm calls", SubmissionState.DRAFT, modules=MODULES)
    make_page(site_tree, ours, "Calm calls", live=True)
    for name in ("portal_tasks", "portal_submission"):
        address = reverse(name, args=[mine.uid])
        client.force_login(owner)
        assert "New version of Calm calls" in client.get(address).content.decode()
        client.force_login(viewer)
        assert "New version of Calm calls" not in client.get(address).content.decode()


def test_staff_see_what_they_screen_as_it_was_submitted(site_tree: dict[str, Any]) -> None:
    ours, theirs = make_provider("Riverbend"), make_provider("Hilltop")
    owner, other = make_member(ours, "pat"), make_member(theirs, "kim")
    mine = make_row(ours, owner, "Calm calls", modules=MODULES)
    make_row(theirs, other, "Calm calls too", modules=MODULES)
    make_row(theirs, other, "Calm calls draft", SubmissionState.DRAFT, modules=MODULES)
    retyped = make_row(theirs, other, "Lights", SubmissionState.RETURNED, modules={"Lights": 60})
    Submission.objects.filter(pk=retyped.pk).update(title="Calm calls")
    for step, content in content_of_rows("Calm calls", MODULES).items():
        retyped.steps.filter(step=step).update(content=content)
    screener = make_screener()
    assert names(duplicates_of(mine, user=screener)) == [("Calm calls too", False)]
    tied = make_screener("tied")
    make_member_of(theirs, tied)
    assert duplicates_of(mine, user=tied) == []


def make_member_of(provider: Any, user: Any) -> None:
    provider.members.create(user=user, role="viewer")


def test_many_pages_cost_as_many_statements_as_one(site_tree: dict[str, Any]) -> None:
    ours = make_provider("Riverbend")
    owner = make_member(ours, "pat")
    mine = make_row(ours, owner, "Calm calls", SubmissionState.DRAFT, modules=MODULES)

    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            duplicates_of(mine, user=owner)
        return len(queries)

    make_page(site_tree, ours, "Calm calls 0", live=True)
    make_row(ours, owner, "Calm calls 00", modules=MODULES)
    one = statements()
    for number in range(1, 4):
        make_page(site_tree, ours, f"Calm calls {number}", live=True)
        make_row(ours, owner, f"Calm calls 0{number}", modules=MODULES)
    assert statements() == one
