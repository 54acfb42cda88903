"""Seats: the chair opens a panel, reviewers answer, what falls free is offered again."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from review_workflow.enums import AssignmentState, RoleClass, RoundState
from review_workflow.models import (
    Affiliation,
    Assignment,
    AuditEntry,
    KnownConflict,
    OutgoingMessage,
    ReviewRound,
)
from review_workflow.permissions import access_to
from review_workflow.services import (
    accept_invitation,
    declare_conflicts,
    decline_invitation,
    invite_reviewer,
    open_panel,
    re_offer_seats,
    release_seat,
)

from .panels import Panel, make_organisation, make_overseer, make_panel, make_reviewer, make_user

State = AssignmentState
OPENING_STATEMENTS = 32


@pytest.fixture
def panel(site_tree: dict[str, Any]) -> Panel:
    return make_panel(site_tree)


@pytest.fixture
def round_(panel: Panel) -> ReviewRound:
    return panel.submit()


@pytest.fixture
def opened(panel: Panel, round_: ReviewRound) -> ReviewRound:
    """A round whose panel is invited; `spare` is left."""
    keys = [user.pk for user in panel.reviewers[:3]]
    return open_panel(round_id=round_.pk, reviewers=keys, actor=panel.chair)


def seat_of(round_: ReviewRound, user: Any) -> Assignment:
    return Assignment.objects.get(round=round_, reviewer=user)


def states(round_: ReviewRound) -> dict[str, str]:
    return {
        seat.reviewer.first_name: seat.state
        for seat in Assignment.objects.filter(round=round_).select_related("reviewer")
    }


def start_review(round_: ReviewRound, user: Any) -> Assignment:
    seat = seat_of(round_, user)
    accept_invitation(assignment_id=seat.pk, actor=user)
    return declare_conflicts(assignment_id=seat.pk, kinds=[], actor=user)


def untouched() -> tuple[int, int, int]:
    return (
        Assignment.objects.count(),
        OutgoingMessage.objects.count(),
        AuditEntry.objects.count(),
    )


def test_opening_a_panel_invites_and_records(panel: Panel, opened: ReviewRound) -> None:
    opened.refresh_from_db()
    seats = list(Assignment.objects.filter(round=opened).order_by("seat"))
    assert opened.state == RoundState.REVIEWING
    assert opened.due_at - opened.opened_at == dt.timedelta(days=37)
    assert [(seat.seat, seat.reviewer, seat.state) for seat in seats] == [
        (place, user, "invited") for place, user in enumerate(panel.reviewers[:3], start=1)
    ]
    assert {seat.respond_by - seat.invited_at for seat in seats} == {dt.timedelta(days=7)}
    invitations = OutgoingMessage.objects.filter(key__startswith="invitation:")
    assert {message.recipient for message in invitations} == set(panel.reviewers[:3])
    entries = AuditEntry.objects.filter(case=opened.case).order_by("seq")
    assert [entry.kind for entry in entries][-2:] == ["reviewers_invited", "panel_opened"]
    assert "example.org" not in str([entry.payload for entry in entries])


def test_everything_wrong_with_a_panel_is_said_and_nothing_written(
    panel: Panel, round_: ReviewRound
) -> None:
    practitioner, _clinician, _researcher, spare = panel.reviewers
    before = untouched()
    with pytest.raises(ValidationError) as error:
        open_panel(round_id=round_.pk, reviewers=[practitioner.pk, spare.pk], actor=panel.chair)
    assert error.value.message_dict == {
        "reviewers": [
            "1 seat is empty.",
            "The rule also asks for: 1 × Academic researcher, 1 × {}.".format(
                "Mental- or behavioral-health clinician"
            ),
        ]
    }
    assert untouched() == before
    round_.refresh_from_db()
    assert round_.state == RoundState.ASSEMBLING


def test_two_from_one_organisation_are_refused(panel: Panel, round_: ReviewRound) -> None:
    employer = Affiliation.objects.get(profile__user=panel.reviewers[0]).organisation
    Affiliation.objects.filter(profile__user=panel.reviewers[1]).update(organisation=employer)
    keys = [user.pk for user in panel.reviewers[:3]]
    with pytest.raises(ValidationError, match="belong to one organisation"):
        open_panel(round_id=round_.pk, reviewers=keys, actor=panel.chair)


@pytest.mark.parametrize(
    "change", ["untrained", "trained tomorrow", "profile off", "user off", "no reviewer"]
)
def test_only_active_trained_reviewers_are_seated(
    panel: Panel, round_: ReviewRound, change: str
) -> None:
    user = panel.reviewers[0]
    profile = user.reviewer_profile
    if change == "untrained":
        profile.trained_on = None
    elif change == "trained tomorrow":
        profile.trained_on = timezone.localdate() + dt.timedelta(days=1)
    elif change == "profile off":
        profile.is_active = False
    elif change == "user off":
        user.is_active = False
        user.save()
    else:
        user = make_user("nobody-of-note")
    profile.save()
    keys = [user.pk, *(each.pk for each in panel.reviewers[1:3])]
    with pytest.raises(ValidationError, match="no active, trained reviewer"):
        open_panel(round_id=round_.pk, reviewers=keys, actor=panel.chair)


def test_a_conflict_keeps_a_reviewer_off_the_panel(panel: Panel, round_: ReviewRound) -> None:
    KnownConflict.objects.create(
        reviewer=panel.reviewers[0], organisation=panel.provider.organisation, source="A letter"
    )
    with pytest.raises(ValidationError, match="conflict of interest: Other: Provider of courses"):
        open_panel(
            round_id=round_.pk,
            reviewers=[user.pk for user in panel.reviewers[:3]],
            actor=panel.chair,
        )


@pytest.mark.parametrize("who", ["reviewer", "editor", "superuser", "other chair", "overseer"])
def test_nobody_but_the_chair_manages_seats(
    panel: Panel, opened: ReviewRound, who: str, django_user_model: Any
) -> None:
    actor = {
        "reviewer": lambda: panel.reviewers[0],
        "editor": lambda: panel.editor,
        "superuser": lambda: django_user_model.objects.create_superuser("root@example.org"),
        "other chair": lambda: make_user("other-chair"),
        "overseer": make_overseer,
    }[who]()
    seat = seat_of(opened, panel.reviewers[1])
    before = (untouched(), states(opened))
    for attempt in (
        lambda: open_panel(round_id=opened.pk, reviewers=[], actor=actor),
        lambda: invite_reviewer(round_id=opened.pk, reviewer=panel.reviewers[3].pk, actor=actor),
        lambda: release_seat(assignment_id=seat.pk, reason="Why not", actor=actor),
    ):
        with pytest.raises(PermissionDenied):
            attempt()
    assert (untouched(), states(opened)) == before


def test_nobody_answers_for_somebody_else(panel: Panel, opened: ReviewRound) -> None:
    seat = seat_of(opened, panel.reviewers[0])
    before = (untouched(), states(opened))
    for actor in (panel.reviewers[1], panel.chair, panel.editor):
        for attempt in (
            lambda actor=actor: accept_invitation(assignment_id=seat.pk, actor=actor),
            lambda actor=actor: decline_invitation(assignment_id=seat.pk, reason="No", actor=actor),
            lambda actor=actor: declare_conflicts(assignment_id=seat.pk, kinds=[], actor=actor),
        ):
            with pytest.raises(PermissionDenied):
                attempt()
    assert (untouched(), states(opened)) == before


def test_the_way_to_a_review(panel: Panel, opened: ReviewRound) -> None:
    user = panel.reviewers[0]
    seat = seat_of(opened, user)
    assert not access_to(user, opened).can_open_files
    with pytest.raises(PermissionDenied):
        declare_conflicts(assignment_id=seat.pk, kinds=[], actor=user)
    accept_invitation(assignment_id=seat.pk, actor=user)
    accept_invitation(assignment_id=seat.pk, actor=user)
    assert not access_to(user, opened).can_open_files
    declare_conflicts(assignment_id=seat.pk, kinds=[], actor=user)
    declare_conflicts(assignment_id=seat.pk, kinds=["none"], actor=user)
    seat.refresh_from_db()
    assert seat.state == State.IN_PROGRESS
    assert (seat.review_by - timezone.now()).days == 29
    assert access_to(user, opened).can_review
    kinds = AuditEntry.objects.filter(case=opened.case).values_list("kind", flat=True)
    assert list(kinds).count("seat_accepted") == 1


def test_declining_needs_a_reason_and_offers_the_seat_to_another(
    panel: Panel, opened: ReviewRound
) -> None:
    user, spare = panel.reviewers[0], panel.reviewers[3]
    seat = seat_of(opened, user)
    with pytest.raises(ValidationError) as error:
        decline_invitation(assignment_id=seat.pk, reason=" ", suggestion="x" * 301, actor=user)
    assert set(error.value.message_dict) == {"reason", "suggestion"}
    decline_invitation(assignment_id=seat.pk, reason="No time", suggestion="Spare", actor=user)
    assert not access_to(user, opened).can_see
    re_offer_seats()
    after = untouched()
    assert states(opened) == {
        "Practitioner": "declined",
        "Clinician": "invited",
        "Researcher": "invited",
        "Spare": "invited",
    }
    seat.refresh_from_db()
    assert seat.re_offered_at is not None
    assert seat_of(opened, spare).seat == 4
    re_offer_seats()
    assert untouched() == after


def test_an_offer_keeps_the_composition_possible(panel: Panel, opened: ReviewRound) -> None:
    """Only a clinician can take a clinician's place, however well others fit."""
    seat = seat_of(opened, panel.reviewers[1])
    decline_invitation(assignment_id=seat.pk, reason="No time", actor=panel.reviewers[1])
    re_offer_seats()
    assert "Spare" not in states(opened)
    told = OutgoingMessage.objects.filter(key__startswith="nobody-left:")
    assert [message.recipient for message in told] == [panel.chair]
    re_offer_seats()
    assert told.count() == 1
    make_reviewer("late-clinician", RoleClass.CLINICIAN)
    told.update(created_at=timezone.now() - dt.timedelta(days=2))
    re_offer_seats()
    assert states(opened)["Late Clinician"] == "invited"


def test_clocks_that_run_out_free_the_seat(panel: Panel, opened: ReviewRound) -> None:
    silent, late, keen, _spare = panel.reviewers
    make_reviewer("second-clinician", RoleClass.CLINICIAN)
    start_review(opened, late)
    start_review(opened, keen)
    past = timezone.now() - dt.timedelta(minutes=1)
    Assignment.objects.filter(reviewer=silent).update(respond_by=past)
    Assignment.objects.filter(reviewer=late).update(review_by=past)
    re_offer_seats()
    assert states(opened) == {
        "Practitioner": "released",
        "Clinician": "overdue",
        "Researcher": "in_progress",
        "Spare": "invited",
        "Second Clinician": "invited",
    }
    # Who is late may still file; who never answered sees nothing any more.
    assert access_to(late, opened).can_review
    assert not access_to(silent, opened).can_see
    after = untouched()
    re_offer_seats()
    assert untouched() == after


def test_a_missing_declaration_frees_the_seat_too(panel: Panel, opened: ReviewRound) -> None:
    seat = seat_of(opened, panel.reviewers[0])
    accept_invitation(assignment_id=seat.pk, actor=panel.reviewers[0])
    Assignment.objects.filter(pk=seat.pk).update(respond_by=timezone.now())
    re_offer_seats()
    assert states(opened)["Practitioner"] == "released"


def test_a_seat_that_the_chair_filled_is_not_offered_again(
    panel: Panel, opened: ReviewRound
) -> None:
    make_reviewer("third-practitioner", RoleClass.LAW_ENFORCEMENT)
    seat = seat_of(opened, panel.reviewers[0])
    release_seat(assignment_id=seat.pk, reason="Asked to", actor=panel.chair)
    invite_reviewer(round_id=opened.pk, reviewer=panel.reviewers[3].pk, actor=panel.chair)
    re_offer_seats()
    assert "Third Practitioner" not in states(opened)
    seat.refresh_from_db()
    assert seat.re_offered_at is not None


def test_a_single_invitation_must_fit(panel: Panel, opened: ReviewRound) -> None:
    spare = panel.reviewers[3]
    with pytest.raises(ValidationError, match="1 reviewer more than seats"):
        invite_reviewer(round_id=opened.pk, reviewer=spare.pk, actor=panel.chair)
    seat = seat_of(opened, panel.reviewers[1])
    release_seat(assignment_id=seat.pk, reason="Asked to", actor=panel.chair)
    with pytest.raises(ValidationError, match="no seat left for: 1 × Mental"):
        invite_reviewer(round_id=opened.pk, reviewer=spare.pk, actor=panel.chair)
    with pytest.raises(ValidationError, match="on this panel already"):
        invite_reviewer(round_id=opened.pk, reviewer=panel.reviewers[0].pk, actor=panel.chair)
    invite_reviewer(round_id=opened.pk, reviewer=panel.reviewers[1].pk, actor=panel.chair)
    seat.refresh_from_db()
    assert (seat.state, seat.seat, seat.closed_reason) == ("invited", 2, "")


def test_offers_pass_over_conflicts_full_reviewers_and_shared_organisations(
    panel: Panel, opened: ReviewRound
) -> None:
    make_reviewer("tied", RoleClass.LAW_ENFORCEMENT, "Provider of courses")
    make_reviewer("colleague", RoleClass.LAW_ENFORCEMENT, "Employer of clinician")
    full = make_reviewer("full", RoleClass.LAW_ENFORCEMENT, capacity=1)
    other = panel.submit(panel.make_curriculum("other"))
    Assignment.objects.create(
        round=other,
        reviewer=full,
        role_class="law_enforcement_practitioner",
        seat=1,
        respond_by=timezone.now() + dt.timedelta(days=7),
    )
    panel.reviewers[3].reviewer_profile.delete()
    seat = seat_of(opened, panel.reviewers[0])
    release_seat(assignment_id=seat.pk, reason="Asked to", actor=panel.chair)
    re_offer_seats()
    assert set(states(opened)) == {"Practitioner", "Clinician", "Researcher"}


def test_one_failing_round_never_stops_the_others(panel: Panel, opened: ReviewRound) -> None:
    broken = panel.submit(panel.make_curriculum("broken"))
    ReviewRound.objects.filter(pk=broken.pk).update(
        rule_snapshot={}, state=RoundState.REVIEWING.value
    )
    for round_ in (broken, opened):
        Assignment.objects.create(
            round=round_,
            reviewer=make_user(f"gone-{round_.pk}"),
            role_class="legal_policy",
            seat=9,
            state="released",
            respond_by=timezone.now(),
        )
    seat = seat_of(opened, panel.reviewers[0])
    release_seat(assignment_id=seat.pk, reason="Asked to", actor=panel.chair)
    ReviewRound.objects.filter(pk=broken.pk).update(created_at=timezone.now())
    re_offer_seats()
    assert states(opened)["Spare"] == "invited"


def test_an_ended_round_takes_no_answers(panel: Panel, opened: ReviewRound) -> None:
    seat = seat_of(opened, panel.reviewers[0])
    ReviewRound.objects.filter(pk=opened.pk).update(state=RoundState.CANCELLED.value)
    for attempt in (
        lambda: accept_invitation(assignment_id=seat.pk, actor=panel.reviewers[0]),
        lambda: decline_invitation(assignment_id=seat.pk, reason="No", actor=panel.reviewers[0]),
        lambda: release_seat(assignment_id=seat.pk, reason="No", actor=panel.chair),
    ):
        with pytest.raises(PermissionDenied, match="has ended"):
            attempt()
    assert re_offer_seats() == 0


@pytest.mark.parametrize("seats", [3, 50])
def test_opening_a_panel_takes_the_same_statements_whatever_its_size(
    site_tree: dict[str, Any], seats: int, django_assert_num_queries: Any
) -> None:
    panel = make_panel(site_tree, seats=seats)
    people = [*panel.reviewers[:3]] + [
        make_reviewer(f"expert-{number}", RoleClass.LEGAL) for number in range(seats - 3)
    ]
    round_ = panel.submit()
    with django_assert_num_queries(OPENING_STATEMENTS):
        open_panel(round_id=round_.pk, reviewers=[user.pk for user in people], actor=panel.chair)
    assert Assignment.objects.filter(round=round_).count() == seats


def test_an_organisation_of_an_overdue_reviewer_still_counts(
    panel: Panel, opened: ReviewRound
) -> None:
    """They may still file, and would then sit beside their colleague."""
    late = panel.reviewers[0]
    Affiliation.objects.create(
        profile=late.reviewer_profile,
        organisation=make_organisation("Employer of spare"),
        from_year=2024,
    )
    start_review(opened, late)
    Assignment.objects.filter(reviewer=late).update(review_by=timezone.now())
    re_offer_seats()
    assert states(opened)["Practitioner"] == "overdue"
    assert "Spare" not in states(opened)
