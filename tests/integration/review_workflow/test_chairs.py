"""Naming a chair: by overseers only, somebody without conflict or seat, recorded and told."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from review_workflow.enums import ConflictKind
from review_workflow.models import AuditEntry, KnownConflict, OutgoingMessage, ReviewRound
from review_workflow.services import name_chair

from .panels import Panel, make_overseer, make_panel, make_user
from .reviewing import start_reviews


@pytest.fixture
def panel(site_tree: dict[str, Any]) -> Panel:
    return make_panel(site_tree)


@pytest.fixture
def round_(panel: Panel) -> ReviewRound:
    """A round whose chair turned out to have a conflict: nobody could decide it."""
    round_ = panel.submit()
    start_reviews(panel, round_)
    party = round_.case.parties.get().organisation
    KnownConflict.objects.create(
        reviewer=panel.chair, organisation=party, kind=ConflictKind.FAMILY.value, source="Told."
    )
    return round_


@pytest.fixture
def newcomer() -> Any:
    return make_user("newcomer")


STATEMENTS = 15


def page_of(user: Any, round_: ReviewRound, **form: Any) -> Any:
    client = Client()
    client.force_login(user)
    address = reverse("clearinghouse_case_chair", args=[round_.case.uid])
    return client.post(address, form) if form else client.get(address)


def test_an_overseer_names_another_chair(panel: Panel, round_: ReviewRound, newcomer: Any) -> None:
    overseer = make_overseer()
    assert page_of(overseer, round_).status_code == 200
    answer = page_of(overseer, round_, chair=newcomer.pk, reason="The chair's sister works there.")
    assert answer.status_code == 302
    round_.refresh_from_db()
    assert round_.chair == newcomer
    entry = AuditEntry.objects.get(kind="chair_named")
    assert (entry.actor, entry.payload["before"], entry.payload["chair"]) == (
        overseer,
        panel.chair.pk,
        newcomer.pk,
    )
    told = OutgoingMessage.objects.get(key=f"chair-named:{entry.uid}")
    assert (told.recipient, told.case) == (newcomer, round_.case)


def test_nobody_else_names_a_chair(panel: Panel, round_: ReviewRound, newcomer: Any) -> None:
    for user in (panel.chair, panel.reviewers[0], panel.editor, newcomer):
        assert page_of(user, round_, chair=newcomer.pk, reason="Mine.").status_code == 404
        with pytest.raises(PermissionDenied):
            name_chair(round_id=round_.pk, chair=newcomer, reason="Mine.", actor=user)
    round_.refresh_from_db()
    assert round_.chair == panel.chair


def test_neither_a_conflict_nor_a_seat_may_chair(
    panel: Panel, round_: ReviewRound, newcomer: Any
) -> None:
    overseer = make_overseer()
    gone = make_user("gone", is_active=False)
    for user in (panel.chair, panel.reviewers[0], gone):
        with pytest.raises(ValidationError, match="without a conflict") as caught:
            name_chair(round_id=round_.pk, chair=user, reason="So be it.", actor=overseer)
        assert set(caught.value.message_dict) == {"chair"}
        assert page_of(overseer, round_, chair=user.pk, reason="So be it.").status_code == 422
    with pytest.raises(ValidationError) as caught:
        name_chair(round_id=round_.pk, chair=newcomer, reason=" ", actor=overseer)
    assert set(caught.value.message_dict) == {"reason"}
    assert not AuditEntry.objects.filter(kind="chair_named").exists()


def test_the_pages_statements_do_not_grow_with_the_seats(
    panel: Panel, round_: ReviewRound, django_assert_num_queries: Any
) -> None:
    overseer = make_overseer()
    client = Client()
    client.force_login(overseer)
    address = reverse("clearinghouse_case_chair", args=[round_.case.uid])
    client.get(address)
    with django_assert_num_queries(STATEMENTS):
        client.get(address)
    for number in range(30):
        make_user(f"person{number}")
    with django_assert_num_queries(STATEMENTS):
        client.get(address)
