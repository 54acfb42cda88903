"""Seeds what a panel needs: the edition in force, the rule, the workflow, reviewers and chairs."""

from datetime import date
from typing import Any

from wagtail.models import Workflow, WorkflowPage, WorkflowTask

from clearinghouse.accounts.models import User
from curriculum_pages.models import CurriculumIndexPage
from resource_library.models import Organisation
from review_workflow.models import (
    Affiliation,
    Criterion,
    Domain,
    KnownConflict,
    MultiReviewerApprovalTask,
    RatingLevel,
    ReviewerProfile,
    ReviewRule,
    StandardsEdition,
)
from review_workflow.services import put_in_force

from .content import Record, lasting_id, load
from .library import topics
from .people import REVIEWERS, ensure_user

TRAINED_ON = date(2025, 9, 1)
EMPLOYED_SINCE = 2016
CAPACITY = 12


def seed_standards(officer: User) -> StandardsEdition:
    """Write the edition and put it in force where there is none of its id; return it."""
    record = load("standards")
    uid = lasting_id("edition", record["label"])
    edition = StandardsEdition.objects.filter(uid=uid).first()
    if edition is not None:
        return edition
    edition = StandardsEdition.objects.create(
        uid=uid,
        **{name: record[name] for name in ("label", "title", "introduction", "source_citation")},
    )
    for order, domain in enumerate(record["domain"]):
        _write_domain(edition, domain, order)
    if StandardsEdition.objects.filter(state="in_force").exists():
        return edition  # whoever put another one in force meant it
    return put_in_force(edition=edition, effective_on=record["effective_on"], actor=officer)


def _write_domain(edition: StandardsEdition, record: Record, order: int) -> None:
    domain = Domain.objects.create(
        edition=edition,
        code=record["code"],
        title=record["title"],
        description=record["description"],
        order=order,
    )
    for place, row in enumerate(record["criterion"]):
        criterion = Criterion.objects.create(
            uid=lasting_id("criterion", f"{edition.label}/{row['name']}"),
            lineage=lasting_id("criterion-lineage", row["name"]),
            domain=domain,
            order=place,
            kind=row.get("kind", "weighted"),
            applies_when=row.get("applies_when", {}),
            **{
                name: row[name]
                for name in ("code", "title", "text", "rationale", "evidence_expected", "weight")
            },
        )
        RatingLevel.objects.bulk_create(
            RatingLevel(
                criterion=criterion,
                value=level["value"],
                label=level["label"],
                descriptor=level["text"],
                is_met=level.get("met", False),
            )
            for level in row["levels"]
        )


def seed_panel(catalog: CurriculumIndexPage) -> None:
    """Add the people that are missing, and the catalog's rule and workflow."""
    record = load("panel")
    for reviewer in record["reviewer"]:
        _ensure_reviewer(reviewer)
    chairs = [_ensure_chair(chair) for chair in record["chair"]]
    if MultiReviewerApprovalTask.objects.filter(name=record["task"]).exists():
        return
    rule = ReviewRule.objects.create(**record["rule"])
    # No edition: whichever is in force when a round opens.
    task = MultiReviewerApprovalTask.objects.create(name=record["task"], rule=rule)
    task.chairs.set(chairs)
    workflow = Workflow.objects.create(name=record["workflow"])
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    WorkflowPage.objects.get_or_create(page=catalog, defaults={"workflow": workflow})


def _ensure_chair(record: Record) -> User:
    user = ensure_user(record, is_staff=False)
    if tie := record.get("conflict"):
        KnownConflict.objects.get_or_create(
            reviewer=user,
            organisation=Organisation.objects.get(slug=tie["organisation"]),
            defaults={"kind": tie["kind"], "source": tie["source"]},
        )
    return user


def _ensure_reviewer(record: Record) -> None:
    user = ensure_user({"groups": [REVIEWERS], **record}, is_staff=False)
    defaults: dict[str, Any] = {
        "role_class": record["role"],
        "trained_on": TRAINED_ON,
        "capacity": CAPACITY,
    }
    profile, is_new = ReviewerProfile.objects.get_or_create(user=user, defaults=defaults)
    if is_new:
        profile.expertise.set(topics(record["expertise"]))
        Affiliation.objects.create(
            profile=profile,
            organisation=Organisation.objects.get(slug=record["organisation"]),
            position=record["position"],
            from_year=EMPLOYED_SINCE,
        )
