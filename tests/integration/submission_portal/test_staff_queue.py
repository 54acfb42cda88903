"""The queue of staff: what is in which part, within the wall, at the same cost for one and many."""

import csv
import io
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from curriculum_pages.models import ProviderMember
from resource_library.viewsets import AttentionPanel
from review_workflow.enums import ConflictKind
from review_workflow.models import KnownConflict
from submission_portal.enums import EventKind, SubmissionState
from submission_portal.models import SubmissionMessage
from submission_portal.selectors.queue import QueueQuery, Tab, counts_of, queue_of

from .planting import make_member, make_person, make_provider, make_screener
from .rows import add_event, ago, make_row

pytestmark = pytest.mark.django_db


@pytest.fixture
def screener() -> Any:
    return make_screener()


@pytest.fixture
def rows(screener: Any) -> dict[str, Any]:
    """Return one submission for each part of the queue, of two providers, and a draft."""
    river, hill = make_provider("Riverbend"), make_provider("Hilltop")
    owner = make_member(river, "pat")
    rows = {
        "new": make_row(river, owner, "=New course"),
        "late": make_row(river, owner, "Late course", since=11),
        "asked": make_row(hill, owner, "Asked course", since=2),
        "returned": make_row(hill, owner, "Returned", SubmissionState.RETURNED, since=20),
        "waiting": make_row(hill, owner, "Waiting", SubmissionState.ACCEPTED),
        "done": make_row(hill, owner, "Closed", SubmissionState.OUT_OF_SCOPE),
        "draft": make_row(river, owner, "Secret draft", SubmissionState.DRAFT),
    }
    SubmissionMessage.objects.create(
        submission=rows["asked"], author=screener, is_staffs=True, body="Which edition?"
    )
    add_event(rows["returned"], EventKind.RETURNED, screener, ago(20), is_staffs=True)
    return rows


def titles(user: Any, **query: Any) -> list[str]:
    return [row.title for row in queue_of(user, QueueQuery(**query))]


def get(user: Any, name: str = "clearinghouse_submissions", *args: Any, **given: Any) -> Any:
    client = Client()
    client.force_login(user)
    return client.get(reverse(name, args=args), given)


def test_each_is_in_its_part_and_drafts_in_none(rows: dict[str, Any], screener: Any) -> None:
    found = {tab: titles(screener, tab=tab) for tab in Tab}
    assert found == {
        Tab.NEW: ["Late course", "=New course"],
        Tab.SCREENING: ["Asked course"],
        Tab.RETURNED: ["Returned"],
        Tab.WAITING: ["Waiting"],
        Tab.OVERDUE: ["Late course"],
        Tab.DONE: ["Closed"],
        Tab.ALL: ["Returned", "Late course", "Asked course", "=New course", "Waiting", "Closed"],
    }
    assert counts_of(screener) == {tab: len(listed) for tab, listed in found.items()}
    assert titles(screener, tab=Tab.ALL, text="hilltop", order="-title") == [
        "Waiting",
        "Returned",
        "Closed",
        "Asked course",
    ]
    assert titles(screener, tab=Tab.ALL, text=rows["done"].number) == ["Closed"]


@pytest.mark.parametrize("tie", ["conflict", "member"])
def test_a_tie_hides_rows_and_lowers_counts(rows: dict[str, Any], screener: Any, tie: str) -> None:
    hidden = rows["new"].provider
    if tie == "conflict":
        KnownConflict.objects.create(
            reviewer=screener,
            organisation=hidden.organisation,
            kind=ConflictKind.EVALUATOR.value,
            source="Own statement",
        )
    else:
        ProviderMember.objects.create(provider=hidden, user=screener)
    counts = counts_of(screener)
    assert (counts[Tab.NEW], counts[Tab.OVERDUE], counts[Tab.ALL]) == (0, 0, 4)
    page = get(screener, tab="all").content.decode()
    assert "Asked course" in page
    assert not [word for word in ("New course", "Late course", "Riverbend") if word in page]
    late = rows["late"]
    for name, args in (
        ("clearinghouse_submission", [late.uid]),
        ("clearinghouse_submission_action", [late.uid, "accept"]),
    ):
        assert get(screener, name, *args).status_code == 404
    assert [row.count for row in panel(screener)] == [0, 0]


def panel(user: Any) -> list[Any]:
    request = RequestFactory().get("/")
    request.user = user
    return [row for row in AttentionPanel(request).rows if "submissions" in row.url]


def test_the_dashboard_counts_what_is_new_and_overdue(rows: dict[str, Any], screener: Any) -> None:
    assert [row.count for row in panel(screener)] == [2, 1]
    assert panel(make_person("nobody")) == []


def test_without_the_right_all_is_refused_alike(rows: dict[str, Any]) -> None:
    editor = make_person("editor")
    editor.user_permissions.add(Permission.objects.get(codename="access_admin"))
    addresses = [
        ("clearinghouse_submissions",),
        ("clearinghouse_submission_figures",),
        ("clearinghouse_submissions_several", "accept"),
        ("clearinghouse_submission", rows["new"].uid),
        ("clearinghouse_submission", "00000000-0000-4000-8000-000000000000"),
        ("clearinghouse_submission_action", rows["new"].uid, "return"),
    ]
    answers = [get(editor, *each) for each in addresses]
    assert {(answer.status_code, answer.headers["Location"]) for answer in answers} == {
        (302, reverse("wagtailadmin_home"))
    }
    assert "Submissions" not in get(editor, "wagtailadmin_home").content.decode()


def test_the_export_holds_the_chosen_and_no_formula(rows: dict[str, Any], screener: Any) -> None:
    chosen = exported(screener, chosen=[rows["new"].uid, rows["draft"].uid])
    assert [line[:3] for line in chosen] == [
        ["Number", "Title", "Provider"],
        [rows["new"].number, "'=New course", "Riverbend"],
    ]
    assert len(exported(screener)) == 1 + 6


def exported(user: Any, **given: Any) -> list[list[str]]:
    answer = get(user, tab="all", export="csv", **given)
    return list(csv.reader(io.StringIO(answer.getvalue().decode())))


def test_three_rows_cost_as_much_as_one(screener: Any) -> None:
    owner = make_person("pat")
    make_row(make_provider("One"), owner, "First")
    get(screener)
    with CaptureQueriesContext(connection) as one:
        get(screener)
    for name in ("Two", "Three"):
        make_row(make_provider(name), owner, name)
    with CaptureQueriesContext(connection) as three:
        assert "Three" in get(screener).content.decode()
    assert len(three) == len(one)
