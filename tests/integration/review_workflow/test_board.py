"""The board: only what the wall leaves, in words, at the same cost for one case and for many."""

import csv
import datetime as dt
import io
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from review_workflow.enums import AssignmentState, ConflictKind, RoleClass
from review_workflow.models import Assignment, Case, KnownConflict, ReviewRound
from review_workflow.selectors.board import BoardQuery, board_cases, board_rows
from review_workflow.services import declare_conflicts

from .panels import Panel, make_overseer, make_panel, make_reviewer, make_user
from .reviewing import file_one, start_reviews

ROW_STATEMENTS = 5
PAGE_STATEMENTS = 16


@pytest.fixture
def panel(site_tree: dict[str, Any]) -> Panel:
    return make_panel(site_tree)


@pytest.fixture
def round_(panel: Panel) -> ReviewRound:
    return panel.submit()


def board(user: Any, **given: Any) -> Any:
    client = Client()
    client.force_login(user)
    return client.get(reverse("clearinghouse_cases"), given)


def numbers(user: Any, **query: Any) -> list[str]:
    return [case.number for case in board_cases(user, BoardQuery(**query))]


def test_everybody_sees_their_own_cases_only(panel: Panel, round_: ReviewRound) -> None:
    start_reviews(panel, round_)
    number = round_.case.number
    seen = {
        user.first_name: numbers(user)
        for user in (panel.chair, *panel.reviewers, panel.editor, make_overseer())
    }
    assert seen == {
        "Chair": [number],
        "Practitioner": [number],
        "Clinician": [number],
        "Researcher": [number],
        "Spare": [],
        "Editor": [],
        "Overseer": [number],
    }


def test_a_conflict_takes_a_case_off_the_board_the_export_and_the_menu(
    panel: Panel, round_: ReviewRound
) -> None:
    overseer = make_overseer()
    assert round_.case.number in board(overseer).content.decode()
    assert reverse("clearinghouse_cases") in _home(overseer)
    KnownConflict.objects.create(
        reviewer=overseer,
        organisation=panel.provider.organisation,
        kind=ConflictKind.FAMILY.value,
        source="Told by themselves.",
    )
    for answer in (board(overseer), board(overseer, q=round_.case.number)):
        assert round_.case.page.title not in answer.content.decode()
    exported = b"".join(board(overseer, export="csv").streaming_content).decode()
    assert list(csv.reader(io.StringIO(exported)))[1:] == []
    assert reverse("clearinghouse_cases") not in _home(overseer)


def _home(user: Any) -> str:
    client = Client()
    client.force_login(user)
    return client.get(reverse("wagtailadmin_home")).content.decode()


def test_a_row_says_where_a_case_stands(panel: Panel, round_: ReviewRound) -> None:
    (row,) = board_rows(board_cases(panel.chair))
    assert (row.seats, row.filled, row.filed, row.clock, row.chair_needed_for) == (
        3,
        0,
        0,
        None,
        ["put the panel together"],
    )
    start_reviews(panel, round_)
    for user in panel.reviewers[:3]:
        file_one(round_, user)
    (row,) = board_rows(board_cases(panel.chair))
    assert (row.filled, row.filed, row.chair_needed_for) == (3, 3, ["decide"])
    assert row.clock is not None
    assert (row.clock.label, row.clock.is_overdue) == ("The round", False)


def test_a_declared_conflict_waits_for_the_chair(panel: Panel, round_: ReviewRound) -> None:
    seat = start_reviews(panel, round_)[0]
    assert numbers(panel.chair, needs_chair=True) == []
    Assignment.objects.filter(pk=seat.pk).update(state=AssignmentState.ACCEPTED.value)
    seat.declarations.all().delete()
    declare_conflicts(
        assignment_id=seat.pk,
        kinds=[ConflictKind.EVALUATOR],
        details="I evaluated it.",
        actor=panel.reviewers[0],
    )
    assert numbers(panel.chair, needs_chair=True) == [round_.case.number]
    (row,) = board_rows(board_cases(panel.chair))
    assert row.chair_needed_for == ["resolve a declared conflict"]


def test_the_first_clock_is_shown_and_overdue_is_said_in_words(
    panel: Panel, round_: ReviewRound
) -> None:
    seats = start_reviews(panel, round_)
    assert numbers(panel.chair, overdue=True) == []
    late = timezone.now() - dt.timedelta(days=2)
    Assignment.objects.filter(pk=seats[1].pk).update(review_by=late)
    assert numbers(panel.chair, overdue=True) == [round_.case.number]
    (row,) = board_rows(board_cases(panel.chair))
    assert row.clock is not None
    assert (row.clock.label, row.clock.due_on) == ("A review", timezone.localtime(late).date())
    assert row.is_overdue
    assert "(overdue)" in board(panel.chair).content.decode()


def test_filters_and_search(panel: Panel, round_: ReviewRound) -> None:
    other = panel.submit(panel.make_curriculum("another"))
    start_reviews(panel, round_)
    overseer = make_overseer()
    both = [other.case.number, round_.case.number]
    assert numbers(overseer) == both
    assert numbers(overseer, mine=True) == []
    assert numbers(panel.chair, mine=True) == both
    assert numbers(panel.reviewers[0], mine=True) == [round_.case.number]
    assert numbers(overseer, text="ANOTH") == [other.case.number]
    assert numbers(overseer, text=round_.case.number) == [round_.case.number]
    assert numbers(overseer, text="no\x00such") == []
    assert numbers(overseer, needs_chair=True) == [other.case.number]
    assert numbers(overseer, state="in_review") == both
    assert numbers(overseer, state="decided") == []
    page = board(overseer, q="another", state="nonsense").content.decode()
    assert other.case.number in page
    assert round_.case.number not in page


def test_the_spreadsheet_holds_the_same_rows_and_no_formula(
    panel: Panel, round_: ReviewRound
) -> None:
    Case.objects.get(pk=round_.case_id).page.specific_class.objects.filter(
        pk=round_.case.page_id
    ).update(title="=cmd()")
    answer = board(panel.chair, export="csv", needs_chair="on")
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert rows == [
        [
            "Number",
            "Page",
            "Kind",
            "State",
            "Round",
            "Seats",
            "Seats filled",
            "Reviews filed",
            "Next due",
            "Needs the chair to",
            "Chair",
        ],
        [
            round_.case.number,
            "'=cmd()",
            "Initial review",
            "In review",
            "1",
            "3",
            "0",
            "0",
            "",
            "put the panel together",
            str(panel.chair),
        ],
    ]


def _many(panel: Panel, round_: ReviewRound, cases: int, seats: int) -> None:
    """Copy the case and its round until there are `cases`, each with `seats` reviewers."""
    page = round_.case.page
    people = [make_reviewer(f"r-{number}", RoleClass.LEGAL) for number in range(seats)]
    for number in range(cases - Case.objects.count()):
        case = Case.objects.create(number=f"X-{number}", page=page, state="withdrawn")
        round_.pk, round_.uid, round_.case = None, None, case
        round_.uid = case.uid
        round_._state.adding = True
        round_.save()
    Assignment.objects.bulk_create(
        Assignment(
            round=each,
            reviewer=user,
            role_class=RoleClass.LEGAL.value,
            seat=seat,
            respond_by=timezone.now(),
        )
        for each in ReviewRound.objects.all()
        for seat, user in enumerate(people, 1)
    )


@pytest.mark.parametrize(("cases", "seats"), [(1, 3), (1, 50), (300, 3)])
def test_the_board_asks_the_same_however_many_there_are(
    panel: Panel, round_: ReviewRound, cases: int, seats: int
) -> None:
    _many(panel, round_, cases, seats)
    client = Client()
    client.force_login(panel.chair)
    client.get(reverse("clearinghouse_cases"))
    panel.chair.has_perm("any.permission")  # read once for each request
    with CaptureQueriesContext(connection) as asked:
        rows = board_rows(board_cases(panel.chair))
    assert (len(rows), len(asked)) == (cases, ROW_STATEMENTS)
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse("clearinghouse_cases"))
    assert len(asked) == PAGE_STATEMENTS


def test_pages_keep_the_filters(panel: Panel, round_: ReviewRound) -> None:
    _many(panel, round_, 60, 0)
    page = board(panel.chair, state="withdrawn").content.decode()
    assert page.count('<th scope="row"><a ') == 25
    assert "?state=withdrawn&amp;p=2" in page
    last = board(panel.chair, state="withdrawn", p="99").content.decode()
    assert last.count('<th scope="row"><a ') == 9


def test_a_stranger_sees_an_empty_board(round_: ReviewRound) -> None:
    assert "There is no case for you to see." in board(make_user("stranger")).content.decode()
