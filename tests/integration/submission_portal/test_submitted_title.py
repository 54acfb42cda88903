"""Staff read the title as it was submitted last; the provider reads what its draft says."""

import csv
import importlib
import io
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from review_workflow.models import OutgoingMessage
from submission_portal.enums import ReasonKind, Step, SubmissionState
from submission_portal.models import Submission
from submission_portal.selectors import duplicates
from submission_portal.selectors.queue import QueueQuery, Tab, queue_of
from submission_portal.services import (
    return_to_provider,
    revert_screening,
    save_step,
    send_message,
    submit,
    withdraw_submission,
)
from submission_portal.services.letters import letter_for, reasons_for
from tests.integration.review_workflow.panels import make_panel

from .planting import Portal, make_member, make_portal, make_provider, make_screener
from .rows import make_row

pytestmark = pytest.mark.django_db
WAS, IS = "Calm calls", "Loud surprises"
MODULES = {"Active listening": 120, "Scenarios at the door": 240}


@pytest.fixture
def portal(site_tree: dict[str, Any]) -> Portal:
    return make_portal(make_panel(site_tree))


@pytest.fixture
def retitled(portal: Portal) -> Submission:
    """Return what was submitted as WAS, returned, and is called IS since."""
    submission = portal.submitted(WAS)
    return_to_provider(
        submission_id=submission.pk,
        actor=portal.screener,
        reasons=["scenario-missing"],
        words="Describe an exercise.",
    )
    retype(portal, submission, IS)
    return Submission.objects.get(pk=submission.pk)


def retype(portal: Portal, submission: Submission, title: str) -> None:
    row = submission.steps.get(step=Step.ABOUT.value)
    save_step(
        submission_id=submission.pk,
        step=Step.ABOUT,
        content=row.content | {"title": [title]},
        version=row.version,
        actor=portal.owner,
    )


def get(user: Any, name: str, *args: Any, **given: Any) -> str:
    client = Client()
    client.force_login(user)
    answer = client.get(reverse(name, args=args), given)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_every_page_of_staff_shows_what_was_submitted(portal: Portal, retitled: Submission) -> None:
    revert_screening(submission_id=retitled.pk, actor=portal.screener, note="Too hasty.")
    uid = retitled.uid
    pages = [
        get(portal.screener, "clearinghouse_submissions", tab="all"),
        get(portal.screener, "clearinghouse_submission", uid),
        get(portal.screener, "clearinghouse_submission_action", uid, "return"),
        get(portal.screener, "clearinghouse_submissions_several", "accept", chosen=uid),
    ]
    assert [(WAS in page, IS in page) for page in pages] == [(True, False)] * 4
    assert WAS in letter_for(retitled, ReasonKind.RETURN, reasons_for(ReasonKind.RETURN)[:1])
    owners = [get(portal.owner, "portal_home"), get(portal.owner, "portal_submission", uid)]
    assert [IS in page for page in owners] == [True] * 2


def test_the_queue_finds_sorts_and_exports_by_it(portal: Portal, retitled: Submission) -> None:
    middle = make_row(portal.provider, portal.owner, "Door to door")

    def found(**query: Any) -> list[Submission]:
        return list(queue_of(portal.screener, QueueQuery(tab=Tab.ALL, **query)))

    assert found(text=WAS.lower()) == [retitled]
    assert found(text=IS.lower()) == [], "a search would tell what the draft says"
    assert found(order="title") == [retitled, middle]
    client = Client()
    client.force_login(portal.screener)
    answer: Any = client.get(
        reverse("clearinghouse_submissions"), {"tab": "all", "export": "csv", "order": "title"}
    )
    lines = list(csv.reader(io.StringIO(answer.getvalue().decode())))
    assert [line[1] for line in lines] == ["Title", WAS, "Door to door"]


def test_mails_to_staff_name_it_and_mails_to_the_provider_the_drafts(
    portal: Portal, retitled: Submission
) -> None:
    send_message(submission_id=retitled.pk, body="A question.", actor=portal.owner)
    send_message(submission_id=retitled.pk, body="An answer.", actor=portal.screener)
    withdraw_submission(submission_id=retitled.pk, actor=portal.owner, reason="It is over.")
    mails = OutgoingMessage.objects.order_by("pk").values_list("recipient", "subject")
    told = [(who, WAS in subject, IS in subject) for who, subject in mails]
    staff, owner = portal.screener.pk, portal.owner.pk
    assert told[-4:] == [
        (staff, True, False),
        (owner, False, True),
        (owner, False, True),
        (staff, True, False),
    ]


def test_submitting_again_makes_it_the_drafts(portal: Portal, retitled: Submission) -> None:
    submit(submission_id=retitled.pk, actor=portal.owner)
    again = Submission.objects.get(pk=retitled.pk)
    assert (again.submitted_title, str(again)) == (IS, f"{again.number} {IS}")
    mail = OutgoingMessage.objects.filter(subject__contains="waits for screening").latest("pk")
    assert IS in mail.subject


def test_a_draft_that_was_never_submitted_has_none(portal: Portal) -> None:
    draft = portal.draft(WAS)
    assert (draft.submitted_title, str(draft)) == ("", WAS)


def test_duplicates_are_looked_for_by_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duplicates, "COMPARED", 1)
    ours, theirs = make_provider("Riverbend"), make_provider("Hilltop")
    owner, other = make_member(ours, "pat"), make_member(theirs, "kim")
    mine = make_row(ours, owner, WAS, modules=MODULES)
    state = SubmissionState.RETURNED
    one = make_row(theirs, other, f"{WAS}!", state, modules=MODULES)
    two = make_row(theirs, other, "Night driving", state, modules={"Lights": 60})
    for row, title in ((one, "Lights"), (two, WAS)):
        Submission.objects.filter(pk=row.pk).update(title=title)
    found = duplicates.duplicates_of(mine, user=make_screener())
    assert [each.title for each in found] == [f"{WAS}!"]


def test_the_migration_fills_it_from_the_last_version(portal: Portal, retitled: Submission) -> None:
    draft = portal.draft("Never shown")
    submit(submission_id=retitled.pk, actor=portal.owner)
    portal.submitted("Other")
    Submission.objects.update(submitted_title="")
    importlib.import_module("submission_portal.migrations.0004_submitted_title").fill(apps, None)
    kept = dict(Submission.objects.values_list("pk", "submitted_title"))
    assert (kept[retitled.pk], kept[draft.pk]) == (IS, "")
    assert sorted(kept.values()) == ["", IS, "Other"]
