"""The page of the standards: what is in force, how a panel decides, and when its tag changes."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Workflow, WorkflowTask

from review_workflow.models import (
    Criterion,
    Domain,
    MultiReviewerApprovalTask,
    RatingLevel,
    ReviewRule,
    StandardsEdition,
)
from review_workflow.services import copy_edition, put_in_force

from .test_pages import parse, texts

TODAY = dt.date(2026, 11, 2)


def draft(criteria: int = 2) -> StandardsEdition:
    edition = StandardsEdition.objects.create(
        label="2026.1", title="Our standards", source_citation="A paper."
    )
    domain = Domain.objects.create(edition=edition, code="A", title="Assessment")
    for number in range(criteria):
        criterion = Criterion.objects.create(
            domain=domain,
            code=f"A{number}",
            title=f"Title {number}",
            text="Tests <b>before</b> and after.",
            kind="weighted" if number else "essential",
            order=number,
        )
        for value in (0, 2):
            RatingLevel.objects.create(
                criterion=criterion,
                value=value,
                label="Met" if value else "Not met",
                descriptor=f"Seen {value}.",
                is_met=value == 2,
            )
    return edition


def set_up_rule(**fields: Any) -> ReviewRule:
    rule = ReviewRule.objects.create(
        **{"name": "Standard", "composition": {"academic_researcher": 1}} | fields
    )
    task = MultiReviewerApprovalTask.objects.create(name="Panel", rule=rule)
    WorkflowTask.objects.create(workflow=Workflow.objects.create(name="Panel"), task=task)
    return rule


def test_without_an_edition_it_says_so(client: Client, site_tree: dict[str, Any]) -> None:
    draft()
    body = client.get("/standards/").content.decode()
    assert "No edition of the standards is in force yet." in body
    assert "Our standards" not in body


def test_it_explains_the_edition_in_force_and_the_rule(
    client: Client, site_tree: dict[str, Any]
) -> None:
    first = put_in_force(edition=draft(), effective_on=dt.date(2026, 1, 1), actor=None)
    second = copy_edition(edition=first, label="2026.2", actor=None)
    put_in_force(edition=second, effective_on=TODAY, actor=None)
    copy_edition(edition=second, label="secret draft", actor=None)
    set_up_rule()
    tree = parse(client, "/standards/")
    assert texts(tree, "h2")[:4] == [
        "Our standards",
        "A Assessment",
        "How rating works",
        "How a panel decides",
    ]
    assert texts(tree, "h3") == ["A0 Title 0", "A1 Title 1"]
    body = " ".join(texts(tree, "main"))
    assert "Edition 2026.2, in force from Nov. 2, 2026. 2 criteria, 1 of them essential." in body
    assert body.count("Essential") == 1
    assert "Tests <b>before</b> and after." in body
    assert "secret draft" not in body
    assert "Our standards, edition 2026.1, in force from Jan. 1, 2026" in body
    for sentence in (
        "3 reviewers sit on a panel; below 3 filed reviews there is no outcome.",
        "Among them, at least: Academic researcher (1).",
        "a curriculum needs 85% of the points that are possible.",
        "The provider does not learn the reviewers' names.",
    ):
        assert sentence in body


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ({"decision_rule": "majority"}, "What more than half of the reviewers recommend decides."),
        ({"decision_rule": "unanimous"}, "The panel's recommendations must agree."),
    ],
)
def test_each_decision_rule_has_its_words(
    rule: dict[str, str], sentence: str, client: Client, site_tree: dict[str, Any]
) -> None:
    put_in_force(edition=draft(), effective_on=TODAY, actor=None)
    set_up_rule(**rule, blind_mode="open", essential_veto=False, distinct_organisations=False)
    body = " ".join(texts(parse(client, "/standards/"), "main"))
    assert sentence in body
    for absent in ("possible.", "names.", "one organization", "in the eyes of"):
        assert absent not in body


def test_a_rule_that_no_active_workflow_asks_is_not_in_use(
    client: Client, site_tree: dict[str, Any]
) -> None:
    set_up_rule()
    Workflow.objects.update(active=False)
    assert "How a panel decides" not in client.get("/standards/").content.decode()


def test_the_statements_do_not_grow_with_the_criteria(
    client: Client, site_tree: dict[str, Any]
) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/standards/").status_code == 200
        return len(queries)

    small = put_in_force(edition=draft(2), effective_on=TODAY, actor=None)
    statements()
    before = statements()
    large = copy_edition(edition=small, label="2026.2", actor=None)
    domain = large.domains.get()
    for number in range(20):
        criterion = Criterion.objects.create(domain=domain, code=f"B{number}", title="T", text="T")
        for value in (0, 1):
            RatingLevel.objects.create(
                criterion=criterion, value=value, label="L", descriptor="D", is_met=bool(value)
            )
    StandardsEdition.objects.filter(pk=small.pk).update(state="superseded")
    StandardsEdition.objects.filter(pk=large.pk).update(state="in_force", effective_on=TODAY)
    assert statements() == before


@pytest.mark.django_db(transaction=False)
def test_its_tag_changes_with_an_edition_in_force_and_with_the_rule(
    client: Client, site_tree: dict[str, Any], django_capture_on_commit_callbacks: Any
) -> None:
    def tag() -> str:
        return str(client.get("/standards/")["ETag"])

    def after(change: Any) -> str:
        with django_capture_on_commit_callbacks(execute=True):
            change()
        return tag()

    edition = draft()
    rule = set_up_rule()
    first = tag()
    assert first == tag()
    assert after(edition.save) == first, "the public sees no draft"
    second = after(lambda: put_in_force(edition=edition, effective_on=TODAY, actor=None))
    assert second != first
    rule.threshold_percent = 70
    assert after(rule.save) != second
