"""A case of the operator's own organisation: readers learn of it wherever the approval is shown."""

from typing import Any

import pytest
from django.test import Client

from curriculum_pages.models import Provider
from review_workflow.models import Approval
from review_workflow.selectors import discloses_operator

from .panels import Panel, make_organisation, make_panel

SENTENCE = "Nobody who works for it took part in the review"


@pytest.fixture
def panel(site_tree: dict[str, Any]) -> Panel:
    return make_panel(site_tree)


def approve(panel: Panel, *, is_operator: bool) -> Approval:
    operator = make_organisation("A provider", is_operator=is_operator)
    panel.provider = Provider.objects.create(organisation=operator)
    panel.decide(panel.reviewed())
    return Approval.objects.get()


@pytest.mark.parametrize("is_operator", [True, False])
def test_the_catalog_and_the_api_say_whose_case_it_was(panel: Panel, *, is_operator: bool) -> None:
    approval = approve(panel, is_operator=is_operator)
    # What counts is who operated the platform when the case was decided.
    panel.provider.organisation.is_operator = False
    panel.provider.organisation.save()
    assert discloses_operator(approval) is is_operator
    page = Client().get("/catalog/course/").content.decode()
    assert (SENTENCE in page) is is_operator
    answer = Client().get("/api/v1/curricula/course").json()
    assert (answer["disclosure"] is not None) is is_operator


def test_an_approval_without_a_panel_discloses_nothing() -> None:
    assert not discloses_operator(None)
    assert not discloses_operator(Approval(decision_id=None))
