"""Figures of submissions against a count by hand, and within the wall."""

import csv
import datetime as dt
import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from resource_library.enums import Sector
from review_workflow.enums import CaseState, ConflictKind, Outcome
from review_workflow.models import Case, KnownConflict
from submission_portal.enums import EventKind, SubmissionState
from submission_portal.selectors.funnel import funnel_of
from submission_portal.services import accept_to_review
from tests.integration.review_workflow.panels import make_panel

from .planting import Portal, make_member, make_portal, make_provider
from .rows import add_event, ago, make_row

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def portal(site_tree: dict[str, Any]) -> Portal:
    return make_portal(make_panel(site_tree))


def figures(user: Any, days: int = 400) -> Any:
    return funnel_of(user, TODAY() - dt.timedelta(days=days), TODAY())


def test_the_figures_are_those_of_the_rows(portal: Portal) -> None:
    portal.provider.organisation.sector = Sector.PUBLIC.value
    portal.provider.organisation.save()
    other = make_provider("Hilltop")
    owner = make_member(other, "kim")
    # Of the other provider, of no sector: one in screening, one accepted, two drafts, one too old.
    make_row(other, owner, "A", since=2, created_at=ago(5))
    accepted = make_row(other, owner, "B", SubmissionState.ACCEPTED, since=6, created_at=ago(20))
    add_event(accepted, EventKind.ACCEPTED, portal.screener, ago(4), is_staffs=True)
    make_row(other, owner, "C", SubmissionState.DRAFT)
    make_row(other, owner, "D", SubmissionState.DRAFT)
    make_row(other, owner, "E", created_at=ago(500))
    # Of the first provider: one that a panel approved.
    submission = portal.submitted()
    accept_to_review(submission_id=submission.pk, actor=portal.screener)
    round_ = Case.objects.get(submissions=submission).rounds.get()
    for seat in portal.panel.ready(round_):
        portal.panel.file(seat)
    portal.panel.decide(round_, Outcome.APPROVE)
    assert Case.objects.get(submissions=submission).state == CaseState.DECIDED

    found = figures(portal.screener)
    assert (found.begun, found.drafts) == (5, 2)
    rows = [found.whole, *found.by_sector]
    assert [
        (row.label, row.submitted, row.accepted, row.decided, row.approved) for row in rows
    ] == [
        ("All", 3, 2, 1, 1),
        ("Public", 1, 1, 1, 1),
        ("Not stated", 2, 1, 0, 0),
    ]
    assert sum(row.submitted for row in found.by_month) == 3
    assert [(stage.count, stage.median) for stage in found.durations] == [
        (3, 3.0),
        (2, 1.0),
        (1, 0.0),
    ]


def test_a_tie_takes_everything_out_drafts_too(portal: Portal) -> None:
    make_row(portal.provider, portal.owner, "A")
    make_row(portal.provider, portal.owner, "B", SubmissionState.DRAFT)
    assert (figures(portal.screener).begun, figures(portal.screener).drafts) == (2, 1)
    KnownConflict.objects.create(
        reviewer=portal.screener,
        organisation=portal.provider.organisation,
        kind=ConflictKind.EVALUATOR.value,
        source="Own statement",
    )
    assert (figures(portal.screener).begun, figures(portal.screener).drafts) == (0, 0)
    assert figures(portal.owner).begun == 0


def test_the_page_and_its_spreadsheet(portal: Portal) -> None:
    make_row(portal.provider, portal.owner, "A")
    client = Client()
    client.force_login(portal.screener)
    address = reverse("clearinghouse_submission_figures")
    page = client.get(address).content.decode()
    assert "Begun in this period: 1, of which 0 were never submitted." in page
    lines = list(
        csv.reader(io.StringIO(client.get(address, {"export": "csv"}).getvalue().decode()))
    )
    assert lines[0] == ["Group", "Of", "Figure", "Value"]
    assert ["Sector", "Not stated", "Submitted", "1"] in lines
    wrong = client.get(address, {"begin": "2026-05-01", "end": "2026-04-01"}).content.decode()
    assert "The period ends before it begins." in wrong
