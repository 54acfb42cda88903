"""Granting approvals, and a history that can only grow."""

import datetime as dt
import hashlib
import threading
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import DatabaseError, IntegrityError, connection, transaction

from curriculum_pages.models import CurriculumPage
from review_workflow.enums import ApprovalBasis, ApprovalEventKind
from review_workflow.lifecycle import Event
from review_workflow.models import Approval, ApprovalEvent
from review_workflow.models.approval import AppendOnlyError
from review_workflow.services import (
    Term,
    correct_approval,
    grant_approval,
    record_approval_event,
    verify_history,
)

from .conftest import PASSED, RUNNING, approve

pytestmark = pytest.mark.django_db
TABLE = ApprovalEvent._meta.db_table


def drop_the_triggers(cursor: Any) -> None:
    """Do what a person with the database's own password could do."""
    if connection.vendor == "sqlite":
        for verb in ("update", "delete"):
            cursor.execute(f"DROP TRIGGER {TABLE}_no_{verb}")
    else:
        cursor.execute(f"DROP TRIGGER {TABLE}_append_only ON {TABLE}")


@pytest.fixture
def history(approved: CurriculumPage) -> Approval:
    """An approval with three entries."""
    granted = Approval.objects.get()
    for kind in (ApprovalEventKind.REVIEW_OPENED, ApprovalEventKind.REVIEW_CLOSED):
        record_approval_event(
            approval=granted, event=Event(kind, dt.date(2025, 3, 1)), reason="Looked at again."
        )
    return granted


class TestGranting:
    def test_it_publishes_exactly_the_revision(self, curriculum: CurriculumPage) -> None:
        first = curriculum.get_latest_revision()
        curriculum.title = "Newer"
        curriculum.save_revision()
        granted = approve(curriculum, revision=first)
        page = CurriculumPage.objects.get(pk=curriculum.pk)
        assert (page.title, page.live_revision, page.has_unpublished_changes) == (
            "One",
            first,
            True,
        )
        assert granted.snapshot["title"] == "One"
        assert granted.events.get().seq == 1

    def test_over_a_standing_one_it_supersedes(self, approved: CurriculumPage) -> None:
        approve(approved, "A-2")
        old, new = Approval.objects.order_by("number")
        assert (old.standing, old.is_current) == ("superseded", False)
        assert (new.standing, new.is_current) == ("active", True)
        assert old.events.order_by("seq").last().kind == "superseded"
        assert CurriculumPage.objects.get(pk=approved.pk).approval_in_force == new

    def test_one_that_is_over_already_publishes_nothing(self, curriculum: CurriculumPage) -> None:
        granted = approve(curriculum, term=PASSED)
        assert granted.get_status_display() == "Expired"
        assert not CurriculumPage.objects.get(pk=curriculum.pk).live

    def test_the_last_day_counts(self, curriculum: CurriculumPage, monkeypatch: Any) -> None:
        granted = approve(curriculum, term=PASSED)
        assert Approval.objects.in_force(dt.date(2025, 6, 30)).get() == granted
        assert Approval.objects.in_force(dt.date(2025, 1, 1)).get() == granted
        assert not Approval.objects.in_force(dt.date(2025, 7, 1)).exists()
        assert not Approval.objects.in_force(dt.date(2024, 12, 31)).exists()

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"number": " "}, "number"),
            ({"reason": " "}, "reason"),
            ({"term": Term(dt.date(2098, 1, 1), dt.date(2099, 1, 1))}, "approved_on"),
            ({"term": Term(dt.date(2025, 1, 2), dt.date(2025, 1, 1))}, "expires_on"),
            ({"basis": ApprovalBasis.RECORDED}, "document"),
        ],
    )
    def test_a_fault_names_its_field_and_writes_nothing(
        self, curriculum: CurriculumPage, changes: Any, field: str
    ) -> None:
        with pytest.raises(ValidationError) as caught:
            approve(curriculum, **changes)
        assert set(caught.value.message_dict) == {field}
        assert not Approval.objects.exists()
        assert not ApprovalEvent.objects.exists()
        assert not CurriculumPage.objects.get().live

    def test_a_number_is_used_once(
        self, approved: CurriculumPage, curriculum: CurriculumPage
    ) -> None:
        with pytest.raises(ValidationError) as caught:
            approve(curriculum, "A-1")
        assert set(caught.value.message_dict) == {"number"}
        with pytest.raises(IntegrityError), transaction.atomic():
            Approval.objects.filter(number="A-1").get().page.approvals.create(
                number="A-1",
                basis="panel",
                snapshot={},
                snapshot_schema=1,
                approved_on=dt.date(2025, 1, 1),
                expires_on=dt.date(2025, 1, 1),
                is_current=False,
            )

    def test_a_revision_of_another_page(
        self, approved: CurriculumPage, curriculum: CurriculumPage
    ) -> None:
        with pytest.raises(ValidationError) as caught:
            approve(curriculum, "A-2", revision=approved.live_revision)
        assert set(caught.value.message_dict) == {"revision"}

    def test_the_document_is_kept_with_its_hash(self, curriculum: CurriculumPage) -> None:
        approve(
            curriculum,
            basis=ApprovalBasis.RECORDED,
            document=ContentFile(b"%PDF-1.7", name="letter.pdf"),
        )
        entry = ApprovalEvent.objects.get()
        assert entry.document_sha256 == hashlib.sha256(b"%PDF-1.7").hexdigest()
        assert verify_history(entry.approval) == {}

    def test_only_an_imported_approval_is_corrected(self, approved: CurriculumPage) -> None:
        with pytest.raises(ValidationError) as caught:
            correct_approval(
                approval=Approval.objects.get(),
                term=RUNNING,
                reason="Again.",
                revision=approved.live_revision,
            )
        assert set(caught.value.message_dict) == {"basis"}


class TestOneCurrentApproval:
    def test_the_database_forbids_two(self, approved: CurriculumPage) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            approved.approvals.create(
                number="A-2",
                basis="panel",
                snapshot={},
                snapshot_schema=1,
                approved_on=dt.date(2025, 1, 1),
                expires_on=dt.date(2026, 1, 1),
            )

    def test_the_database_forbids_an_end_before_the_beginning(
        self, approved: CurriculumPage
    ) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            Approval.objects.update(expires_on=dt.date(2024, 1, 1))


class TestTheHistory:
    def test_it_verifies(self, history: Approval) -> None:
        assert [entry.seq for entry in history.events.order_by("seq")] == [1, 2, 3]
        assert verify_history(history) == {}

    def test_the_model_refuses_changes(self, history: Approval) -> None:
        entry = history.events.first()
        entry.reason = "Another."
        for change in (entry.save, entry.delete, history.delete):
            with pytest.raises(AppendOnlyError):
                change()

    @pytest.mark.parametrize(
        "change",
        [
            lambda: ApprovalEvent.objects.update(reason="Another."),
            lambda: ApprovalEvent.objects.all()._raw_delete("default"),
        ],
        ids=["update", "delete"],
    )
    def test_the_database_refuses_changes(self, history: Approval, change: Any) -> None:
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()
        assert verify_history(history) == {}
        assert history.events.count() == 3

    def test_an_approval_with_a_history_is_not_deleted(self, history: Approval) -> None:
        def remove() -> None:
            Approval.objects.all()._raw_delete("default")
            connection.check_constraints()

        with pytest.raises(IntegrityError), transaction.atomic():
            remove()
        assert Approval.objects.exists()

    @pytest.mark.parametrize(
        ("tampering", "found"),
        [
            ("UPDATE {} SET reason = 'x' WHERE seq = 2", {2}),
            ("UPDATE {} SET effective_on = '2020-01-01' WHERE seq = 1", {1}),
            ("UPDATE {} SET until = '2199-01-01' WHERE seq = 1", {1}),
            ("UPDATE {} SET hash = 'x' WHERE seq = 2", {2, 3}),
            ("DELETE FROM {} WHERE seq = 2", {3}),
        ],
    )
    def test_tampering_is_found(self, history: Approval, tampering: str, found: set[int]) -> None:
        with connection.cursor() as cursor:
            drop_the_triggers(cursor)
            cursor.execute(tampering.format(TABLE))
        assert set(verify_history(history)) == found

    def test_an_impossible_event_is_refused(self, history: Approval) -> None:
        with pytest.raises(ValidationError):
            record_approval_event(
                approval=history,
                event=Event(ApprovalEventKind.REINSTATED, dt.date(2025, 3, 1)),
                reason="Was never suspended.",
            )
        assert history.events.count() == 3


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("migrated_rows")
def test_two_grants_at_once_leave_one_current_approval(make_curriculum: Any, rounds: int) -> None:
    page = make_curriculum("raced")
    for turn in range(rounds):
        start = threading.Barrier(2)
        failures: list[BaseException] = []

        def grant(number: str, start: Any = start, failures: Any = failures) -> None:
            try:
                mine = CurriculumPage.objects.get(pk=page.pk)
                start.wait(timeout=20)
                grant_approval(
                    page=mine,
                    basis=ApprovalBasis.PANEL,
                    number=number,
                    term=RUNNING,
                    reason="Decided.",
                )
            except BaseException as error:  # noqa: BLE001 - reported by the test
                failures.append(error)
            finally:
                connection.close()

        threads = [
            threading.Thread(target=grant, args=(f"{turn}-{number}",)) for number in range(2)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        assert failures == []
        assert page.approvals.filter(is_current=True).count() == 1
        assert page.approvals.exclude(standing="superseded").count() == 1
        assert page.approvals.count() == 2 * (turn + 1)
        for granted in page.approvals.all():
            assert verify_history(granted) == {}


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("migrated_rows")
def test_a_number_granted_twice_at_once_is_given_once(make_curriculum: Any, rounds: int) -> None:
    pages = [make_curriculum(slug) for slug in ("left", "right")]
    for turn in range(rounds):
        # Both have looked whether the number is free before either goes on to take it.
        looked = threading.Barrier(2)
        outcomes: list[Any] = []

        def grant(
            page: Any, turn: int = turn, looked: Any = looked, outcomes: Any = outcomes
        ) -> None:
            def wait_for_the_other(execute: Any, sql: str, *rest: Any) -> Any:
                if sql.startswith(f'INSERT INTO "{Approval._meta.db_table}"'):
                    looked.wait(timeout=20)
                return execute(sql, *rest)

            try:
                with transaction.atomic(), connection.execute_wrapper(wait_for_the_other):
                    page = CurriculumPage.objects.get(pk=page.pk)
                    outcomes.append(_granted_or_told(page, f"T-{turn}"))
            except BaseException as error:  # noqa: BLE001 - reported by the test
                outcomes.append(error)
            finally:
                connection.close()

        threads = [threading.Thread(target=grant, args=(page,)) for page in pages]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        told = {"number": [f"Another approval has the number T-{turn}."]}
        assert sorted(outcomes, key=str) == ["granted", told]
        assert Approval.objects.filter(number=f"T-{turn}").count() == 1
    assert Approval.objects.count() == rounds


def _granted_or_told(page: CurriculumPage, number: str) -> Any:
    """Say what came of granting; the transaction around it must still be able to read."""
    try:
        approve(page, number)
    except ValidationError as error:
        Approval.objects.filter(number=number).get()
        return error.message_dict
    return "granted"
