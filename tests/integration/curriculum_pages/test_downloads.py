"""Files that are not public: to whom they are handed, until when, and what is written down."""

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from curriculum_pages.models import CurriculumFile, CurriculumPage, FileDownload
from curriculum_pages.services import store_file
from review_workflow.enums import CaseState, Outcome
from review_workflow.models import Assignment, ReviewRound
from review_workflow.services import (
    declare_conflicts,
    decline_invitation,
    release_seat,
)
from tests.integration.review_workflow.panels import Panel, make_panel, take_seat

pytestmark = pytest.mark.django_db


@pytest.fixture
def panel(site_tree: dict[str, Any]) -> Panel:
    return make_panel(site_tree)


@pytest.fixture
def page(panel: Panel) -> CurriculumPage:
    page = panel.make_curriculum("with-files")
    stored = store_file(content=ContentFile(b"guide", name="guide.txt"), name="guide.txt")
    page.files = [
        CurriculumFile(
            title="Guide", visibility="reviewers", name="guide.txt", stored_file=stored, role=role
        )
        for role in ("instructor_guide", "curriculum")
    ]
    page.save_revision()
    return CurriculumPage.objects.get(pk=page.pk)


def asked(user: Any, address: str, method: str = "get") -> int:
    client = Client()
    client.force_login(user)
    answer = getattr(client, method)(address)
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer.status_code


def address_in(round_: ReviewRound) -> str:
    row = round_.revision.as_object().files.all()[0]
    return reverse("clearinghouse_review_file", args=[round_.uid, row.uid])


def written() -> list[tuple[Any, ...]]:
    return list(FileDownload.objects.order_by("pk").values_list("user", "opened_as", "about"))


def test_what_reviewers_and_the_chair_open_is_written_down(
    panel: Panel, page: CurriculumPage
) -> None:
    round_ = panel.submit(page)
    address = address_in(round_)
    reviewer = panel.reviewers[0]
    assert asked(reviewer, address) == 404
    panel.ready(round_)
    assert asked(reviewer, address) == asked(panel.chair, address) == 200
    assert asked(reviewer, address, "head") == 200
    assert asked(panel.reviewers[3], address) == 404
    number = round_.case.number
    assert written() == [(reviewer.pk, "reviewer", number), (panel.chair.pk, "staff", number)]
    assert FileDownload.objects.first().name == "guide.txt"


def test_whoever_loses_the_seat_loses_the_files(panel: Panel, page: CurriculumPage) -> None:
    round_ = panel.submit(page)
    address = address_in(round_)
    declined, recused, released = panel.open(round_)
    decline_invitation(assignment_id=declined.pk, reason="No time", actor=declined.reviewer)
    for seat in (recused, released):
        take_seat(seat)
        assert asked(seat.reviewer, address) == 200
    declare_conflicts(
        assignment_id=recused.pk, kinds=["family"], details="A cousin", actor=recused.reviewer
    )
    release_seat(assignment_id=released.pk, reason="Ill", actor=panel.chair)
    for seat in (declined, recused, released):
        assert asked(seat.reviewer, address) == 404
    assert FileDownload.objects.count() == 2


@pytest.mark.parametrize("outcome", [Outcome.APPROVE, Outcome.REVISE_AND_RESUBMIT])
def test_access_ends_with_the_round(panel: Panel, page: CurriculumPage, outcome: Outcome) -> None:
    round_ = panel.reviewed(page)
    address = address_in(round_)
    seat = Assignment.objects.filter(round=round_).first()
    assert asked(seat.reviewer, address) == 200
    panel.decide(round_, outcome, override_reason="" if outcome is Outcome.APPROVE else "Not yet.")
    round_.refresh_from_db()
    assert round_.case.state in {CaseState.DECIDED, CaseState.AWAITING_RESPONSE}
    assert asked(seat.reviewer, address) == 404
    assert asked(panel.chair, address) == 200
    client = Client()
    client.force_login(seat.reviewer)
    case = client.get(reverse("clearinghouse_case", args=[round_.case.uid]))
    assert case.status_code == 200  # the reviews and the decision stay open to who reviewed
    assert address not in case.content.decode()


def test_what_editors_open_is_written_down_and_what_is_public_is_not(
    panel: Panel, page: CurriculumPage
) -> None:
    uid = page.get_latest_revision_as_object().files.all()[0].uid
    draft = reverse("clearinghouse_draft_file", args=[page.pk, uid])
    assert asked(panel.editor, draft) == 200
    assert asked(panel.editor, draft, "head") == 200
    assert asked(panel.reviewers[0], draft) != 200
    assert written() == [(panel.editor.pk, "staff", "With-Files")]
    panel.decide(panel.reviewed(page))
    assert asked(panel.editor, reverse("curriculum_file", args=[uid])) == 200
    assert [about for _user, _as, about in written()] == ["With-Files", "With-Files"]
    CurriculumFile.objects.update(visibility="public")
    assert asked(panel.editor, reverse("curriculum_file", args=[uid])) == 200
    assert len(written()) == 2
