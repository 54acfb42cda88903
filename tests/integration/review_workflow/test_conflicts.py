"""Conflicts of interest: what is found, declared and resolved, and the wall that follows."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser, Permission
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from curriculum_pages.models import Provider
from home.services import ensure_site_tree
from review_workflow.enums import AssignmentState, ConflictKind, RoleClass
from review_workflow.models import (
    Affiliation,
    Assignment,
    AuditEntry,
    BreakGlassAccess,
    Case,
    ConflictDeclaration,
    KnownConflict,
    OutgoingMessage,
    ReviewerProfile,
    ReviewRound,
)
from review_workflow.permissions import (
    CaseAccess,
    access_to,
    actions_for,
    conflict_condition,
    conflicted_users,
    overseers_of,
    visible_cases,
)
from review_workflow.selectors.candidates import candidates_for
from review_workflow.selectors.conflicts import found_conflicts, same_domain
from review_workflow.services import (
    accept_invitation,
    break_glass,
    declare_conflicts,
    open_panel,
    re_offer_seats,
    resolve_conflict,
)

from .panels import (
    Panel,
    make_organisation,
    make_overseer,
    make_panel,
    make_reviewer,
    make_user,
)

YEAR = timezone.localdate().year
FOUND_STATEMENTS = 4


@pytest.fixture
def panel(site_tree: dict[str, Any]) -> Panel:
    return make_panel(site_tree)


@pytest.fixture
def round_(panel: Panel) -> ReviewRound:
    made = panel.submit()
    open_panel(
        round_id=made.pk, reviewers=[user.pk for user in panel.reviewers[:3]], actor=panel.chair
    )
    return ReviewRound.objects.select_related("case").get(pk=made.pk)


@pytest.fixture
def seat(panel: Panel, round_: ReviewRound) -> Assignment:
    """The practitioner's, accepted."""
    found = Assignment.objects.get(round=round_, reviewer=panel.reviewers[0])
    return accept_invitation(assignment_id=found.pk, actor=panel.reviewers[0])


def declare(seat: Assignment, *kinds: str, details: str = "I wrote a part of it.") -> Assignment:
    return declare_conflicts(
        assignment_id=seat.pk, kinds=kinds, details=details, actor=seat.reviewer
    )


def settle(seat: Assignment, resolution: str, actor: Any, kind: str = "author") -> None:
    resolve_conflict(
        declaration_id=seat.declarations.get(kind=kind).pk,
        resolution=resolution,
        reason="Looked into it.",
        actor=actor,
    )


def test_a_declared_conflict_is_a_wall_until_it_is_settled(
    panel: Panel, round_: ReviewRound, seat: Assignment
) -> None:
    user = seat.reviewer
    declare(seat, "author")
    assert access_to(user, round_) == CaseAccess()
    assert not visible_cases(user).exists()
    assert actions_for(user, round_.case.page) == []
    told = OutgoingMessage.objects.get(key__startswith="conflict:")
    assert told.recipient == panel.chair
    assert "wrote a part" not in told.body
    settle(seat, "clear", panel.chair)
    assert access_to(user, round_).can_review
    assert OutgoingMessage.objects.filter(
        key__startswith="conflict-settled:", recipient=user
    ).exists()


def test_a_managed_conflict_lets_review_and_stays_on_the_record(
    panel: Panel, round_: ReviewRound, seat: Assignment
) -> None:
    declare(seat, "evaluator", "family")
    settle(seat, "manage", panel.chair, "family")
    assert not access_to(seat.reviewer, round_).can_see
    settle(seat, "clear", panel.chair, "evaluator")
    assert access_to(seat.reviewer, round_).can_review
    entries = AuditEntry.objects.filter(case=round_.case, kind="conflict_resolved")
    assert [(entry.payload["conflict"], entry.payload["resolution"]) for entry in entries] == [
        ("family", "manage"),
        ("evaluator", "clear"),
    ]


def test_a_recusal_is_for_good_and_the_seat_goes_on(
    panel: Panel, round_: ReviewRound, seat: Assignment
) -> None:
    declare(seat, "author", "family")
    settle(seat, "recuse", panel.chair)
    seat.refresh_from_db()
    assert seat.state == AssignmentState.RECUSED
    assert set(seat.declarations.values_list("resolution", flat=True)) == {"recuse"}
    farewell = OutgoingMessage.objects.get(key__startswith="seat-closed:")
    assert farewell.case is None
    assert round_.case.number not in farewell.subject + farewell.body
    re_offer_seats()
    assert Assignment.objects.filter(round=round_, reviewer=panel.reviewers[3]).exists()
    # Not in a later case of the same page either, without asking.
    assert [each.kind for each in found_conflicts(round_, [seat.reviewer])[seat.reviewer_id]] == [
        ConflictKind.AUTHOR,
        ConflictKind.FAMILY,
    ]


def test_the_same_word_twice_changes_nothing_and_another_is_refused(
    panel: Panel, round_: ReviewRound, seat: Assignment
) -> None:
    declare(seat, "author")
    settle(seat, "clear", panel.chair)
    before = AuditEntry.objects.count()
    settle(seat, "clear", panel.chair)
    with pytest.raises(PermissionDenied, match="settled already"):
        settle(seat, "recuse", panel.chair)
    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize(
    ("kinds", "details", "field"),
    [
        (["author"], " ", "details"),
        (["none", "author"], "Both", "kinds"),
        (["bribed"], "Yes", "kinds"),
    ],
)
def test_a_declaration_must_make_sense(
    seat: Assignment, kinds: list[str], details: str, field: str
) -> None:
    with pytest.raises(ValidationError) as error:
        declare(seat, *kinds, details=details)
    assert set(error.value.message_dict) == {field}
    assert not ConflictDeclaration.objects.exists()


@pytest.mark.parametrize(
    ("resolution", "reason", "field"), [("pending", "x", "resolution"), ("clear", "", "reason")]
)
def test_a_resolution_must_make_sense(
    panel: Panel, seat: Assignment, resolution: str, reason: str, field: str
) -> None:
    declare(seat, "author")
    with pytest.raises(ValidationError) as error:
        resolve_conflict(
            declaration_id=seat.declarations.get().pk,
            resolution=resolution,
            reason=reason,
            actor=panel.chair,
        )
    assert set(error.value.message_dict) == {field}


def test_nobody_settles_their_own_conflict_or_somebody_elses(
    panel: Panel, seat: Assignment
) -> None:
    declare(seat, "author")
    root = get_user_model().objects.create_superuser("root@example.org")
    for actor in (seat.reviewer, panel.reviewers[1], panel.editor, root, make_overseer()):
        with pytest.raises(PermissionDenied):
            settle(seat, "clear", actor)
    assert seat.declarations.get().resolution == "pending"


def test_a_conflict_that_comes_to_mind_later_closes_the_case(
    panel: Panel, round_: ReviewRound, seat: Assignment
) -> None:
    declare(seat, details="")
    assert access_to(seat.reviewer, round_).can_review
    declare(seat, "family")
    assert access_to(seat.reviewer, round_) == CaseAccess()


@pytest.mark.parametrize(
    ("until", "look_back", "is_hidden", "blocks"),
    [
        (None, 3, True, True),
        (YEAR, 3, True, True),
        (YEAR - 3, 3, True, True),
        (YEAR - 4, 3, False, False),
        (YEAR - 4, 5, True, True),
        (YEAR - 1, 0, False, False),
    ],
)
def test_past_ties_count_as_long_as_the_rule_looks_back(
    site_tree: dict[str, Any], *, until: int | None, look_back: int, is_hidden: bool, blocks: bool
) -> None:
    panel = make_panel(site_tree, look_back_years=look_back)
    round_, teacher = panel.submit(), panel.reviewers[0]
    Affiliation.objects.create(
        profile=teacher.reviewer_profile,
        organisation=panel.provider.organisation,
        kind=ConflictKind.INSTRUCTOR.value,
        from_year=2010,
        until_year=until,
    )
    hidden = Case.objects.filter(conflict_condition(teacher)).exists()
    (found,) = found_conflicts(round_, [teacher])[teacher.pk]
    assert (hidden, found.kind, found.blocks) == (is_hidden, ConflictKind.INSTRUCTOR, blocks)


@pytest.mark.parametrize(
    ("email", "website", "is_same"),
    [
        ("a@provider.example", "https://www.provider.example/about", True),
        ("a@Provider.Example", "http://provider.example", True),
        ("a@mail.provider.example", "https://provider.example", True),
        ("a@provider.example", "https://training.provider.example", True),
        ("a@otherprovider.example", "https://provider.example", False),
        ("a@provider.example", "https://provider.example.org", False),
        ("a@example", "https://provider.example", False),
        ("a@provider.example", "", False),
        ("", "https://provider.example", False),
        ("a@provider.example", "https://[broken", False),
    ],
)
def test_domains(*, email: str, website: str, is_same: bool) -> None:
    assert same_domain(email, website) is is_same


def test_an_address_at_a_party_blocks_until_the_reviewers_word_is_recorded(panel: Panel) -> None:
    party = panel.provider.organisation
    party.url = "https://www.provider.example/"
    party.save()
    get_user_model().objects.filter(pk=panel.reviewers[0].pk).update(email="p@provider.example")
    round_ = panel.submit()
    keys = [user.pk for user in panel.reviewers[:3]]
    with pytest.raises(ValidationError, match="in the domain of Provider of courses"):
        open_panel(round_id=round_.pk, reviewers=keys, actor=panel.chair)
    KnownConflict.objects.create(
        reviewer=panel.reviewers[0], organisation=party, kind="none", source="Their letter"
    )
    open_panel(round_id=round_.pk, reviewers=keys, actor=panel.chair)
    # Likely is no wall: what the reviewer said is no tie.
    assert access_to(panel.reviewers[0], round_).can_see


def test_what_was_found_must_be_explained_when_none_is_declared(
    panel: Panel, round_: ReviewRound, seat: Assignment
) -> None:
    Affiliation.objects.create(
        profile=seat.reviewer.reviewer_profile,
        organisation=panel.provider.organisation,
        from_year=YEAR - 20,
        until_year=YEAR - 10,
    )
    with pytest.raises(ValidationError) as error:
        declare(seat, details="")
    assert set(error.value.message_dict) == {"details"}
    declare(seat, "none", details="That was ten years ago.")
    assert access_to(seat.reviewer, round_).can_review


def test_who_wrote_submitted_or_chairs_cannot_review(panel: Panel) -> None:
    writer, submitter = panel.reviewers[0], panel.reviewers[1]
    page = panel.make_curriculum(owner=writer)
    round_ = panel.submit(page, actor=submitter)
    ReviewRound.objects.filter(pk=round_.pk).update(chair=panel.reviewers[2])
    round_.refresh_from_db()
    blocked = {each.user.pk for each in candidates_for(round_) if each.blocking}
    assert blocked == {user.pk for user in panel.reviewers[:3]}


def test_the_operators_own_case_keeps_its_staff_out(
    site_tree: dict[str, Any],
) -> None:
    panel = make_panel(site_tree)
    operator = make_organisation("Operator", is_operator=True)
    panel.provider = Provider.objects.create(organisation=operator)
    root = get_user_model().objects.create_superuser("root@example.org")
    staff_chair = make_user("a-staff-chair", is_staff=True)
    panel.task.chairs.set([staff_chair, panel.chair])
    staff = panel.reviewers[0]
    staff.is_staff = True
    staff.save()
    round_ = panel.submit()
    assert round_.case.is_operators
    assert round_.chair == panel.chair
    for user in (root, staff_chair, staff):
        assert access_to(user, round_) == CaseAccess()
    assert [each.user for each in candidates_for(round_) if each.blocking] == [staff]
    # Whoever works for the operator without being marked as staff is tied by the affiliation.
    Affiliation.objects.filter(profile__user=panel.reviewers[1]).update(organisation=operator)
    assert panel.reviewers[1].pk in {row["pk"] for row in conflicted_users(round_.case)}


def test_a_chair_behind_the_wall_manages_nothing(panel: Panel, round_: ReviewRound) -> None:
    KnownConflict.objects.create(
        reviewer=panel.chair, organisation=panel.provider.organisation, source="A letter"
    )
    panel.chair.user_permissions.add(Permission.objects.get(codename="break_glass"))
    chair = get_user_model().objects.get(pk=panel.chair.pk)
    assert access_to(chair, round_) == CaseAccess()
    break_glass(case_id=round_.case_id, reason="The deputy is ill.", actor=chair)
    access = access_to(chair, round_)
    assert (access.can_see, access.manages, access.by_break_glass) == (True, True, True)
    assert not any((access.can_decide, access.can_discuss, access.is_chair))


def test_a_reviewer_behind_the_wall_reads_only_through_broken_glass(
    panel: Panel, round_: ReviewRound, seat: Assignment
) -> None:
    declare(seat, details="")
    KnownConflict.objects.create(
        reviewer=seat.reviewer, organisation=panel.provider.organisation, source="A letter"
    )
    seat.reviewer.user_permissions.add(Permission.objects.get(codename="break_glass"))
    user = get_user_model().objects.get(pk=seat.reviewer_id)
    break_glass(case_id=round_.case_id, reason="Audit", actor=user)
    access = access_to(user, round_)
    assert not any((access.can_review, access.can_amend, access.has_filed))


def test_broken_glass_is_recorded_told_and_ends(panel: Panel, round_: ReviewRound) -> None:
    root = get_user_model().objects.create_superuser("root@example.org")
    overseer = make_overseer()
    tied_overseer = make_overseer("tied")
    for user in (root, tied_overseer):
        KnownConflict.objects.create(
            reviewer=user, organisation=panel.provider.organisation, source="A letter"
        )
    assert access_to(root, round_) == CaseAccess()
    with pytest.raises(ValidationError):
        break_glass(case_id=round_.case_id, reason=" ", actor=root)
    access = break_glass(case_id=round_.case_id, reason="A complaint came in.", actor=root)
    assert break_glass(case_id=round_.case_id, reason="Again", actor=root) == access
    assert access.until - access.opened_at == dt.timedelta(hours=4)
    assert access_to(root, round_).can_see
    entry = AuditEntry.objects.get(kind="glass_broken")
    assert entry.actor == root
    assert set(entry.payload) == {"access", "until"}
    told = OutgoingMessage.objects.filter(key__startswith="break-glass:")
    assert {message.recipient for message in told} == {panel.chair, overseer}
    BreakGlassAccess.objects.update(until=timezone.now())
    assert access_to(root, round_) == CaseAccess()


def test_glass_is_not_for_everybody(panel: Panel, round_: ReviewRound) -> None:
    root = get_user_model().objects.create_superuser("root@example.org")
    for actor in (panel.editor, panel.chair, make_overseer(), root):
        with pytest.raises(PermissionDenied):  # root needs none: nothing hides the case
            break_glass(case_id=round_.case_id, reason="Curious", actor=actor)
    assert not BreakGlassAccess.objects.exists()


def test_inactive_and_anonymous_people_see_nothing(panel: Panel, round_: ReviewRound) -> None:
    panel.chair.is_active = False
    assert access_to(panel.chair, round_) == CaseAccess()
    assert access_to(AnonymousUser(), round_) == CaseAccess()
    assert not visible_cases(AnonymousUser()).exists()


def test_found_conflicts_take_the_same_statements_whatever_the_number(
    panel: Panel, round_: ReviewRound, django_assert_num_queries: Any
) -> None:
    people = [make_reviewer(f"expert-{n}", RoleClass.LEGAL) for n in range(30)]
    round_ = ReviewRound.objects.select_related("case__page", "revision").get(pk=round_.pk)
    for some in (people[:1], people):
        with django_assert_num_queries(FOUND_STATEMENTS):
            found_conflicts(round_, some)


class WallSeenFromBothSides(TestCase):
    """For any ties, what is hidden from a user is what the user is walled from."""

    def setUp(self) -> None:
        self.panel = make_panel(ensure_site_tree())
        self.round = self.panel.submit()
        self.users = [*self.panel.reviewers, self.panel.chair, make_overseer()]
        self.staff = make_user("staff", is_staff=True)
        self.users.append(self.staff)

    @settings(max_examples=25)
    @given(st.data())
    def test_agreement(self, data: st.DataObject) -> None:
        party, other = self.panel.provider.organisation, make_organisation("Somebody else")
        kinds = st.sampled_from(["none", "author", "family"])
        for user in self.users:
            organisation = data.draw(st.sampled_from([party, other]))
            tie = data.draw(st.sampled_from(["", "known", "affiliated", "declared"]))
            if tie == "known":
                KnownConflict.objects.create(
                    reviewer=user, organisation=organisation, kind=data.draw(kinds), source="x"
                )
            elif tie == "affiliated":
                profile, _new = ReviewerProfile.objects.get_or_create(user=user)
                Affiliation.objects.create(
                    profile=profile,
                    organisation=organisation,
                    kind=data.draw(kinds),
                    from_year=2000,
                    until_year=data.draw(st.one_of(st.none(), st.integers(YEAR - 6, YEAR))),
                )
            elif tie == "declared":
                seat = Assignment.objects.create(
                    round=self.round,
                    reviewer=user,
                    role_class="legal_policy",
                    seat=1,
                    state="conflict_declared",
                    respond_by=timezone.now(),
                )
                ConflictDeclaration.objects.create(
                    assignment=seat,
                    kind=data.draw(kinds),
                    resolution=data.draw(st.sampled_from(["pending", "clear", "manage", "recuse"])),
                )
        self.round.case.is_operators = data.draw(st.booleans())
        self.round.case.save()
        walled = {row["pk"] for row in conflicted_users(self.round.case)}
        hidden = {
            user.pk
            for user in self.users
            if Case.objects.filter(conflict_condition(user), pk=self.round.case_id).exists()
        }
        assert walled == hidden
        assert not {user.pk for user in overseers_of(self.round.case)} & hidden
        # Whatever is a wall also blocks a seat.
        blocked = {
            key
            for key, found in found_conflicts(self.round, self.users).items()
            if any(conflict.blocks for conflict in found)
        }
        assert hidden <= blocked
