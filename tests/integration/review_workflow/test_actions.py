"""What a browser can send to Wagtail's workflow views: refused with a reason, nothing changed."""

import copy
import json
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from wagtail.models import TaskState

from home.services import ensure_site_tree
from review_workflow.enums import Recommendation
from review_workflow.models import Assignment, AuditEntry, Rating, Review, ReviewRound
from review_workflow.services import perform_action, withdraw_review

from .panels import Panel, make_panel, make_user, task_state_of

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def _ready(_planted_tree: None, django_db_blocker: Any) -> tuple[Panel, ReviewRound]:
    """A panel and its round, made once for the module beside the planted tree."""
    with django_db_blocker.unblock():
        panel = make_panel(ensure_site_tree())
        round_ = panel.submit()
        panel.ready(round_)
        return panel, round_


@pytest.fixture
def _own(_ready: tuple[Panel, ReviewRound], db: None) -> tuple[Panel, ReviewRound]:
    """Copies of both, so that no test sees what another did to them."""
    return copy.deepcopy(_ready)


@pytest.fixture
def panel(_own: tuple[Panel, ReviewRound]) -> Panel:
    return _own[0]


@pytest.fixture
def round_(_own: tuple[Panel, ReviewRound]) -> ReviewRound:
    """A round whose three reviewers may write."""
    return _own[1]


def sheet(panel: Panel, round_: ReviewRound, **changes: Any) -> dict[str, Any]:
    """Return a review as the form sends it."""
    data: dict[str, Any] = {"recommendation": "approve", "comment": "Clear."}
    for criterion in panel.criteria(round_).values():
        data |= {f"c{criterion['id']}-level": "2", f"c{criterion['id']}-place-0": "page 3"}
    return data | changes


def act(
    panel: Panel,
    round_: ReviewRound,
    data: dict[str, Any],
    action: str = "review",
    user: Any = None,
) -> None:
    perform_action(
        task_state=task_state_of(round_),
        user=user or panel.reviewers[0],
        action=action,
        data=data,
    )


def counts() -> tuple[int, ...]:
    return (
        Review.objects.count(),
        Rating.objects.count(),
        AuditEntry.objects.count(),
        Assignment.objects.filter(state="filed").count(),
        TaskState.objects.exclude(status="in_progress").count(),
    )


def test_a_review_is_filed(panel: Panel, round_: ReviewRound) -> None:
    act(panel, round_, sheet(panel, round_, revision=str(round_.revision_id)))
    review = Review.objects.get()
    assert (review.assignment.reviewer, review.recommendation, review.ratings.count()) == (
        panel.reviewers[0],
        "approve",
        4,
    )
    assert task_state_of(round_).status == "in_progress"


def test_a_review_is_amended(panel: Panel, round_: ReviewRound) -> None:
    act(panel, round_, sheet(panel, round_))
    criterion = panel.criteria(round_)["A1"]["id"]
    changes = {f"c{criterion}-final": "1", f"c{criterion}-why": "The discussion."}
    act(panel, round_, changes, "amend")
    assert Rating.objects.get(kind="final").level == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"c999999-level": "2"}, "not one of this round"),
        ({"{A1}-level": "999"}, "A1 has no level 999"),
        ({"{A1}-level": 999}, "A1 has no level 999"),
        ({"{A1}-level": "-1"}, "A1 has no level -1"),
        ({"{A1}-level": ["2"]}, "Give text here"),
        ({"{A1}-level": {"$gt": 0}}, "Give text here"),
        ({"{A1}-level": ""}, "Choose a level for A1"),
        ({"{A2}-place-0": ""}, "A2 is essential"),
        (
            {"{A1}-unit-0": "00000000-0000-0000-0000-000000000000"},
            "not one of the reviewed version",
        ),
        ({"recommendation": "publish"}, "Choose one of the recommendations"),
        ({"recommendation": None}, "Choose one of the recommendations"),
        ({"score": 999, "evil": 1}, "A review has no such field"),
        ({"comment": "x" * 100_000}, "Shorten this text"),
        ({"revision": "0"}, "another version"),
        ({"revision": None}, "another version"),
    ],
)
def test_hostile_data(
    panel: Panel, round_: ReviewRound, changes: dict[str, Any], words: str
) -> None:
    names = {code: f"c{criterion['id']}" for code, criterion in panel.criteria(round_).items()}
    before = counts()
    with pytest.raises(PermissionDenied, match=words):
        act(
            panel,
            round_,
            sheet(panel, round_) | {key.format(**names): value for key, value in changes.items()},
        )
    assert counts() == before


@pytest.mark.parametrize("action", ["approve", "reject", "decide", "read", "", "__class__"])
@pytest.mark.parametrize("who", ["reviewer", "chair"])
def test_unknown_actions(panel: Panel, round_: ReviewRound, action: str, who: str) -> None:
    before = counts()
    user = panel.chair if who == "chair" else panel.reviewers[0]
    with pytest.raises(PermissionDenied, match="page of the case"):
        act(panel, round_, sheet(panel, round_), action, user)
    assert counts() == before


@pytest.mark.parametrize("who", ["chair", "editor", "spare", "superuser"])
@pytest.mark.parametrize("action", ["review", "amend"])
def test_the_wrong_person(panel: Panel, round_: ReviewRound, who: str, action: str) -> None:
    user = {
        "chair": lambda: panel.chair,
        "editor": lambda: panel.editor,
        "spare": lambda: panel.reviewers[3],
        "superuser": lambda: make_user("root", is_superuser=True),
    }[who]()
    before = counts()
    with pytest.raises(PermissionDenied, match="not yours to write"):
        act(panel, round_, sheet(panel, round_), action, user)
    assert counts() == before


def test_the_task_of_another_case(panel: Panel, round_: ReviewRound) -> None:
    other = panel.submit(panel.make_curriculum("other"))
    before = counts()
    with pytest.raises(PermissionDenied, match="not yours to write"):
        act(panel, other, sheet(panel, round_))
    assert counts() == before


def test_the_task_of_another_case_through_the_address_of_ones_own(
    panel: Panel, round_: ReviewRound
) -> None:
    """Wagtail itself would act on the other page's task here."""
    other = panel.submit(panel.make_curriculum("other"))
    client = Client()
    client.force_login(panel.reviewers[0])
    before = counts()
    address = reverse(
        "wagtailadmin_pages:workflow_action",
        args=[round_.case.page_id, "review", other.task_state_id],
    )
    assert client.post(address, sheet(panel, round_)).status_code < 500
    assert counts() == before


def test_raw_data_through_the_editor(panel: Panel, round_: ReviewRound) -> None:
    """Wagtail's editor passes what a browser sends as JSON to the task, unread."""
    client = Client()
    client.force_login(panel.reviewers[0])
    revision = round_.case.page.latest_revision_id
    before = counts()
    answer = client.post(
        reverse("wagtailadmin_pages:edit", args=[round_.case.page_id]),
        {
            "title": "Mine",
            "slug": "course",
            "summary": "x",
            "action-workflow-action": "1",
            "workflow-action-name": "review",
            "workflow-action-extra-data": json.dumps({"score": 999}),
        },
    )
    assert answer.status_code < 500
    assert counts() == before
    assert type(round_.case.page).objects.get(pk=round_.case.page_id).latest_revision_id == revision


def test_the_round_has_ended(panel: Panel, round_: ReviewRound) -> None:
    state = task_state_of(round_)
    withdraw_review(round_id=round_.pk, actor=panel.editor)
    before = counts()
    with pytest.raises(PermissionDenied, match="has ended"):
        perform_action(
            task_state=state,
            user=panel.reviewers[0],
            action="review",
            data=sheet(panel, round_),
        )
    assert counts() == before


def test_wagtail_went_on_without_the_round(panel: Panel, round_: ReviewRound) -> None:
    TaskState.objects.filter(pk=round_.task_state_id).update(status="rejected")
    before = counts()
    with pytest.raises(PermissionDenied, match="no longer in progress"):
        act(panel, round_, sheet(panel, round_))
    assert counts() == before


def test_a_task_without_a_round(panel: Panel, round_: ReviewRound) -> None:
    state = task_state_of(round_)
    ReviewRound.objects.update(task_state=None)
    with pytest.raises(PermissionDenied, match="No round"):
        perform_action(
            task_state=state,
            user=panel.reviewers[0],
            action="review",
            data=sheet(panel, round_),
        )
    assert not Review.objects.exists()


def test_words_of_a_review_stand_in_no_table_of_wagtail(panel: Panel, round_: ReviewRound) -> None:
    act(panel, round_, sheet(panel, round_, comment="A telling remark."))
    state = task_state_of(round_)
    assert (state.comment, state.finished_by, state.status) == ("", None, "in_progress")
    assert Recommendation.APPROVE.value not in str(list(TaskState.objects.values()))
