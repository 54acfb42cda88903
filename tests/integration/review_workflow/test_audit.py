"""The record: whoever changes a row behind the application's back is found, row by row."""

import datetime as dt
import hashlib
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from review_workflow.enums import Outcome
from review_workflow.models import AuditAnchor, AuditEntry, Decision
from review_workflow.services.anchors import drop_daily_anchor
from review_workflow.services.audit import record

from .conftest import approve
from .panels import make_panel

TABLES = {
    "entry": "clearinghouse_review_auditentry",
    "event": "clearinghouse_review_approvalevent",
    "decision": "clearinghouse_review_decision",
    "anchor": "clearinghouse_review_auditanchor",
}


def drop_triggers(table):
    """Do what only the owner of the database could: take its triggers off a table."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else the table is in use
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            return
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table]
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {name}")


def tamper(table, change, *parameters):
    drop_triggers(TABLES[table])
    with connection.cursor() as cursor:
        cursor.execute(change.format(table=TABLES[table]), parameters)


def verify(*arguments):
    """Return what verify_audit says and whether it succeeds."""
    said = StringIO()
    try:
        call_command("verify_audit", *arguments, stdout=said, verbosity=0)
    except CommandError as error:
        return said.getvalue().splitlines(), str(error)
    return said.getvalue().splitlines(), ""


@pytest.fixture
def round_(site_tree):
    return make_panel(site_tree).submit()


@pytest.fixture
def case(round_):
    """A case with entries case_opened, round_opened, then three more."""
    for number in range(3):
        record(case=round_.case, kind="noted", actor=None, number=number)
    return round_.case


@pytest.fixture
def decision(round_):
    letter = "Dear provider, …"
    return Decision.objects.create(
        round=round_,
        outcome=Outcome.DECLINE.value,
        sentence="Because.",
        decided_by=round_.chair,
        letter=letter,
        letter_sha256=hashlib.sha256(letter.encode()).hexdigest(),
    )


def test_a_whole_record_is_found_whole(case, decision, approved):
    anchor = drop_daily_anchor()
    assert verify() == (
        [
            "Every chain is whole; rows looked at: 8.",
            f"Last anchor: {anchor.day.isoformat()} {anchor.hash}",
        ],
        "",
    )
    assert verify("--case", case.number)[0][0] == "Every chain is whole; rows looked at: 7."


def test_an_unknown_case_is_named(db):
    assert verify("--case", "1999-0001") == ([], "There is no case 1999-0001.")


@pytest.mark.parametrize(
    ("change", "row"),
    [
        ("UPDATE {table} SET kind = 'other' WHERE seq = 3", "entry 3: was changed after it"),
        ("UPDATE {table} SET actor_id = NULL WHERE seq = 2", "entry 2: was changed after it"),
        (
            "UPDATE {table} SET recorded_at = '2020-01-01 00:00:00+00:00' WHERE seq = 4",
            "entry 4: was changed after it",
        ),
        ("DELETE FROM {table} WHERE seq = 2", "entry 3: entry 2 is missing before it"),
        ("DELETE FROM {table} WHERE seq = 1", "entry 2: entry 1 is missing before it"),
        ("UPDATE {table} SET prev_hash = 'x' WHERE seq = 5", "entry 5: does not follow"),
        ("DELETE FROM {table}", "entry 1: is missing, as is all of the record"),
    ],
)
def test_the_first_changed_entry_of_a_case_is_named(case, change, row):
    tamper("entry", change)
    said, error = verify()
    assert len(said) == 1
    assert said[0].startswith(f"case {case.number}, {row}")
    assert error.startswith("Broken chains: 1;")


def test_a_forged_entry_breaks_the_one_after_it(case):
    forged = AuditEntry.objects.get(seq=2)
    forged.kind = "forged"
    tamper(
        "entry",
        "UPDATE {table} SET kind = 'forged', hash = %s WHERE seq = 2",
        forged.computed_hash(),
    )
    assert verify()[0] == [f"case {case.number}, entry 3: does not follow the entry before it"]


def test_each_broken_chain_is_named_once_and_others_hold(site_tree):
    panel = make_panel(site_tree)
    cases = [panel.submit(panel.make_curriculum(slug)).case for slug in ("a", "b", "c")]
    tamper("entry", "UPDATE {table} SET kind = 'other' WHERE case_id <> %s", cases[1].pk)
    assert [line.partition(":")[0] for line in verify()[0]] == [
        f"case {cases[0].number}, entry 1",
        f"case {cases[2].number}, entry 1",
    ]
    assert verify("--case", cases[1].number)[1] == ""
    assert verify("--case", cases[2].number)[1] != ""


def test_a_changed_approval_is_named(approved):
    number = approved.current_approval.number
    tamper("event", "UPDATE {table} SET reason = 'other' WHERE seq = 1")
    assert verify()[0] == [f"approval {number}, entry 1: was changed after it was recorded"]


def test_an_approval_without_its_history_is_named(approved):
    number = approved.current_approval.number
    tamper("event", "DELETE FROM {table}")
    assert verify()[0] == [f"approval {number}, entry 1: is missing, as is all of the history"]


def test_a_changed_letter_is_named(case, decision):
    tamper("decision", "UPDATE {table} SET letter = 'Dear all'")
    assert verify()[0] == [
        f"case {case.number}, decision {decision.uid}: its letter was changed after it was frozen"
    ]


def test_an_anchor_tells_when_the_end_of_a_chain_was_cut_off(case):
    anchor = drop_daily_anchor()
    tamper("entry", "DELETE FROM {table} WHERE seq = 5")
    lost = f"case {case.number} has lost its entry 5, or it was changed"
    assert verify()[0] == [f"anchors, anchor of {anchor.day}: {lost}"]
    assert verify("--case", case.number)[1] != ""


def test_an_anchor_tells_when_a_decision_and_its_hash_were_changed_together(case, decision):
    anchor = drop_daily_anchor()
    digest = hashlib.sha256(b"forged").hexdigest()
    tamper("decision", "UPDATE {table} SET letter = 'forged', letter_sha256 = %s", digest)
    lost = f"decision {decision.uid} has lost its entry 1, or it was changed"
    assert verify()[0] == [f"anchors, anchor of {anchor.day}: {lost}"]


@pytest.fixture
def three_anchors(case):
    """Return the anchors of three days; on the second the case went on, on the third it did not."""
    days = []
    start = timezone.now()
    for day in range(3):
        with time_machine.travel(start + dt.timedelta(days=day), tick=False):
            if day == 1:
                record(case=case, kind="noted", actor=None)
            days.append(drop_daily_anchor())
    return days


@pytest.mark.parametrize(
    ("change", "broken", "what"),
    [
        (
            "UPDATE {table} SET heads = '{{}}' WHERE day = %s",
            1,
            "was changed after it was recorded",
        ),
        ("DELETE FROM {table} WHERE day = %s", 2, "does not follow the anchor before it"),
    ],
)
def test_the_first_changed_anchor_is_named(three_anchors, change, broken, what):
    tamper("anchor", change, three_anchors[1].day)
    day = three_anchors[broken].day.isoformat()
    (line,) = verify()[0]
    assert line.startswith(f"anchors, anchor of {day}: {what}")


def test_one_anchor_a_day_covers_every_head_and_the_anchor_before(case, decision, three_anchors):
    first, second, _third = AuditAnchor.objects.order_by("day")
    entries = list(AuditEntry.objects.order_by("seq"))
    assert first.heads[f"case {case.number}"] == [5, entries[4].hash]
    assert second.heads[f"case {case.number}"] == [6, entries[5].hash]
    assert second.heads[f"decision {decision.uid}"][0] == 1
    assert second.prev_hash == first.hash != second.hash
    with time_machine.travel(timezone.now() + dt.timedelta(days=2), tick=False):
        assert drop_daily_anchor() is None
    assert drop_daily_anchor() is None  # a clock that was set back
    assert AuditAnchor.objects.count() == 3


def test_verifying_asks_no_more_of_ten_cases_than_of_one(site_tree, django_assert_num_queries):
    panel = make_panel(site_tree)
    panel.submit()
    drop_daily_anchor()
    with django_assert_num_queries(12):
        verify()
    for number in range(9):
        panel.submit(panel.make_curriculum(f"more-{number}"))
    with time_machine.travel(timezone.now() + dt.timedelta(days=1), tick=False):
        drop_daily_anchor()
    with django_assert_num_queries(13):  # one for the heads of one more anchor
        verify()


@pytest.mark.parametrize("table", ["entry", "event", "decision", "anchor"])
@pytest.mark.parametrize("verb", ["UPDATE {table} SET {column} = 'x'", "DELETE FROM {table}"])
def test_the_database_refuses_to_change_or_delete_the_record(case, decision, approved, table, verb):
    drop_daily_anchor()
    column = "letter" if table == "decision" else "hash"
    statement = verb.format(table=TABLES[table], column=column)
    with (
        pytest.raises(DatabaseError, match=r"append-only|never|superseded"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert verify()[1] == ""


def test_an_approval_of_a_page_without_a_case_is_walked_too(case, curriculum):
    approve(curriculum, "A-9")
    assert verify()[0] == ["Every chain is whole; rows looked at: 6."]
