"""From revise and resubmit to the next round: the response point by point, and what changed."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from review_workflow.enums import Outcome
from review_workflow.models import AuditEntry, Case, ResponseItem, ReviewRound
from review_workflow.services.decisions import ConditionSpec, decide
from review_workflow.services.responses import respond, start_next_round

from .panels import Panel, in_days, make_overseer, make_panel, make_user
from .reviewing import file_one, start_reviews


@pytest.fixture
def panel(site_tree: dict[str, Any]) -> Panel:
    return make_panel(site_tree)


@pytest.fixture
def round_(panel: Panel) -> ReviewRound:
    """A decided round that asks two things of the provider."""
    round_ = panel.submit()
    start_reviews(panel, round_)
    for user in panel.reviewers[:3]:
        file_one(round_, user, level=1, recommendation="revise_and_resubmit")
    criterion = panel.criteria(round_)["A1"]["id"]
    decide(
        round_id=round_.pk,
        outcome=Outcome.REVISE_AND_RESUBMIT,
        actor=panel.chair,
        revision_id=round_.revision_id,
        override_reason="So be it.",
        letter="Please revise.",
        conditions=[
            ConditionSpec(criterion, "Add a test.", in_days(30), panel.chair),
            ConditionSpec(None, "Name the authors.", in_days(30), panel.chair),
        ],
    )
    return ReviewRound.objects.get(pk=round_.pk)


def answers(round_: ReviewRound, *texts: str) -> dict[int, str]:
    keys = round_.response_items.order_by("order").values_list("pk", flat=True)
    return dict(zip(keys, texts, strict=True))


def revise(round_: ReviewRound, **fields: Any) -> Any:
    """Save a newer version of the page as its editor."""
    page = round_.case.page.specific_class.objects.get(pk=round_.case.page_id)
    page = page.get_latest_revision_as_object()
    for name, value in ({"title": "Course, revised"} | fields).items():
        setattr(page, name, value)
    return page.save_revision()


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def url(round_: ReviewRound, name: str = "response") -> str:
    return reverse(f"clearinghouse_case_{name}", args=[round_.case.uid])


def test_every_point_is_answered_or_named(panel: Panel, round_: ReviewRound) -> None:
    first, second = answers(round_, "x", "x")
    with pytest.raises(ValidationError) as raised:
        respond(round_id=round_.pk, answers={first: "Added.", 10**6: "?"}, actor=panel.editor)
    assert raised.value.message_dict == {
        f"item-{10**6}": ["This point is not one of this round."],
        f"item-{second}": ["Answer point 2."],
    }
    assert not ResponseItem.objects.exclude(answer="").exists()
    with pytest.raises(ValidationError):
        start_next_round(round_id=round_.pk, actor=panel.editor)
    assert ReviewRound.objects.count() == 1


def test_only_the_provider_and_who_manages_the_case_respond(
    panel: Panel, round_: ReviewRound
) -> None:
    given = answers(round_, "Added.", "Named.")
    for user in (*panel.reviewers, make_user("stranger")):
        with pytest.raises(PermissionDenied):
            respond(round_id=round_.pk, answers=given, actor=user)
        with pytest.raises(PermissionDenied):
            start_next_round(round_id=round_.pk, actor=user)
    for user in (panel.editor, panel.chair, make_overseer()):
        assert len(respond(round_id=round_.pk, answers=given, actor=user)) == 2
    # The same answers again are not another event.
    assert AuditEntry.objects.filter(kind="response_given").count() == 1


def test_the_form_names_the_point_and_keeps_nothing(panel: Panel, round_: ReviewRound) -> None:
    first, second = answers(round_, "x", "x")
    client = client_of(panel.chair)
    sent = {f"item-{first}": "Added.", f"item-{second}": " ", "step": "start"}
    html = client.post(url(round_), sent).content.decode()
    assert "Answer point 2." in html
    assert "Added." in html
    assert not ResponseItem.objects.exclude(answer="").exists()
    sent |= {f"item-{second}": "Named.", "step": "save"}
    assert client.post(url(round_), sent).status_code == 302
    assert [item.answer for item in ResponseItem.objects.order_by("order")] == ["Added.", "Named."]
    assert ReviewRound.objects.count() == 1


def test_reviewers_have_no_form(panel: Panel, round_: ReviewRound) -> None:
    assert client_of(panel.reviewers[0]).get(url(round_)).status_code == 302
    assert client_of(panel.reviewers[3]).get(url(round_)).status_code == 404


def test_the_next_round_takes_the_new_version_to_the_same_reviewers(
    panel: Panel, round_: ReviewRound
) -> None:
    assert "No newer version" in client_of(panel.chair).get(url(round_)).content.decode()
    revision = revise(round_)
    assert "No newer version" not in client_of(panel.chair).get(url(round_)).content.decode()
    sent = {f"item-{key}": text for key, text in answers(round_, "Added.", "Named.").items()}
    client_of(panel.chair).post(url(round_), sent | {"step": "start"})
    following = ReviewRound.objects.get(number=2)
    assert (following.case_id, following.revision_id) == (round_.case_id, revision.pk)
    assert set(following.assignments.values_list("reviewer", "state")) == {
        (user.pk, "invited") for user in panel.reviewers[:3]
    }
    assert Case.objects.get().state == "in_review"
    # Once it runs, nothing can be answered or started again.
    for actor in (panel.chair, panel.editor):
        with pytest.raises(PermissionDenied):
            respond(round_id=round_.pk, answers=answers(round_, "a", "b"), actor=actor)
        with pytest.raises(PermissionDenied):
            start_next_round(round_id=round_.pk, actor=actor)
    assert ReviewRound.objects.count() == 2


@pytest.fixture
def second(panel: Panel, round_: ReviewRound) -> ReviewRound:
    from curriculum_pages.models import Module

    page = round_.case.page.specific_class.objects.get(pk=round_.case.page_id)
    page = page.get_latest_revision_as_object()
    page.title, page.summary = "Course, revised", "A course <b>with</b> tests."
    topic = page.core_topics.get()
    page.modules.add(Module(title="Follow-up", contact_minutes=60, core_topic=topic, sort_order=3))
    page.save_revision()
    respond(round_id=round_.pk, answers=answers(round_, "Added.", "Named."), actor=panel.editor)
    return start_next_round(round_id=round_.pk, actor=panel.editor)


def test_what_changed_stands_side_by_side(panel: Panel, second: ReviewRound) -> None:
    html = client_of(panel.chair).get(url(second, "compare")).content.decode()
    table = html.split("<tbody>")[1].split("</tbody>")[0]
    assert 'Course<ins class="addition">, revised</ins>' in table
    assert "Follow-up" in table
    assert "(nothing)" in table
    assert "&lt;" in table
    assert "<b>" not in table
    same = client_of(panel.chair).get(url(second, "compare"), {"a": "1", "b": "1"})
    assert "No field differs." in same.content.decode()


def test_the_difference_opens_with_the_files(panel: Panel, second: ReviewRound) -> None:
    from review_workflow.models import Assignment
    from review_workflow.services import accept_invitation, declare_conflicts

    reviewer = panel.reviewers[0]
    assert client_of(reviewer).get(url(second, "compare")).status_code == 302
    seat = Assignment.objects.get(round=second, reviewer=reviewer)
    accept_invitation(assignment_id=seat.pk, actor=reviewer)
    declare_conflicts(assignment_id=seat.pk, kinds=[], actor=reviewer)
    assert client_of(reviewer).get(url(second, "compare")).status_code == 200
    assert client_of(panel.reviewers[3]).get(url(second, "compare")).status_code == 404
    for given in ({"a": "2", "b": "1"}, {"b": "3"}, {"a": "x"}):
        assert client_of(reviewer).get(url(second, "compare"), given).status_code in {302, 404}
