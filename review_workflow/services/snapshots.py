"""What a round freezes when it opens: the rule, the criteria that apply, chosen by facts."""

from typing import Any

from django.db.models import Prefetch

from review_workflow.models import Criterion, RatingLevel, ReviewRule, StandardsEdition
from review_workflow.policy import applies

RULE_FIELDS = (
    "name",
    "version",
    "seats",
    "quorum",
    "composition",
    "distinct_organisations",
    "decision_rule",
    "threshold_percent",
    "essential_veto",
    "blind_mode",
    "self_assessment_shown",
    "response_days",
    "review_days",
    "reminder_days",
    "look_back_years",
    "approval_years",
)


def rule_snapshot(rule: ReviewRule) -> dict[str, Any]:
    """Return the rule as plain JSON: everything that a round needs to know of it."""
    return {
        "uid": str(rule.uid),
        "id": rule.pk,
        **{name: getattr(rule, name) for name in RULE_FIELDS},
    }


def edition_snapshot(edition: StandardsEdition, facts: dict[str, Any]) -> dict[str, Any]:
    """Return the edition as plain JSON, with the criteria only that apply under `facts`.

    A domain of which no criterion applies is left out. Three statements, whatever the edition.
    """
    levels = RatingLevel.objects.order_by("value")
    criteria = Criterion.objects.order_by("order", "code").prefetch_related(
        Prefetch("levels", levels)
    )
    domains = edition.domains.order_by("order", "code").prefetch_related(
        Prefetch("criteria", criteria)
    )
    frozen = [
        {
            "code": domain.code,
            "title": domain.title,
            "criteria": [
                _criterion(criterion)
                for criterion in domain.criteria.all()
                if applies(criterion.applies_when, facts)
            ],
        }
        for domain in domains
    ]
    return {
        "label": edition.label,
        "title": edition.title,
        "domains": [domain for domain in frozen if domain["criteria"]],
    }


def _criterion(criterion: Criterion) -> dict[str, Any]:
    return {
        "uid": str(criterion.uid),
        "id": criterion.pk,
        "lineage": str(criterion.lineage),
        "code": criterion.code,
        "title": criterion.title,
        "text": criterion.text,
        "rationale": criterion.rationale,
        "evidence_expected": criterion.evidence_expected,
        "kind": criterion.kind,
        "weight": criterion.weight,
        "levels": [
            {
                "value": level.value,
                "label": level.label,
                "descriptor": level.descriptor,
                "is_met": level.is_met,
            }
            for level in criterion.levels.all()
        ],
    }
