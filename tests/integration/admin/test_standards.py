"""Editions and rules in the admin: who may, what can be done, and what is refused."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from review_workflow.enums import EditionState
from review_workflow.models import (
    Criterion,
    Domain,
    RatingLevel,
    ReviewRule,
    StandardsEdition,
)
from review_workflow.services import put_in_force

pytestmark = pytest.mark.django_db
LEVELS = {
    "levels-TOTAL_FORMS": "4",
    "levels-INITIAL_FORMS": "0",
    "levels-0-value": "0",
    "levels-0-label": "Not met",
    "levels-0-descriptor": "There is no test.",
    "levels-1-value": "2",
    "levels-1-label": "Met",
    "levels-1-descriptor": "There are two tests.",
    "levels-1-is_met": "on",
}
CRITERION = {
    "code": "A1",
    "title": "Tests",
    "text": "There are tests before and after.",
    "rationale": "",
    "evidence_expected": "Both tests.",
    "kind": "essential",
    "weight": "3",
    "applies_when": " modality:  in-person, blended \n\n",
    "order": "0",
}
RULE = {
    "name": "Standard",
    "seats": "3",
    "quorum": "3",
    "distinct_organisations": "on",
    "decision_rule": "weighted_threshold",
    "threshold_percent": "85",
    "essential_veto": "on",
    "blind_mode": "anonymous_to_provider",
    "self_assessment_shown": "never",
    "response_days": "7",
    "review_days": "30",
    "reminder_days": "7, 2, 0, -3",
    "look_back_years": "3",
    "approval_years": "5",
    "role_academic_researcher": "1",
    "role_mental_health_clinician": "2",
}


def user_with(*codenames: str) -> Any:
    user = get_user_model().objects.create_user(f"{len(codenames)}@example.org")
    group = Group.objects.create(name=f"With {len(codenames)}")
    group.permissions.add(*Permission.objects.filter(codename__in=["access_admin", *codenames]))
    user.groups.add(group)
    return user


@pytest.fixture
def officer() -> Any:
    """Somebody whose group may add, change, delete and read editions and rules."""
    return user_with(
        *(
            f"{action}_{model}"
            for action in ("add", "change", "delete", "view")
            for model in ("standardsedition", "reviewrule")
        )
    )


@pytest.fixture
def admin(officer: Any) -> Client:
    client = Client()
    client.force_login(officer)
    return client


@pytest.fixture
def draft() -> StandardsEdition:
    edition = StandardsEdition.objects.create(label="2026.1", title="Ours", source_citation="S.")
    domain = Domain.objects.create(edition=edition, code="A", title="Assessment")
    for order, (code, kind) in enumerate((("A8", "essential"), ("A9", "weighted"))):
        criterion = Criterion.objects.create(
            domain=domain, code=code, title=f"Title {code}", text="T", kind=kind, order=order
        )
        for value in (0, 2):
            RatingLevel.objects.create(
                criterion=criterion,
                value=value,
                label=str(value),
                descriptor="D",
                is_met=value == 2,
            )
    return edition


def page(client: Client, name: str, *args: Any, query: str = "") -> str:
    response = client.get(reverse(name, args=args) + query)
    assert response.status_code == 200, name
    return str(response.content.decode())


def test_from_nothing_to_an_edition_in_force(admin: Client) -> None:
    admin.post(
        reverse("standards:add"),
        {"label": "2026.1", "title": "Ours", "introduction": "", "source_citation": "A paper."},
    )
    edition = StandardsEdition.objects.get()
    assert "The edition has no domain." in page(admin, "standards:inspect", edition.pk)
    admin.post(
        reverse("clearinghouse_domain_add", args=[edition.pk]),
        {"code": "A", "title": "Assessment", "description": "", "order": "0"},
    )
    domain = edition.domains.get()
    admin.post(
        reverse("clearinghouse_criterion_add", args=[domain.pk]),
        {**CRITERION, **LEVELS, "domain": domain.pk},
    )
    criterion = Criterion.objects.get()
    assert criterion.applies_when == {"modality": ["in-person", "blended"]}
    assert list(criterion.levels.values_list("value", "label", "is_met")) == [
        (0, "Not met", False),
        (2, "Met", True),
    ]
    form = page(admin, "clearinghouse_criterion_edit", criterion.pk)
    assert "modality: in-person, blended" in form
    assert "There are two tests." in form
    url = reverse("clearinghouse_edition_put_in_force", args=[edition.pk])
    today = timezone.localdate().isoformat()
    assert admin.post(url, {"effective_on": today}).status_code == 200
    edition.refresh_from_db()
    assert edition.is_draft, "without the confirmation nothing happens"
    response = admin.post(url, {"effective_on": today, "confirm": "on"})
    assert response.url == reverse("standards:inspect", args=[edition.pk])
    edition.refresh_from_db()
    assert (edition.state, edition.effective_on) == (
        EditionState.IN_FORCE,
        timezone.localdate(),
    )


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"code": "A9"}, "Another criterion of this edition has this code."),
        ({"applies_when": "modality"}, "“modality” is no condition"),
        ({"applies_when": "a: b\na: c"}, "“a: c” is no condition"),
        ({"weight": "0"}, "greater than or equal to 1"),
        ({"levels-1-value": "0"}, "Please correct the duplicate"),
        ({"levels-1-descriptor": ""}, "This field is required."),
        ({"levels-TOTAL_FORMS": "999999"}, "at most 10 forms"),
        ({"levels-TOTAL_FORMS": "x"}, "ManagementForm data is missing"),
        ({"domain": "999"}, "Select a valid choice."),
        ({"title": "a\x00b"}, "Null characters are not allowed."),
    ],
)
def test_a_faulty_criterion_changes_nothing(
    change: dict[str, str], sentence: str, admin: Client, draft: StandardsEdition
) -> None:
    domain = draft.domains.get()
    response = admin.post(
        reverse("clearinghouse_criterion_add", args=[domain.pk]),
        {**CRITERION, **LEVELS, "domain": domain.pk} | change,
    )
    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert (Criterion.objects.count(), RatingLevel.objects.count()) == (2, 4)


def test_a_level_is_changed_added_and_deleted_with_its_criterion(
    admin: Client, draft: StandardsEdition
) -> None:
    criterion = Criterion.objects.get(code="A8")
    none, full = criterion.levels.all()
    admin.post(
        reverse("clearinghouse_criterion_edit", args=[criterion.pk]),
        {
            **CRITERION,
            "domain": criterion.domain_id,
            "levels-TOTAL_FORMS": "3",
            "levels-INITIAL_FORMS": "2",
            "levels-0-id": none.pk,
            "levels-0-value": "0",
            "levels-0-label": "None",
            "levels-0-descriptor": "Nothing.",
            "levels-1-id": full.pk,
            "levels-1-DELETE": "on",
            "levels-2-value": "3",
            "levels-2-label": "All",
            "levels-2-descriptor": "Everything.",
            "levels-2-is_met": "on",
        },
    )
    assert list(criterion.levels.values_list("value", "label")) == [(0, "None"), (3, "All")]
    criterion.refresh_from_db()
    assert criterion.code == "A1"


def test_levels_of_another_criterion_are_out_of_reach(
    admin: Client, draft: StandardsEdition
) -> None:
    mine, other = Criterion.objects.order_by("code")
    foreign = other.levels.get(value=0)
    admin.post(
        reverse("clearinghouse_criterion_edit", args=[mine.pk]),
        {
            **CRITERION,
            "domain": mine.domain_id,
            "levels-TOTAL_FORMS": "1",
            "levels-INITIAL_FORMS": "1",
            "levels-0-id": foreign.pk,
            "levels-0-value": "0",
            "levels-0-label": "Mine now",
            "levels-0-descriptor": "Mine.",
        },
    )
    foreign.refresh_from_db()
    assert (foreign.label, foreign.criterion) == ("0", other)


def test_an_edition_in_force_can_only_be_read_copied_and_compared(
    admin: Client, officer: Any, draft: StandardsEdition
) -> None:
    put_in_force(edition=draft, effective_on=timezone.localdate(), actor=officer)
    domain, criterion = draft.domains.get(), Criterion.objects.first()
    assert criterion is not None
    home = reverse("standards:inspect", args=[draft.pk])
    forbidden = [
        reverse("standards:edit", args=[draft.pk]),
        reverse("standards:delete", args=[draft.pk]),
        reverse("clearinghouse_domain_add", args=[draft.pk]),
        reverse("clearinghouse_domain_edit", args=[domain.pk]),
        reverse("clearinghouse_domain_delete", args=[domain.pk]),
        reverse("clearinghouse_criterion_add", args=[domain.pk]),
        reverse("clearinghouse_criterion_edit", args=[criterion.pk]),
        reverse("clearinghouse_criterion_delete", args=[criterion.pk]),
    ]
    body = page(admin, "standards:inspect", draft.pk)
    for url in forbidden:
        response = admin.post(url, {**CRITERION, **LEVELS, "domain": domain.pk, "title": "X"})
        assert (response.status_code, response.get("Location")) == (302, home), url
        assert f'href="{url}"' not in body
    assert Criterion.objects.count() == 2
    url = reverse("clearinghouse_edition_put_in_force", args=[draft.pk])
    answer = admin.post(url, {"effective_on": timezone.localdate(), "confirm": "on"})
    assert "Only a draft can be put in force." in answer.content.decode()
    response = admin.post(reverse("clearinghouse_edition_copy", args=[draft.pk]), {"label": "2027"})
    copy = StandardsEdition.objects.get(label="2027")
    assert response.url == reverse("standards:inspect", args=[copy.pk])
    Criterion.objects.filter(domain__edition=copy, code="A9").update(text="Other words")
    body = page(admin, "clearinghouse_edition_compare", query=f"?old={draft.pk}&new={copy.pk}")
    assert "1 criterion is the same." in body
    assert "<ins>Other words</ins>" in body


def test_a_label_is_given_once(admin: Client, draft: StandardsEdition) -> None:
    url = reverse("clearinghouse_edition_copy", args=[draft.pk])
    response = admin.post(url, {"label": "2026.1"})
    assert "already exists" in response.content.decode()
    assert StandardsEdition.objects.count() == 1


def test_parts_of_a_draft_are_deleted_after_a_confirmation(
    admin: Client, draft: StandardsEdition
) -> None:
    domain = draft.domains.get()
    assert "2 criteria go with it" in page(admin, "clearinghouse_domain_delete", domain.pk)
    assert Domain.objects.exists(), "a GET deletes nothing"
    criterion = Criterion.objects.get(code="A8")
    admin.post(reverse("clearinghouse_criterion_delete", args=[criterion.pk]))
    assert [each.code for each in Criterion.objects.all()] == ["A9"]
    admin.post(reverse("clearinghouse_domain_delete", args=[domain.pk]))
    assert not Domain.objects.exists()


def test_whoever_may_only_read_reads(draft: StandardsEdition) -> None:
    client = Client()
    client.force_login(user_with("view_standardsedition"))
    body = page(client, "standards:inspect", draft.pk)
    page(client, "clearinghouse_edition_compare")
    criterion = Criterion.objects.first()
    assert criterion is not None
    for url in (
        reverse("clearinghouse_edition_copy", args=[draft.pk]),
        reverse("clearinghouse_edition_put_in_force", args=[draft.pk]),
        reverse("clearinghouse_domain_add", args=[draft.pk]),
        reverse("clearinghouse_criterion_edit", args=[criterion.pk]),
        reverse("clearinghouse_criterion_delete", args=[criterion.pk]),
        reverse("standards:edit", args=[draft.pk]),
        reverse("standards:delete", args=[draft.pk]),
    ):
        assert f'href="{url}"' not in body
        for response in (client.get(url), client.post(url, {"label": "L", "confirm": "on"})):
            assert (response.status_code, response.get("Location")) == (
                302,
                reverse("wagtailadmin_home"),
            )
    assert Criterion.objects.count() == 2


def test_whoever_has_no_permission_sees_nothing(draft: StandardsEdition) -> None:
    client = Client()
    client.force_login(user_with())
    for url in (
        reverse("standards:index"),
        reverse("standards:inspect", args=[draft.pk]),
        reverse("clearinghouse_edition_compare"),
        reverse("review_rules:index"),
    ):
        assert client.get(url).url == reverse("wagtailadmin_home")


def test_a_rule_is_made_by_numbers_for_each_role(admin: Client) -> None:
    admin.post(reverse("review_rules:add"), RULE)
    rule = ReviewRule.objects.get()
    assert rule.composition == {"mental_health_clinician": 2, "academic_researcher": 1}
    assert rule.reminder_days == [7, 2, 0, -3]
    form = page(admin, "review_rules:edit", rule.pk)
    assert 'value="7, 2, 0, -3"' in form
    assert "Academic researcher: 1" in page(admin, "review_rules:inspect", rule.pk)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"role_legal_policy": "1"}, "The roles need 4 seats."),
        ({"quorum": "4"}, "The quorum cannot be larger than the panel."),
        ({"reminder_days": "7, soon"}, "“soon” is no whole number of days."),
        ({"reminder_days": "400"}, "400 days lie more than a year away."),
        ({"reminder_days": ",".join(map(str, range(13)))}, "at most 12 reminders"),
        ({"role_legal_policy": "-1"}, "greater than or equal to 0"),
        ({"threshold_percent": "101"}, "less than or equal to 100"),
    ],
)
def test_a_faulty_rule_is_not_saved(change: dict[str, str], sentence: str, admin: Client) -> None:
    response = admin.post(reverse("review_rules:add"), {**RULE, **change})
    assert sentence in response.content.decode()
    assert not ReviewRule.objects.exists()


def test_a_used_rule_is_read_and_copied_only(admin: Client) -> None:
    admin.post(reverse("review_rules:add"), RULE)
    ReviewRule.objects.update(used_at=timezone.now())
    rule = ReviewRule.objects.get()
    home = reverse("review_rules:inspect", args=[rule.pk])
    for name in ("edit", "delete"):
        url = reverse(f"review_rules:{name}", args=[rule.pk])
        assert admin.post(url, {**RULE, "seats": "9"}).url == home
    page(admin, "review_rules:index")  # shows, once, that the rule was made
    body = page(admin, "review_rules:index")
    assert reverse("review_rules:edit", args=[rule.pk]) not in body
    again = admin.post(reverse("review_rules:add"), RULE)
    assert "Another rule has this name" in again.content.decode()
    page(admin, "clearinghouse_rule_copy", rule.pk)
    assert ReviewRule.objects.count() == 1, "a GET copies nothing"
    response = admin.post(reverse("clearinghouse_rule_copy", args=[rule.pk]))
    copy = ReviewRule.objects.get(version=2)
    assert response.url == reverse("review_rules:edit", args=[copy.pk])
    admin.post(response.url, {**RULE, "seats": "5"})
    copy.refresh_from_db()
    rule.refresh_from_db()
    assert (copy.seats, rule.seats) == (5, 3)


def test_the_difference_says_what_is_wrong(admin: Client, draft: StandardsEdition) -> None:
    assert "Select a valid choice" in page(
        admin, "clearinghouse_edition_compare", query=f"?old={draft.pk}&new=99999"
    )


def test_the_day_of_an_edition_lies_not_in_the_future(
    admin: Client, draft: StandardsEdition
) -> None:
    day = timezone.localdate() + dt.timedelta(days=1)
    url = reverse("clearinghouse_edition_put_in_force", args=[draft.pk])
    response = admin.post(url, {"effective_on": day, "confirm": "on"})
    assert "The day lies in the future." in response.content.decode()
    assert StandardsEdition.objects.get().is_draft
