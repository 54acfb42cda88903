"""Submitting a curriculum opens a case and a round that froze what it is held against."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from review_workflow.enums import ConflictKind, RoleClass
from review_workflow.models import AuditEntry, Case, KnownConflict, OutgoingMessage, ReviewRound

from .panels import (
    Panel,
    make_edition,
    make_organisation,
    make_overseer,
    make_panel,
    make_reviewer,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def panel(site_tree: dict[str, Any]) -> Panel:
    return make_panel(site_tree)


def test_a_submission_opens_a_case(panel: Panel) -> None:
    page = panel.make_curriculum()
    round_ = panel.submit(page)
    year = timezone.localdate().year
    assert Case.objects.values(
        "number", "page", "kind", "state", "opened_by", "is_operators", "parent", "closed_at"
    ).get() == {
        "number": f"{year}-0001",
        "page": page.pk,
        "kind": "initial",
        "state": "in_review",
        "opened_by": panel.editor.pk,
        "is_operators": False,
        "parent": None,
        "closed_at": None,
    }
    assert list(round_.case.parties.values_list("organisation__name", flat=True)) == [
        "Provider of courses"
    ]
    assert ReviewRound.objects.values(
        "number", "revision", "rule", "edition", "chair", "state", "facts", "opened_at", "due_at"
    ).get() == {
        "number": 1,
        "revision": page.latest_revision_id,
        "rule": panel.rule.pk,
        "edition": panel.edition.pk,
        "chair": panel.chair.pk,
        "state": "assembling",
        "facts": {
            "modality": "in-person",
            "stages": ["in-service"],
            "core_topics": ["communication-skills"],
        },
        "opened_at": None,
        "due_at": None,
    }
    assert round_.units == [[str(module.uid), module.title] for module in page.modules.all()]
    assert list(AuditEntry.objects.values_list("seq", "kind", "actor")) == [
        (1, "case_opened", panel.editor.pk),
        (2, "round_opened", panel.editor.pk),
    ]
    assert list(OutgoingMessage.objects.values_list("recipient", "case", "sent_at")) == [
        (panel.chair.pk, round_.case_id, None)
    ]


def test_numbers_count_up_within_the_year(panel: Panel) -> None:
    numbers = [panel.submit(panel.make_curriculum(slug)).case.number for slug in ("one", "two")]
    year = timezone.localdate().year
    assert numbers == [f"{year}-0001", f"{year}-0002"]


def test_the_rule_and_the_criteria_are_frozen(panel: Panel) -> None:
    round_ = panel.submit()
    assert round_.rule_snapshot == {
        "uid": str(panel.rule.uid),
        "id": panel.rule.pk,
        "name": "Standard",
        "version": 1,
        "seats": 3,
        "quorum": 3,
        "composition": {
            "law_enforcement_practitioner": 1,
            "mental_health_clinician": 1,
            "academic_researcher": 1,
        },
        "distinct_organisations": True,
        "decision_rule": "weighted_threshold",
        "threshold_percent": 85,
        "essential_veto": True,
        "blind_mode": "anonymous_to_provider",
        "self_assessment_shown": "after_own_review",
        "response_days": 7,
        "review_days": 30,
        "reminder_days": [7, 2, 0, -3],
        "look_back_years": 3,
        "approval_years": 5,
    }
    assert (round_.edition_snapshot["label"], round_.edition_snapshot["title"]) == (
        "2026.1",
        "Standards",
    )
    assert [domain["title"] for domain in round_.edition_snapshot["domains"]] == [
        "Domain A",
        "Domain B",
    ]
    criterion = panel.edition.domains.get(code="A").criteria.get(code="A2")
    assert panel.criteria(round_)["A2"] == {
        "uid": str(criterion.uid),
        "id": criterion.pk,
        "lineage": str(criterion.lineage),
        "code": "A2",
        "title": "Criterion A2",
        "text": "What A2 asks for.",
        "rationale": "",
        "evidence_expected": "",
        "kind": "essential",
        "weight": 3,
        "levels": [
            {
                "value": value,
                "label": label,
                "descriptor": f"{label}, seen in the materials.",
                "is_met": value == 2,
            }
            for value, label in enumerate(["Absent", "Partly there", "There"])
        ],
    }
    panel.rule.refresh_from_db()
    assert panel.rule.used_at is not None


def test_only_criteria_that_apply_are_frozen(panel: Panel) -> None:
    online = {"modality": ["online"]}
    panel.task.edition = make_edition("2027.1", applies_when={"B1": online, "B2": online})
    panel.task.save()
    round_ = panel.submit()
    assert list(panel.criteria(round_)) == ["A1", "A2"]
    assert [frozen["code"] for frozen in round_.edition_snapshot["domains"]] == ["A"]


def test_no_criterion_applies(panel: Panel) -> None:
    online = {"modality": ["online"]}
    panel.task.edition = make_edition(
        "2027.1", applies_when=dict.fromkeys(["A1", "A2", "B1", "B2"], online)
    )
    panel.task.save()
    page = panel.make_curriculum()
    with pytest.raises(PermissionDenied, match="No criterion of Standards"):
        panel.submit(page)
    assert not page.workflow_states.exists()


def test_no_edition_is_in_force(panel: Panel) -> None:
    panel.task.edition = None
    panel.task.save()
    panel.edition.state = "superseded"
    panel.edition.save(update_fields=["state"])
    page = panel.make_curriculum()
    with pytest.raises(PermissionDenied, match="no edition"):
        panel.submit(page)
    assert not page.workflow_states.exists()
    assert not Case.objects.exists()


def test_a_task_without_an_edition_takes_the_one_in_force(panel: Panel) -> None:
    panel.task.edition = None
    panel.task.save()
    newer = make_edition("2027.1")
    assert panel.submit().edition == newer


def test_the_first_chair_without_a_conflict_chairs(panel: Panel) -> None:
    others = [
        make_reviewer("tied", RoleClass.LEGAL, "Provider of courses"),
        make_user("told"),
        make_user("free"),
    ]
    KnownConflict.objects.create(
        reviewer=others[1],
        organisation=make_organisation("Provider of courses"),
        kind=ConflictKind.FAMILY.value,
        source="They said so.",
    )
    panel.task.chairs.set(others)
    assert panel.submit().chair == others[2]


def test_a_case_of_the_operator_takes_a_chair_from_outside(panel: Panel) -> None:
    panel.provider.organisation.is_operator = True
    panel.provider.organisation.save()
    panel.chair.is_staff = True
    panel.chair.save()
    outside = make_user("outside")
    panel.task.chairs.add(outside)
    round_ = panel.submit()
    assert (round_.case.is_operators, round_.chair) == (True, outside)


def test_nobody_can_chair(panel: Panel) -> None:
    overseer = make_overseer()
    panel.chair.is_active = False
    panel.chair.save()
    round_ = panel.submit()
    assert round_.chair is None
    assert list(OutgoingMessage.objects.values_list("recipient", "subject")) == [
        (overseer.pk, f"Case {round_.case.number} has no chair")
    ]


def test_a_case_in_review_is_not_opened_twice(panel: Panel) -> None:
    page = panel.make_curriculum()
    round_ = panel.submit(page)
    with pytest.raises(PermissionDenied, match="still in review"):
        round_.task_state.cancel(user=panel.editor, resume=True)
    assert ReviewRound.objects.count() == 1
