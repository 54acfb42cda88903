"""The admin's pages of a case lead to what was handed in: for whoever may read it."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from review_workflow.enums import Outcome
from review_workflow.models import Condition
from review_workflow.services.conditions import meet_condition
from submission_portal.models import Submission
from submission_portal.services import hand_in_evidence
from tests.integration.review_workflow.panels import make_overseer

from .stages import Planted, make_planted

pytestmark = pytest.mark.django_db


@pytest.fixture
def planted(site_tree: dict[str, Any]) -> Planted:
    return make_planted(site_tree)


@pytest.fixture
def conditional(planted: Planted) -> Submission:
    return planted.decided(Outcome.APPROVE_WITH_CONDITIONS)


def condition_of(submission: Submission) -> Condition:
    return Condition.objects.get(decision__round__case=submission.case_id)


def hand_in(planted: Planted, submission: Submission, condition: Condition) -> None:
    hand_in_evidence(
        submission_id=submission.pk,
        condition_uid=condition.uid,
        note="See the file.",
        actor=planted.owner,
    )


def page(user: Any, submission: Submission, condition: Condition | None = None) -> str:
    client = Client()
    client.force_login(user)
    case: Any = submission.case
    name = "clearinghouse_case" if condition is None else "clearinghouse_condition"
    args = [case.uid] if condition is None else [case.uid, condition.uid]
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_both_pages_lead_to_what_was_handed_in(planted: Planted, conditional: Submission) -> None:
    condition, chair = condition_of(conditional), planted.panel.chair
    address = reverse("portal_evidence", args=[condition.uid])
    pages = [page(chair, conditional), page(chair, conditional, condition)]
    assert [address in each for each in pages] == [False, False], "nothing is there yet"
    hand_in(planted, conditional, condition)
    pages = [page(chair, conditional), page(chair, conditional, condition)]
    assert [each.count(f'href="{address}"') for each in pages] == [1, 1]
    client = Client()
    client.force_login(chair)
    assert "See the file." in client.get(address).content.decode()
    meet_condition(condition_id=condition.pk, note="Seen.", actor=chair)
    assert address in page(chair, conditional), "it is still read once the condition is met"


def test_the_verifier_has_the_link_and_other_reviewers_have_none(
    planted: Planted, conditional: Submission
) -> None:
    condition = condition_of(conditional)
    hand_in(planted, conditional, condition)
    first, second = planted.panel.reviewers[:2]
    Condition.objects.filter(pk=condition.pk).update(verifier=first)
    address = reverse("portal_evidence", args=[condition.uid])
    people = {"verifier": first, "reviewer": second, "overseer": make_overseer("over")}
    shown = {name: address in page(user, conditional) for name, user in people.items()}
    opened = {}
    for name, user in people.items():
        client = Client()
        client.force_login(user)
        opened[name] = client.get(address).status_code == 200
    assert shown == opened == {"verifier": True, "reviewer": False, "overseer": True}
    assert condition.evidence_wanted in page(second, conditional), "the condition itself is read"


def test_more_conditions_cost_no_more_statements(planted: Planted, conditional: Submission) -> None:
    condition = condition_of(conditional)
    hand_in(planted, conditional, condition)

    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            page(planted.panel.chair, conditional)
        return len(asked)

    statements()
    one = statements()
    for order in (2, 3):
        more = Condition.objects.create(
            decision=condition.decision,
            order=order,
            evidence_wanted="More.",
            due_on=condition.due_on,
            verifier=condition.verifier,
        )
        hand_in(planted, conditional, more)
    assert page(planted.panel.chair, conditional).count("/portal/evidence/") == 3
    assert statements() == one
