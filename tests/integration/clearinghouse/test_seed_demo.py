"""The demonstration: whole after one run, the same after two, and true to its sources."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client, override_settings
from pytest_django.plugin import DjangoDbBlocker
from wagtail.models import Page, Revision, Workflow

from clearinghouse.accounts.models import User
from clearinghouse.demo import EXPIRED_SLUGS
from clearinghouse.demo.content import load
from curriculum_pages.models import (
    Claim,
    CurriculumPage,
    Jurisdiction,
    Provider,
    RequirementsPage,
    TrainingRequirement,
)
from home.models import ExpertsPage, FaqPage, InformationPage, KeyElementsPage, PolicyBriefPage
from resource_library.enums import Vocabulary
from resource_library.models import ResourcePage, Term
from review_workflow.models import (
    Approval,
    Case,
    Condition,
    Criterion,
    Decision,
    DiscussionPost,
    ReviewDraft,
    StandardsEdition,
)
from review_workflow.permissions import visible_cases
from review_workflow.selectors.standards import edition_faults
from review_workflow.services import verify_history
from submission_portal.selectors.progress import progress_of

OURS = "clearinghouse"
COMMISSION_REPORT = (
    "Emerging Practices to Elevate and Replicate Community Responder Programs Nationwide: "
    "Expanding First Response National Commission Report"
)
EVERY_SUBJECT = (
    "cases evidence jurisdictions organisations pages panel programmes resources sample_curricula "
    "sample_resources sources standards topics users"
).split()


@pytest.fixture(scope="module")
def _seeded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Seed once for the module, in a transaction that is rolled back after it."""
    samples = override_settings(CLEARINGHOUSE_SAMPLE_APPROVALS=True)
    with samples, django_db_blocker.unblock(), transaction.atomic():
        call_command("seed_demo", verbosity=0)
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _demo(_seeded: None, db: None) -> None:
    """Give every test the seeded site."""


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table of ours, and of the page tree."""
    models = [m for m in apps.get_models() if m._meta.app_label.startswith(OURS)]
    return {
        model._meta.label: list(model._default_manager.order_by("pk").values_list())
        for model in [*models, Page, Revision]
    }


def claims(**about: str) -> set[tuple[Any, ...]]:
    """Return direction, value, unit and flag of the claims about one subject."""
    return {
        (claim.outcome, claim.direction, claim.value, claim.unit, claim.flag)
        for claim in Claim.objects.filter(**about)
    }


def test_seeding_twice_changes_nothing() -> None:
    before = everything()
    call_command("seed_demo", verbosity=0)
    assert everything() == before


def test_what_an_editor_changed_stays() -> None:
    page = ResourcePage.objects.get(slug="sample-scene-planning-card")
    page.summary = "An editor's words."
    page.save_revision().publish()
    call_command("seed_demo", verbosity=0)
    assert ResourcePage.objects.get(pk=page.pk).summary == "An editor's words."


def test_catalog_and_library_are_full() -> None:
    approved = Approval.objects.in_force()
    assert approved.count() == 23
    assert set(approved.values_list("basis", flat=True)) == {"sample"}
    assert ResourcePage.objects.live().count() == 41
    assert not any(verify_history(approval) for approval in Approval.objects.all())


def test_everything_invented_says_so() -> None:
    invented = [
        *load("sample_curricula")["curriculum"],
        *load("cases")["curriculum"],
        *load("sample_resources")["resource"],
    ]
    assert [
        record["slug"] for record in invented if not record["title"].startswith("Sample:")
    ] == []
    bodies = {record.get("provider") or record.get("publisher") for record in invented}
    assert all(slug.startswith("sample-") for slug in bodies)
    assert Approval.objects.exclude(number__startswith="SAMPLE-").count() == 0


def test_every_state_of_an_approval_is_shown(client: Client) -> None:
    states = Counter(
        approval.status_today.value if approval else None
        for approval in (page.current_approval for page in CurriculumPage.objects.all())
    )
    assert states == {"active": 20, "provisional": 3, "expired": 1, None: 11}
    for slug in EXPIRED_SLUGS:
        assert client.get(f"/catalog/{slug}/").status_code == 410
    assert client.get("/catalog/sample-crisis-negotiation-basics/").status_code == 404


@pytest.mark.parametrize(
    ("vocabulary", "relation"),
    [
        (Vocabulary.KEY_ELEMENT, "key_elements"),
        (Vocabulary.CRISIS_CAUSE, "crisis_causes"),
        (Vocabulary.TACTIC, "tactics"),
        (Vocabulary.STAGE, "stages"),
        (Vocabulary.MODALITY, "modality"),
        (Vocabulary.METHOD, "modules__method"),
        (Vocabulary.PROGRAMME_KIND, "programme_kind"),
        (Vocabulary.IMPLEMENTATION_SUPPORT, "implementation_supports"),
        (Vocabulary.LANGUAGE, "language"),
        (Vocabulary.AUDIENCE, "audiences"),
    ],
)
def test_some_curriculum_carries_every_term(vocabulary: Vocabulary, relation: str) -> None:
    terms = set(Term.objects.filter(vocabulary=vocabulary.value).values_list("slug", flat=True))
    carried = set(CurriculumPage.objects.live().values_list(f"{relation}__slug", flat=True))
    assert carried - {None} == terms


@pytest.mark.parametrize(
    ("vocabulary", "relation"),
    [
        (Vocabulary.RESOURCE_TYPE, "resource_type"),
        (Vocabulary.AUDIENCE, "audiences"),
        (Vocabulary.LANGUAGE, "language"),
    ],
)
def test_some_resource_carries_every_term(vocabulary: Vocabulary, relation: str) -> None:
    terms = set(Term.objects.filter(vocabulary=vocabulary.value).values_list("slug", flat=True))
    assert set(ResourcePage.objects.values_list(f"{relation}__slug", flat=True)) == terms


def test_hours_of_the_programs() -> None:
    hours = {page.slug: page.time().hours for page in CurriculumPage.objects.all()}
    named = load("programmes")["curriculum"]
    assert {record["slug"]: hours[record["slug"]] for record in named} == {
        "icat": 16,
        "crit": 40,
        "cit": 40,
        "t3": None,
        "verbal-judo": None,
        "leads": None,
        "orland-park-mobile-crisis-response-unit": None,
    }
    assert [record["slug"] for record in named if "module" in record] == []


def test_claims_about_icat() -> None:
    assert claims(study__title__startswith="ICAT in Louisville") == {
        ("Uses of force", "favourable", Decimal(-28), "%", ""),
        ("Officer injuries", "favourable", Decimal(-36), "%", ""),
        ("Citizen injuries", "favourable", Decimal(-26), "%", "conflicting"),
        ("Citizen complaints", "favourable", Decimal(-26), "%", "conflicting"),
    }
    assert {
        (c.direction, c.value, c.flag)
        for c in Claim.objects.filter(study__title__contains="Camden")
    } == {("favourable", Decimal(-40), "uncertain")}
    assert {(value, unit) for _, _, value, unit, _ in claims(curriculum__slug="icat")} == {
        (Decimal(16), "hours"),
        (Decimal(700), "departments"),
        (Decimal(70_000), "officers"),
        (None, ""),
    }


def test_conflicts_are_resolved_with_a_reason() -> None:
    flagged = Claim.objects.exclude(flag="")
    assert flagged.count() == 6
    assert not flagged.filter(resolution="").exists()
    assert not Claim.objects.filter(flag="conflicting", resolution__contains="complaints").exclude(
        resolution__contains="original study"
    )


def test_what_a_claim_says_of_another_holds_wherever_both_are_listed() -> None:
    said = " ".join(Claim.objects.values_list("resolution", flat=True))
    assert re.findall(r"\b(above|below|beside|next|previous|first row|following)\b", said) == []


def test_null_results_stand_beside_the_others() -> None:
    assert {
        (outcome, direction) for outcome, direction, *_ in claims(study__title__startswith="Tact")
    } == {
        ("Use of force", "null"),
        ("Priority given to procedurally fair communication", "mixed"),
    }
    assert {
        (outcome, direction, value)
        for outcome, direction, value, *_ in claims(study__title__contains="south-western")
    } == {
        ("Likelihood of injuring community members", "favourable", Decimal(-58)),
        ("Officer injuries", "null", None),
        ("Time on scene", "mixed", None),
        ("Tone and rapport", "favourable", None),
        ("Satisfaction of community members", "favourable", None),
    }


def test_figures_of_the_other_programs() -> None:
    def values(slug: str) -> list[Any]:
        found = Claim.objects.filter(curriculum__slug=slug, value__isnull=False)
        return sorted(int(value) for value in found.values_list("value", flat=True))

    assert values("crit") == [4, 10, 26, 40]
    assert values("cit") == [12, 40]
    assert values("leads") == [3, 126_420]
    assert values("orland-park-mobile-crisis-response-unit") == [3, 5, 50, 56, 61]
    text = " ".join(Claim.objects.values_list("statement", flat=True))
    for place in ("Shreveport", "Corvallis", "Pittsburgh", "Rapid City", "Memphis in 1988", "1983"):
        assert place in text


def test_every_claim_says_where_it_stands() -> None:
    assert not Claim.objects.filter(locator="").exists()
    assert not Claim.objects.filter(statement="").exists()


def test_requirements() -> None:
    stated = {
        (
            row.jurisdiction.slug,
            row.basis,
            row.requirement_status,
            row.minimum_minutes,
            row.minimum_minutes_part,
            row.period_months,
            row.from_on or row.from_year,
        )
        for row in TrainingRequirement.objects.exclude(title__startswith="De-escalation legislat")
    }
    assert stated == {
        ("illinois", "statute", "in_force", 1800, 360, 36, date(2022, 7, 1)),
        ("indiana", "statute", "in_force", None, None, None, 2023),
        ("michigan", "statute", "failed", 720, None, None, None),
        ("minnesota", "statute", "in_force", 360, None, None, 2018),
        ("ohio", "board_rule", "in_force", 120, None, None, date(2024, 5, 14)),
        ("ohio", "statute", "failed", None, None, None, None),
        ("wisconsin", "board_rule", "in_force", 240, None, 12, None),
        ("new-jersey", "not_stated", "in_force", None, None, None, 2021),
        ("vermont", "statute", "in_force", None, None, None, 2020),
        ("philadelphia", "agency_policy", "in_force", 300, None, None, None),
        ("cleveland", "not_stated", "in_force", None, None, None, None),
        ("new-york-city", "agency_policy", "in_force", None, None, None, 2020),
    }


def test_states_with_legislation_since_2020() -> None:
    listed = TrainingRequirement.objects.filter(title__startswith="De-escalation legislation")
    names = listed.order_by("jurisdiction__name").values_list("jurisdiction__name", flat=True)
    assert ", ".join(names) == (
        "Colorado, Florida, Iowa, Massachusetts, Nebraska, Oklahoma, Tennessee, Utah, Virginia"
    )
    assert set(listed.values_list("basis", "requirement_status", "minimum_minutes")) == {
        ("statute", "in_force", None)
    }


def test_figures_of_places() -> None:
    assert {
        (slug, int(value), flag)
        for slug, value, flag in Claim.objects.filter(jurisdiction__isnull=False).values_list(
            "jurisdiction__slug", "value", "flag"
        )
    } == {
        ("indianapolis", 232, "implausible"),
        ("michigan", 20, ""),
        ("indiana", 18, ""),
        ("united-states", 18_000, ""),
        ("united-states", 56, ""),
        ("united-states", 16, ""),
        ("united-states", 8, ""),
        ("united-states", 34, ""),
        ("united-states", 90, ""),
    }
    assert Jurisdiction.objects.get(slug="indianapolis").parent == Jurisdiction.objects.get(
        slug="indiana"
    )


def test_resources_that_must_be_in_the_library() -> None:
    titles = set(ResourcePage.objects.live().values_list("title", flat=True))
    assert titles > {
        "Community-Driven Crisis Response: A Workbook for Coordinators",
        "PAARI Promising Practices Guide",
        COMMISSION_REPORT,
        "Developing a Standards-Based Approval Process for Law Enforcement De-Escalation Training",
        "Strengthening Law Enforcement De-escalation and Crisis Response Training",
        "Exploring De-escalation Training: Programs, Impact, and Resourcing",
        "Task Force on Policing: assessment of de-escalation training and policies",
        "State-wide evaluation of de-escalation and peer intervention training: final report",
        "State-wide evaluation of de-escalation and peer intervention training: executive brief",
    }
    funding = {page.slug for page in ResourcePage.objects.filter(tags__name="funding")}
    assert funding >= {
        "funding-cops-cpd", "funding-byrne-jag", "funding-ledta",
        "funding-opioid-settlement-and-temporary-funds", "funding-state-programs",
    }  # fmt: skip


def test_nothing_real_has_a_date_that_no_source_states() -> None:
    real = [record["slug"] for record in load("resources")["resource"]]
    assert not ResourcePage.objects.filter(slug__in=real, published_on__isnull=False).exists()


def test_pages_of_the_site_have_their_texts() -> None:
    assert KeyElementsPage.objects.get().elements.count() == 7
    brief = PolicyBriefPage.objects.get()
    assert brief.impact_areas.count() == 6
    assert brief.supports.count() == 8
    assert FaqPage.objects.get().questions.count() == 8
    assert {(e.name, e.credentials) for e in ExpertsPage.objects.get().experts.all()} == {
        ("Gabrielle T. Isaza", "PhD"),
        ("Hannah McManus", "PhD"),
        ("Mike Hatch", ""),
        ("Amanda Shoulberg", "MA"),
        ("Brooke Marston", "MS"),
    }
    assert [block.block_type for block in InformationPage.objects.get().body].count("process") == 1
    assert RequirementsPage.objects.get().introduction


def test_no_debris_and_nobody_in_person() -> None:
    text = json.dumps([dict(load(subject)) for subject in EVERY_SUBJECT], default=str)
    for unwanted in ("bool(true)", "string(2)", "(571)", "@policinginstitute", "…"):
        assert unwanted not in text
    panel = load("panel")
    assert set(User.objects.values_list("email", flat=True)) == {
        record["email"] for record in (*load("users")["user"], *panel["chair"], *panel["reviewer"])
    }
    assert not User.objects.exclude(email__endswith="@example.org").exists()


def test_logins_work_and_may_do_their_work() -> None:
    answer = StringIO()
    call_command("seed_demo", "--logins", stdout=answer)
    users = {
        login["role"]: authenticate(username=login["username"], password=login["password"])
        for login in json.loads(answer.getvalue())
    }
    roles = "editor approvals administrator reviewer chair provider screener"
    assert list(users) == roles.split()
    editor, officer = users["editor"], users["approvals"]
    resource = ResourcePage.objects.first()
    curriculum = CurriculumPage.objects.get(slug="sample-crisis-negotiation-basics")
    assert resource.permissions_for_user(editor).can_publish()
    assert curriculum.permissions_for_user(editor).can_edit()
    assert not curriculum.permissions_for_user(editor).can_publish()
    assert editor.has_perm("clearinghouse_curricula.change_claim")
    assert not editor.has_perm("clearinghouse_review.record_outside_approval")
    assert officer.has_perm("clearinghouse_review.record_outside_approval")
    assert not resource.permissions_for_user(officer).can_edit()
    assert users["administrator"].is_superuser
    reviewer, chair = users["reviewer"], users["chair"]
    assert not reviewer.is_staff
    assert not chair.is_staff
    assert reviewer.has_perm("wagtailadmin.access_admin")
    assert not resource.permissions_for_user(chair).can_edit()
    assert not curriculum.permissions_for_user(reviewer).can_edit()
    assert not chair.has_perm("clearinghouse_review.change_standardsedition")
    assert users["screener"].has_perm("clearinghouse_submissions.screen_submissions")
    assert not users["provider"].has_perm("wagtailadmin.access_admin")


def test_the_edition_in_force_has_seven_essential_criteria() -> None:
    edition = StandardsEdition.objects.get()
    assert edition.state == "in_force"
    assert edition_faults(edition) == []
    criteria = Criterion.objects.filter(domain__edition=edition)
    assert (edition.domains.count(), criteria.count()) == (6, 20)
    assert criteria.filter(kind="essential").count() == 7
    assert [each.code for each in criteria.exclude(applies_when={})] == ["B4"]


def test_cases_stand_in_every_stage() -> None:
    stages = {}
    for case in Case.objects.all():
        rounds = list(case.rounds.order_by("number"))
        stages[case.page.slug.removeprefix("sample-")] = (
            case.state,
            len(rounds),
            rounds[-1].state,
            Counter(seat.state for seat in rounds[-1].assignments.all()),
            [decision.outcome for decision in Decision.objects.filter(round__case=case)],
        )
    filed = {"filed": 3}
    assert stages == {
        "doorstep-dialogues": ("in_review", 1, "assembling", {}, []),
        "night-shift-listening": (
            "in_review",
            1,
            "reviewing",
            {"invited": 2, "accepted": 1},
            [],
        ),
        "campus-calm": (
            "in_review",
            1,
            "reviewing",
            {"in_progress": 2, "conflict_declared": 1},
            [],
        ),
        "rural-response": ("in_review", 1, "reviewing", {"in_progress": 2, "filed": 1}, []),
        "transit-talks": ("in_review", 1, "reviewing", {"filed": 2, "amended": 1}, []),
        "library-guardians": ("decided", 1, "decided", filed, ["approve_with_conditions"]),
        "youth-encounters": ("awaiting_response", 1, "decided", filed, ["revise_and_resubmit"]),
        "traffic-stop-talk": (
            "in_review",
            2,
            "reviewing",
            {"in_progress": 1, "filed": 1, "invited": 1},
            ["revise_and_resubmit"],
        ),
        "pressure-points": ("decided", 1, "decided", filed, ["decline"]),
        "crowd-conversations": (
            "withdrawn",
            1,
            "cancelled",
            {"in_progress": 1, "invited": 2},
            [],
        ),
        "operators-own-course": ("decided", 1, "decided", filed, ["approve"]),
        "bridges-and-banks": ("in_review", 1, "reviewing", {"in_progress": 2, "filed": 1}, []),
        "waiting-rooms": ("decided", 1, "decided", filed, ["approve_with_conditions"]),
    }
    assert not Decision.objects.exclude(override_reason="").exists()
    assert ReviewDraft.objects.exclude(content={}).count() == 2
    assert DiscussionPost.objects.count() == 3
    assert Condition.objects.count() == 3
    assert Condition.objects.filter(met_at=None).count() == 2


def test_the_operators_own_case_has_another_chair_and_says_so(client: Client) -> None:
    own = Case.objects.get(is_operators=True)
    round_ = own.rounds.get()
    assert round_.chair.email == "independent-chair@example.org"
    chair = User.objects.get(email="chair@example.org")
    assert own not in visible_cases(chair)
    assert own not in visible_cases(User.objects.get(email="admin@example.org"))
    assert own in visible_cases(round_.chair)
    assert visible_cases(chair).count() == 12
    approval = Approval.objects.get(page=own.page)
    assert (approval.basis, approval.number) == ("sample", f"SAMPLE-{own.number}")
    page = client.get("/catalog/sample-operators-own-course/").content.decode()
    assert "A sample of the demonstration; no decision of any authority." in page
    assert "independent chair" in page


def test_the_provider_has_a_submission_in_each_stage() -> None:
    provider = Provider.objects.get(organisation__slug="sample-riverbend-training")
    found = {submission.title: submission for submission in provider.submissions.all()}
    draft = found["Sample: Quiet Entries"]
    assert (draft.state, progress_of(draft).percent) == ("draft", 60)
    assert found["Sample: The Second Voice"].state == "returned"
    states = {
        title: found[f"Sample: {title}"].case.state
        for title in ("Bridges and Banks", "Waiting Rooms")
    }
    assert states == {"Bridges and Banks": "in_review", "Waiting Rooms": "decided"}
    approval = Approval.objects.get(page=found["Sample: Waiting Rooms"].page)
    assert approval.decision.conditions.filter(met_at=None).count() == 1


def test_an_approval_that_is_no_sample_is_not_seeded(settings: Any) -> None:
    settings.CLEARINGHOUSE_SAMPLE_APPROVALS = False
    with pytest.raises(CommandError, match="CLEARINGHOUSE_SAMPLE_APPROVALS"):
        call_command("seed_demo", verbosity=0)


def test_resources_go_through_the_ordinary_moderation() -> None:
    page = ResourcePage.objects.first()
    assert page.get_workflow() == Workflow.objects.get(name="Moderators approval")


def test_production_refuses_it(settings: Any) -> None:
    settings.CLEARINGHOUSE_PRODUCTION = True
    with pytest.raises(CommandError, match="not for a public server"):
        call_command("seed_demo", verbosity=0)
