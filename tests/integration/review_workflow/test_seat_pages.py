"""The chair's page of a panel, the reviewer's page of a seat, the broken glass, the directory."""

import re
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from review_workflow.enums import RoleClass
from review_workflow.models import (
    Affiliation,
    Assignment,
    BreakGlassAccess,
    KnownConflict,
    ReviewerProfile,
    ReviewRound,
)
from review_workflow.services import (
    accept_invitation,
    declare_conflicts,
    invite_reviewer,
    open_panel,
    release_seat,
)

from .panels import Panel, make_overseer, make_panel, make_reviewer, make_user


@pytest.fixture
def panel(site_tree: dict[str, Any]) -> Panel:
    return make_panel(site_tree)


@pytest.fixture
def round_(panel: Panel) -> ReviewRound:
    return panel.submit()


@pytest.fixture
def opened(panel: Panel, round_: ReviewRound) -> ReviewRound:
    return open_panel(
        round_id=round_.pk, reviewers=[user.pk for user in panel.reviewers[:3]], actor=panel.chair
    )


def browser(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def panel_url(round_: ReviewRound) -> str:
    return reverse("clearinghouse_case_panel", args=[round_.case.uid])


def seat_of(round_: ReviewRound, user: Any) -> Assignment:
    return Assignment.objects.get(round=round_, reviewer=user)


def seat_url(round_: ReviewRound, user: Any) -> str:
    return reverse("clearinghouse_assignment", args=[seat_of(round_, user).uid])


def test_the_chair_checks_and_opens_a_panel(panel: Panel, round_: ReviewRound) -> None:
    client, url = browser(panel.chair), panel_url(round_)
    page = client.get(url).content.decode()
    assert "3 seats are empty." in page
    assert page.count('type="checkbox" name="reviewers"') == 4
    keys = [user.pk for user in panel.reviewers]
    checked = client.post(url, {"action": "check", "reviewers": [keys[0], keys[3]]})
    page = checked.content.decode()
    assert "1 seat is empty." in page
    assert len(re.findall(r'name="reviewers"[^>]* checked', page)) == 2
    assert not Assignment.objects.exists()
    refused = client.post(url, {"action": "open", "reviewers": [keys[0], keys[3]]})
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "The rule also asks for" in page
    assert 'role="alert"' in page
    assert "3 seats are empty." not in page  # what was chosen is judged, not what was there before
    assert not Assignment.objects.exists()
    assert client.post(url, {"action": "open", "reviewers": keys[:3]}).status_code == 302
    page = client.get(url).content.decode()
    assert "The panel is as the rule wants it." in page
    assert Assignment.objects.filter(round=round_, state="invited").count() == 3


def test_a_conflicted_candidate_cannot_be_chosen(panel: Panel, round_: ReviewRound) -> None:
    user = panel.reviewers[0]
    KnownConflict.objects.create(
        reviewer=user, organisation=panel.provider.organisation, source="A letter"
    )
    client, url = browser(panel.chair), panel_url(round_)
    page = client.get(url).content.decode()
    assert f'value="{user.pk}"' not in page
    assert "Other: Provider of courses (A letter)" in page
    refused = client.post(
        url, {"action": "open", "reviewers": [each.pk for each in panel.reviewers[:3]]}
    )
    assert "has a conflict of interest" in refused.content.decode()


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"action": "destroy"},
        {"action": "release", "seat": "1' OR 1=1"},
        {"action": "release", "seat": "9" * 30},
        {"action": "resolve", "declaration": "0"},
    ],
)
def test_hostile_posts_find_nothing(panel: Panel, opened: ReviewRound, data: Any) -> None:
    assert browser(panel.chair).post(panel_url(opened), data).status_code == 404


@pytest.mark.parametrize("reviewers", ["x", "999999", "1; DROP TABLE", "²"])
def test_hostile_choices_are_refused(panel: Panel, round_: ReviewRound, reviewers: str) -> None:
    client = browser(panel.chair)
    answer = client.post(panel_url(round_), {"action": "open", "reviewers": reviewers})
    assert answer.status_code == 422
    assert "Choose from the list of candidates." in answer.content.decode()


def test_a_seat_of_another_case_is_not_touched(panel: Panel, opened: ReviewRound) -> None:
    other = panel.submit(panel.make_curriculum("other"))
    seat = seat_of(opened, panel.reviewers[0])
    data = {"action": "release", "seat": seat.pk, f"release-{seat.pk}-reason": "Mine"}
    assert browser(panel.chair).post(panel_url(other), data).status_code == 404
    seat.refresh_from_db()
    assert seat.state == "invited"


def test_releasing_inviting_and_settling(panel: Panel, opened: ReviewRound) -> None:
    client, url = browser(panel.chair), panel_url(opened)
    seat = seat_of(opened, panel.reviewers[0])
    empty = client.post(url, {"action": "release", "seat": seat.pk})
    assert empty.status_code == 422
    assert f'href="#id_release-{seat.pk}-reason"' in empty.content.decode()
    client.post(
        url, {"action": "release", "seat": seat.pk, f"release-{seat.pk}-reason": "Asked to"}
    )
    client.post(url, {"action": "invite", "reviewer": panel.reviewers[3].pk})
    assert seat_of(opened, panel.reviewers[3]).state == "invited"
    other = seat_of(opened, panel.reviewers[1])
    accept_invitation(assignment_id=other.pk, actor=other.reviewer)
    declare_conflicts(
        assignment_id=other.pk, kinds=["family"], details="A cousin.", actor=other.reviewer
    )
    assert "A cousin." in client.get(url).content.decode()
    declared = other.declarations.get()
    prefix = f"resolve-{declared.pk}"
    data = {"action": "resolve", "declaration": declared.pk}
    assert client.post(url, data).status_code == 422
    client.post(url, data | {f"{prefix}-resolution": "manage", f"{prefix}-reason": "Far"})
    other.refresh_from_db()
    assert other.state == "in_progress"


def test_the_case_leads_to_a_declared_conflict_of_the_panel(
    panel: Panel, opened: ReviewRound
) -> None:
    seat = seat_of(opened, panel.reviewers[0])
    accept_invitation(assignment_id=seat.pk, actor=seat.reviewer)
    declare_conflicts(
        assignment_id=seat.pk, kinds=["family"], details="A cousin.", actor=seat.reviewer
    )
    client, url = browser(panel.chair), panel_url(opened)
    case = client.get(reverse("clearinghouse_case", args=[opened.case.uid])).content.decode()
    link = re.search(rf'href="{url}#([^"]+)"', case)
    assert link is not None
    assert f'id="{link[1]}"' in client.get(url).content.decode()


def test_an_empty_seat_has_no_day_to_answer_by(panel: Panel, opened: ReviewRound) -> None:
    client, url = browser(panel.chair), panel_url(opened)
    assert client.get(url).content.decode().count("Answer by") == 3
    seat = seat_of(opened, panel.reviewers[0])
    release_seat(assignment_id=seat.pk, reason="Asked to", actor=panel.chair)
    assert client.get(url).content.decode().count("Answer by") == 2


def test_others_who_manage_read_the_panel_and_change_nothing(
    panel: Panel, opened: ReviewRound
) -> None:
    client = browser(make_overseer())
    page = client.get(panel_url(opened)).content.decode()
    assert "Practitioner Example" in page
    assert '<form method="post" novalidate>' not in page
    client.post(panel_url(opened), {"action": "invite", "reviewer": panel.reviewers[3].pk})
    assert not Assignment.objects.filter(reviewer=panel.reviewers[3]).exists()


def test_the_panel_is_not_found_by_others(panel: Panel, opened: ReviewRound) -> None:
    stranger = make_user("stranger")
    tied = make_overseer("tied")
    KnownConflict.objects.create(
        reviewer=tied, organisation=panel.provider.organisation, source="A letter"
    )
    for user in (panel.reviewers[0], panel.editor, stranger, tied):
        assert browser(user).get(panel_url(opened)).status_code == 404
        assert browser(user).post(panel_url(opened), {"action": "open"}).status_code == 404


def test_a_reviewer_accepts_and_declares(panel: Panel, opened: ReviewRound) -> None:
    user = panel.reviewers[0]
    client, url = browser(user), seat_url(opened, user)
    page = client.get(url).content.decode()
    assert "Provider of courses" in page
    assert "Accept the invitation" in page
    assert "Go to the review" not in page
    client.post(url, {"action": "accept"})
    empty = client.post(url, {"action": "declare"})
    assert empty.status_code == 422
    assert "Choose what applies" in empty.content.decode()
    client.post(url, {"action": "declare", "declare-kinds": "none"})
    assert "Go to the review" in client.get(url).content.decode()
    assert seat_of(opened, user).state == "in_progress"


def test_a_reviewer_declares_a_conflict_and_is_led_away(panel: Panel, opened: ReviewRound) -> None:
    user = panel.reviewers[0]
    client, url = browser(user), seat_url(opened, user)
    client.post(url, {"action": "accept"})
    data = {"action": "declare", "declare-kinds": "author", "declare-details": "I wrote it."}
    assert client.post(url, data).url == reverse("clearinghouse_reviews")
    for answer in (client.get(url, follow=True), client.post(url, data, follow=True)):
        page = answer.content.decode()
        assert answer.redirect_chain == [(reverse("clearinghouse_reviews"), 302)]
        assert opened.case.number not in page
        assert "waits for the chair" in page


def test_a_reviewer_declines_with_a_reason(panel: Panel, opened: ReviewRound) -> None:
    user = panel.reviewers[0]
    client, url = browser(user), seat_url(opened, user)
    assert client.post(url, {"action": "decline"}).status_code == 422
    client.post(url, {"action": "decline", "decline-reason": "No time"})
    assert seat_of(opened, user).state == "declined"
    assert client.get(url).status_code == 404


def test_a_seat_is_not_found_by_others(panel: Panel, opened: ReviewRound) -> None:
    url = seat_url(opened, panel.reviewers[0])
    root = get_user_model().objects.create_superuser("root@example.org")
    for user in (panel.reviewers[1], panel.chair, panel.editor, root):
        assert browser(user).get(url).status_code == 404
        assert browser(user).post(url, {"action": "accept"}).status_code == 404
    assert Client().get(url).status_code == 302
    assert seat_of(opened, panel.reviewers[0]).state == "invited"


def test_what_was_found_is_put_to_the_reviewer(panel: Panel, opened: ReviewRound) -> None:
    user = panel.reviewers[0]
    Affiliation.objects.create(
        profile=user.reviewer_profile,
        organisation=panel.provider.organisation,
        kind="instructor",
        from_year=2000,
        until_year=2005,
    )
    client, url = browser(user), seat_url(opened, user)
    client.post(url, {"action": "accept"})
    page = client.get(url).content.decode()
    assert "Instructor of the curriculum: Provider of courses, 2000–2005" in page
    assert re.search(r'value="instructor"[^>]*checked', page)
    refused = client.post(url, {"action": "declare", "declare-kinds": "none"})
    assert "Say why what was found about you" in refused.content.decode()


def test_the_glass_is_broken_by_address_or_by_number(panel: Panel, round_: ReviewRound) -> None:
    root = get_user_model().objects.create_superuser("root@example.org")
    KnownConflict.objects.create(
        reviewer=root, organisation=panel.provider.organisation, source="A letter"
    )
    client = browser(root)
    named = reverse("clearinghouse_case_break_glass", args=[round_.case.uid])
    page = client.get(named).content.decode()
    assert round_.case.number not in page
    assert client.post(named, {}).status_code == 422
    assert not BreakGlassAccess.objects.exists()
    by_number = reverse("clearinghouse_break_glass")
    unknown = client.post(by_number, {"number": "1999-0001", "reason": "Audit"})
    assert "There is no such case." in unknown.content.decode()
    answer = client.post(by_number, {"number": round_.case.number, "reason": "Audit"})
    assert answer.url == reverse("clearinghouse_case", args=[round_.case.uid])
    assert client.get(answer.url).status_code == 200
    assert BreakGlassAccess.objects.get().reason == "Audit"


def test_the_glass_is_not_found_by_others(panel: Panel, round_: ReviewRound) -> None:
    named = reverse("clearinghouse_case_break_glass", args=[round_.case.uid])
    for user in (panel.chair, panel.editor, make_overseer()):
        for url in (named, reverse("clearinghouse_break_glass")):
            assert browser(user).get(url).status_code == 404
            assert browser(user).post(url, {"reason": "Please"}).status_code == 404


@pytest.fixture
def keeper(panel: Panel) -> Any:
    """Somebody who keeps the directory of reviewers."""
    user = make_user("keeper")
    user.user_permissions.add(
        *Permission.objects.filter(
            content_type__app_label="clearinghouse_review",
            content_type__model__in=["reviewerprofile", "knownconflict"],
        )
    )
    return user


def test_the_directory_lists_exports_and_edits(panel: Panel, keeper: Any) -> None:
    client = browser(keeper)
    listing = client.get(reverse("reviewers:index"))
    assert "Practitioner Example" in listing.content.decode()
    sheet = client.get(reverse("reviewers:index"), {"export": "csv"}).getvalue().decode()
    assert sheet.splitlines()[0].startswith("Name,E-mail address,Role,Expertise,Organisations")
    profile = panel.reviewers[0].reviewer_profile
    tie = profile.affiliations.get()
    data = {
        "user": profile.user_id,
        "role_class": RoleClass.LEGAL.value,
        "trained_on": "2025-02-03",
        "capacity": 5,
        "is_active": "on",
        "affiliations-TOTAL_FORMS": 1,
        "affiliations-INITIAL_FORMS": 1,
        "affiliations-MIN_NUM_FORMS": 0,
        "affiliations-MAX_NUM_FORMS": 1000,
        "affiliations-0-id": tie.pk,
        "affiliations-0-organisation": tie.organisation_id,
        "affiliations-0-kind": "employee",
        "affiliations-0-from_year": 2015,
        "affiliations-0-until_year": 2014,
    }
    url = reverse("reviewers:edit", args=[profile.pk])
    assert "The last year lies before the first." in client.post(url, data).content.decode()
    assert client.post(url, data | {"affiliations-0-until_year": 2020}).status_code == 302
    saved = ReviewerProfile.objects.get(pk=profile.pk)
    assert (saved.role_class, saved.capacity) == ("legal_policy", 5)
    assert saved.affiliations.get().until_year == 2020


def test_nobody_deletes_a_reviewer(panel: Panel, keeper: Any) -> None:
    profile = panel.reviewers[0].reviewer_profile
    client = browser(keeper)
    page = client.get(reverse("reviewers:edit", args=[profile.pk])).content.decode()
    assert "reviewers/delete" not in page
    assert client.post(f"/admin/reviewers/delete/{profile.pk}/").status_code == 404
    assert ReviewerProfile.objects.filter(pk=profile.pk).exists()


def test_the_directory_is_closed_to_others(panel: Panel) -> None:
    for user in (panel.chair, panel.editor, panel.reviewers[0]):
        for name in ("reviewers:index", "known-conflicts:index", "reviewers:add"):
            answer = browser(user).get(reverse(name))
            assert (answer.status_code, answer.url) == (302, "/admin/")


def test_a_load_counts_only_what_its_reader_may_see(
    panel: Panel, opened: ReviewRound, keeper: Any
) -> None:
    def loads() -> str:
        answer = browser(keeper).get(reverse("reviewers:index"), {"export": "csv"})
        (row,) = [
            line for line in answer.getvalue().decode().splitlines() if "Practitioner" in line
        ]
        return row.split(",")[-3]

    assert loads() == "0"
    keeper.user_permissions.add(Permission.objects.get(codename="oversee_cases"))
    assert loads() == "1"
    KnownConflict.objects.create(
        reviewer=keeper, organisation=panel.provider.organisation, source="A letter"
    )
    assert loads() == "0"


def test_known_conflicts_are_recorded(panel: Panel, keeper: Any) -> None:
    client = browser(keeper)
    data = {
        "reviewer": panel.reviewers[0].pk,
        "organisation": panel.provider.organisation.pk,
        "kind": "none",
        "source": "A letter",
    }
    assert client.post(reverse("known-conflicts:add"), data).status_code == 302
    assert KnownConflict.objects.get().kind == "none"
    assert "A letter" in client.get(reverse("known-conflicts:index")).content.decode()


def test_lists_take_the_same_statements_whatever_their_rows(panel: Panel, keeper: Any) -> None:
    client = browser(keeper)
    client.get(reverse("reviewers:index"))
    counts = []
    for number in range(2):
        with CaptureQueriesContext(connection) as few:
            client.get(reverse("reviewers:index"))
        counts.append(len(few))
        for each in range(15):
            make_reviewer(f"more-{number}-{each}", RoleClass.LEGAL)
    assert counts[0] == counts[1]


def test_the_panel_page_takes_the_same_statements_whatever_its_size(
    panel: Panel, opened: ReviewRound
) -> None:
    client, url = browser(panel.chair), panel_url(opened)
    client.get(url)
    counts = []
    for number in range(2):
        with CaptureQueriesContext(connection) as few:
            client.get(url)
        counts.append(len(few))
        ReviewRound.objects.filter(pk=opened.pk).update(
            rule_snapshot=opened.rule_snapshot | {"seats": 20}
        )
        for each in range(10):
            user = make_reviewer(f"more-{number}-{each}", RoleClass.LEGAL)
            if each % 2:
                invite_reviewer(round_id=opened.pk, reviewer=user.pk, actor=panel.chair)
    assert counts[0] == counts[1]
