"""The chair's list of candidates: what speaks for and against each, in few statements."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from curriculum_pages.models import Module
from resource_library.models import CoreTopicArea
from review_workflow.composition import Member
from review_workflow.enums import RoleClass
from review_workflow.models import Assignment, Case, KnownConflict, ReviewRound
from review_workflow.selectors.candidates import Candidate, candidates_for, members_of

from .panels import Panel, make_panel, make_reviewer

STATEMENTS = 8


@pytest.fixture
def panel(site_tree: dict[str, Any]) -> Panel:
    return make_panel(site_tree)


def topics(*slugs: str) -> list[CoreTopicArea]:
    return [
        CoreTopicArea.objects.get_or_create(slug=slug, defaults={"label": slug.title()})[0]
        for slug in slugs
    ]


def assign(round_: ReviewRound, user: Any, state: str, **fields: Any) -> Assignment:
    return Assignment.objects.create(
        **{
            "round": round_,
            "reviewer": user,
            "role_class": "legal_policy",
            "seat": 1,
            "state": state,
            "respond_by": timezone.now(),
        }
        | fields
    )


def candidate(round_: ReviewRound, user: Any) -> Candidate:
    (found,) = candidates_for(round_, users=[user.pk])
    return found


def test_expertise_counts_the_topics_of_the_page_that_it_covers(panel: Panel) -> None:
    page = panel.make_curriculum()
    page.core_topics.set(topics("communication-skills", "tactical-skills"))
    page.modules.add(
        Module(title="Moves", contact_minutes=60, core_topic=topics("tactical-skills")[0])
    )
    page.save_revision(user=panel.editor)
    round_ = panel.submit(page)
    assert round_.facts["core_topics"] == ["communication-skills", "tactical-skills"]
    expert, other = panel.reviewers[3], panel.reviewers[0]
    expert.reviewer_profile.expertise.set(topics("communication-skills", "tactical-skills"))
    other.reviewer_profile.expertise.set(topics("tactical-skills", "crisis-recognition"))
    found = candidates_for(round_)
    assert [(each.user, each.topics) for each in found[:2]] == [(expert, 2), (other, 1)]


def test_load_counts_open_seats_of_running_rounds(panel: Panel) -> None:
    user = panel.reviewers[0]
    states = ["invited", "in_progress", "overdue", "filed", "declined", "released"]
    for number, state in enumerate(states):
        assign(panel.submit(panel.make_curriculum(f"page-{number}")), user, state)
    ended = panel.submit(panel.make_curriculum("ended"))
    assign(ended, user, "in_progress")
    ReviewRound.objects.filter(pk=ended.pk).update(state="decided")
    found = candidate(panel.submit(), user)
    assert (found.open_load, found.capacity, found.has_room) == (3, 3, False)


def test_the_share_filed_on_time_needs_three_ended_reviews(panel: Panel) -> None:
    user, now = panel.reviewers[0], timezone.now()
    due = now - dt.timedelta(days=2)
    round_ = panel.submit()
    ended = [
        ("filed", {"filed_at": due}),
        ("amended", {"filed_at": due + dt.timedelta(days=1)}),
        ("overdue", {}),
        ("released", {}),
    ]
    shares = []
    for number, (state, fields) in enumerate(ended):
        other = panel.submit(panel.make_curriculum(f"page-{number}"))
        assign(other, user, state, review_by=due, **fields)
        shares.append(candidate(round_, user).on_time_percent)
    assert shares == [None, None, 33, 25]


def test_a_conflict_comes_with_its_reason_and_goes_to_the_end(panel: Panel) -> None:
    user = panel.reviewers[0]
    KnownConflict.objects.create(
        reviewer=user, organisation=panel.provider.organisation, kind="author", source="A book"
    )
    found = candidates_for(panel.submit())
    assert found[-1].user == user
    assert [conflict.reason for conflict in found[-1].blocking] == [
        "Author of the curriculum: Provider of courses (A book)"
    ]


def test_members_are_who_sits_there_now(panel: Panel) -> None:
    round_ = panel.submit()
    for user, state in zip(
        panel.reviewers, ["filed", "overdue", "declined", "invited"], strict=True
    ):
        assign(round_, user, state)
    practitioner, clinician, _researcher, spare = panel.reviewers
    own = {
        user: frozenset(user.reviewer_profile.affiliations.values_list("organisation", flat=True))
        for user in panel.reviewers
    }
    assert sorted(members_of(round_), key=lambda member: member.key) == [
        Member(practitioner.pk, "legal_policy", own[practitioner]),
        Member(clinician.pk, "legal_policy", own[clinician], keeps_seat=False),
        Member(spare.pk, "legal_policy", own[spare]),
    ]


@pytest.mark.parametrize(("candidates", "cases"), [(3, 1), (50, 1), (3, 300)])
def test_statements_do_not_depend_on_candidates_or_cases(
    panel: Panel, candidates: int, cases: int, django_assert_num_queries: Any
) -> None:
    people = [make_reviewer(f"expert-{n}", RoleClass.LEGAL) for n in range(candidates - 3)]
    round_ = panel.submit()
    for number in range(cases - 1):
        other = make_case(round_, number)
        assign(other, (people or panel.reviewers)[0], "in_progress")
    round_ = ReviewRound.objects.select_related("case__page", "revision").get(pk=round_.pk)
    with django_assert_num_queries(STATEMENTS):
        found = candidates_for(round_)
    assert len(found) == candidates + 1


def make_case(round_: ReviewRound, number: int) -> ReviewRound:
    """Return a round of another case on the same page, that still runs."""

    case = Case.objects.create(
        number=f"1999-{number:04}", page=round_.case.page, kind="renewal", state="decided"
    )
    return ReviewRound.objects.create(
        case=case,
        number=1,
        revision=round_.revision,
        rule=round_.rule,
        edition=round_.edition,
        rule_snapshot=round_.rule_snapshot,
        edition_snapshot={},
        state="reviewing",
    )
