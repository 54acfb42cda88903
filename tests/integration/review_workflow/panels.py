"""Panels for tests: an edition, a rule, a workflow, people, and a curriculum that is in review."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.utils import timezone
from wagtail.models import GroupPagePermission, TaskState, Workflow, WorkflowPage, WorkflowTask

from curriculum_pages.models import CurriculumPage, Provider
from resource_library.models import Organisation
from review_workflow.enums import CriterionKind, EditionState, Outcome, Recommendation, RoleClass
from review_workflow.models import (
    Affiliation,
    Assignment,
    Criterion,
    Decision,
    Domain,
    MultiReviewerApprovalTask,
    RatingLevel,
    Review,
    ReviewerProfile,
    ReviewRound,
    ReviewRule,
    StandardsEdition,
)
from review_workflow.reviewing import FiledLocator, FiledRating, FiledReview
from review_workflow.services import (
    ConditionSpec,
    accept_invitation,
    decide,
    declare_conflicts,
    file_review,
    open_panel,
)
from tests.integration.complete import complete_curriculum

CRITERIA = {
    "A": [("A1", CriterionKind.WEIGHTED, 2), ("A2", CriterionKind.ESSENTIAL, 3)],
    "B": [("B1", CriterionKind.ESSENTIAL, 2), ("B2", CriterionKind.WEIGHTED, 1)],
}
"""By domain: code, kind and weight of each criterion; levels are 0, 1 and 2, of which 2 is met."""
LEVELS = ((0, "Absent", False), (1, "Partly there", False), (2, "There", True))
ROLES = (RoleClass.LAW_ENFORCEMENT, RoleClass.CLINICIAN, RoleClass.RESEARCHER)


def make_edition(
    label: str = "2026.1",
    state: EditionState = EditionState.IN_FORCE,
    applies_when: Mapping[str, Any] | None = None,
    **fields: Any,
) -> StandardsEdition:
    """Return an edition with four criteria in two domains; one in force before is superseded.

    `applies_when` gives conditions by the code of a criterion. No edition but a draft can be
    changed afterwards.
    """
    edition = StandardsEdition.objects.create(
        **{
            "label": label,
            "title": "Standards",
            "source_citation": "A study.",
            "effective_on": dt.date(2026, 1, 1),
        }
        | fields
    )
    for place, (code, criteria) in enumerate(CRITERIA.items()):
        domain = Domain.objects.create(
            edition=edition, code=code, title=f"Domain {code}", order=place
        )
        for order, (name, kind, weight) in enumerate(criteria):
            criterion = Criterion.objects.create(
                domain=domain,
                code=name,
                title=f"Criterion {name}",
                text=f"What {name} asks for.",
                kind=kind.value,
                weight=weight,
                order=order,
                applies_when=(applies_when or {}).get(name, {}),
            )
            RatingLevel.objects.bulk_create(
                RatingLevel(
                    criterion=criterion,
                    value=value,
                    label=title,
                    descriptor=f"{title}, seen in the materials.",
                    is_met=is_met,
                )
                for value, title, is_met in LEVELS
            )
    if state == EditionState.IN_FORCE:
        StandardsEdition.objects.filter(state=EditionState.IN_FORCE.value).update(
            state=EditionState.SUPERSEDED.value
        )
    StandardsEdition.objects.filter(pk=edition.pk).update(state=state.value)
    edition.refresh_from_db()
    return edition


def make_rule(**fields: Any) -> ReviewRule:
    """Return a rule of three seats, one for each role, that decides by the weighted threshold."""
    return ReviewRule.objects.create(
        **{
            "name": "Standard",
            "seats": 3,
            "quorum": 3,
            "composition": {role.value: 1 for role in ROLES},
        }
        | fields
    )


def make_organisation(name: str, **fields: Any) -> Organisation:
    """Return the organisation of that name."""
    return Organisation.objects.get_or_create(name=name, defaults=fields)[0]


def admin_group() -> Group:
    """Return the group whose members may enter the admin, and nothing else."""
    group, is_new = Group.objects.get_or_create(name="Panel")
    if is_new:
        group.permissions.add(Permission.objects.get(codename="access_admin"))
    return group


def make_user(name: str, **fields: Any) -> Any:
    """Return somebody who may enter the admin."""
    user = get_user_model().objects.create_user(
        f"{name}@example.org",
        **{"first_name": name.title().replace("-", " "), "last_name": "Example"} | fields,
    )
    user.groups.add(admin_group())
    return user


def make_reviewer(name: str, role: RoleClass, organisation: str = "", **fields: Any) -> Any:
    """Return a trained reviewer of that role, employed by an organisation; else by their own."""
    user = make_user(name)
    profile = ReviewerProfile.objects.create(
        **{"user": user, "role_class": role.value, "trained_on": dt.date(2025, 1, 1)} | fields
    )
    Affiliation.objects.create(
        profile=profile,
        organisation=make_organisation(organisation or f"Employer of {name}"),
        from_year=2015,
    )
    return user


def make_editor(page: Any, name: str = "editor") -> Any:
    """Return somebody who may write and publish below `page`, as far as its gate lets them."""
    user = make_user(name)
    group = Group.objects.create(name=f"Group of {name}")
    for codename in ("add_page", "change_page", "publish_page"):
        GroupPagePermission.objects.create(
            group=group,
            page=page,
            permission=Permission.objects.get(
                codename=codename, content_type__app_label="wagtailcore"
            ),
        )
    user.groups.add(group)
    return user


@dataclass
class Panel:
    """A workflow on the catalog with everybody it needs, and the curricula put to it."""

    catalog: Any
    edition: StandardsEdition
    rule: ReviewRule
    task: MultiReviewerApprovalTask
    workflow: Workflow
    chair: Any
    editor: Any
    provider: Provider
    reviewers: Sequence[Any]
    extra: dict[str, Any] = field(default_factory=dict)

    def make_curriculum(self, slug: str = "course", **fields: Any) -> CurriculumPage:
        """Return a complete draft with two modules and one revision, owned by the editor."""
        page = complete_curriculum(
            **{
                "title": slug.title(),
                "slug": slug,
                "provider": self.provider,
                "owner": self.editor,
            }
            | fields
        )
        self.catalog.add_child(instance=page)
        page.save_revision(user=self.editor)
        return CurriculumPage.objects.get(pk=page.pk)

    def submit(self, page: Any = None, actor: Any = None) -> ReviewRound:
        """Submit a curriculum as the editor does in Wagtail; return the round that opened."""
        page = page or self.make_curriculum()
        state = page.get_workflow().start(page, actor or self.editor)
        return ReviewRound.objects.get(task_state=state.current_task_state_id)

    def open(self, round_: ReviewRound, reviewers: Sequence[Any] = ()) -> list[Assignment]:
        """Invite the panel (the first three reviewers where not given) as the chair; its seats."""
        people = reviewers or self.reviewers[:3]
        open_panel(round_id=round_.pk, reviewers=[person.pk for person in people], actor=self.chair)
        return list(Assignment.objects.filter(round=round_).order_by("seat"))

    def ready(self, round_: ReviewRound, reviewers: Sequence[Any] = ()) -> list[Assignment]:
        """Open the panel; everybody accepts and declares no conflict. Return the seats."""
        for seat in self.open(round_, reviewers):
            take_seat(seat)
        return list(Assignment.objects.filter(round=round_).order_by("seat"))

    def file(
        self,
        seat: Assignment,
        recommendation: Recommendation = Recommendation.APPROVE,
        **levels: int | None,
    ) -> Review:
        """File the review of a seat: full marks, apart from `levels` by code (None: n/a)."""
        filed = self.sheet(seat.round, recommendation, **levels)
        return file_review(assignment_id=seat.pk, filed=filed, actor=seat.reviewer)

    def sheet(
        self,
        round_: ReviewRound,
        recommendation: Recommendation = Recommendation.APPROVE,
        **levels: int | None,
    ) -> FiledReview:
        """Return a review that could be filed in the round."""
        given = {code: levels.get(code, 2) for code in self.criteria(round_)}
        conditional = recommendation is Recommendation.APPROVE_WITH_CONDITIONS
        return FiledReview(
            recommendation=recommendation.value,
            ratings=tuple(
                FiledRating(
                    criterion_id=criterion["id"],
                    level=given[code],
                    not_applicable=given[code] is None,
                    reason="Nothing of the kind." if given[code] is None else "",
                    locators=(FiledLocator(None, "page 3"),),
                )
                for code, criterion in self.criteria(round_).items()
            ),
            conditions="Add a test." if conditional else "",
            comment="Clear throughout.",
        )

    def reviewed(self, page: Any = None, *recommendations: Recommendation) -> ReviewRound:
        """Return a round in which three reviews are filed, all approving where not given."""
        round_ = self.submit(page)
        words = recommendations or (Recommendation.APPROVE,) * 3
        for seat, recommendation in zip(self.ready(round_), words, strict=True):
            self.file(seat, recommendation)
        round_.refresh_from_db()
        return round_

    def decide(
        self, round_: ReviewRound, outcome: Outcome = Outcome.APPROVE, **changes: Any
    ) -> Decision:
        """Decide the round as its chair, on what is under review."""
        points = outcome in {Outcome.APPROVE_WITH_CONDITIONS, Outcome.REVISE_AND_RESUBMIT}
        return decide(
            **{
                "round_id": round_.pk,
                "outcome": outcome,
                "actor": self.chair,
                "revision_id": round_.revision_id,
                "letter": "This is what we decided.",
                "conditions": [self.condition(round_)] if points else [],
            }
            | changes
        )

    def condition(self, round_: ReviewRound, **changes: Any) -> ConditionSpec:
        """Return a condition on A2, due in a month, that the chair verifies."""
        return ConditionSpec(
            **{
                "criterion_id": self.criteria(round_)["A2"]["id"],
                "evidence_wanted": "A test after the course.",
                "due_on": in_days(30),
                "verifier": self.chair,
            }
            | changes
        )

    def criteria(self, round_: ReviewRound) -> dict[str, Mapping[str, Any]]:
        """Return the frozen criteria of a round by their code."""
        return {
            criterion["code"]: criterion
            for domain in round_.edition_snapshot["domains"]
            for criterion in domain["criteria"]
        }


def make_panel(site_tree: Mapping[str, Any], **rule: Any) -> Panel:
    """Return a panel on the catalog; `rule` changes fields of its rule.

    Reviewers: one of each role, all of different organisations, then one more practitioner.
    """
    catalog = site_tree["catalog"]
    edition, made_rule = make_edition(), make_rule(**rule)
    task = MultiReviewerApprovalTask.objects.create(name="Panel", rule=made_rule, edition=edition)
    chair = make_user("chair")
    task.chairs.add(chair)
    workflow = Workflow.objects.create(name="Review by a panel")
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    WorkflowPage.objects.create(page=catalog, workflow=workflow)
    provider = Provider.objects.create(organisation=make_organisation("Provider of courses"))
    reviewers = [
        make_reviewer(name, role)
        for name, role in zip(
            ("practitioner", "clinician", "researcher", "spare"),
            (*ROLES, RoleClass.LAW_ENFORCEMENT),
            strict=True,
        )
    ]
    return Panel(
        catalog=catalog,
        edition=edition,
        rule=made_rule,
        task=task,
        workflow=workflow,
        chair=chair,
        editor=make_editor(catalog),
        provider=provider,
        reviewers=reviewers,
    )


def make_overseer(name: str = "overseer", **fields: Any) -> Any:
    """Return somebody who may see every case that no conflict hides from them."""
    user = make_user(name, **fields)
    user.user_permissions.add(Permission.objects.get(codename="oversee_cases"))
    return user


def take_seat(seat: Assignment) -> None:
    """Accept an invitation and declare that there is no conflict."""
    accept_invitation(assignment_id=seat.pk, actor=seat.reviewer)
    declare_conflicts(assignment_id=seat.pk, kinds=[], actor=seat.reviewer)


def task_state_of(round_: ReviewRound) -> TaskState:
    """Return Wagtail's task state of a round, freshly read."""
    return TaskState.objects.get(pk=round_.task_state_id)


def in_days(days: int) -> dt.date:
    """Return the local day so many days from today."""
    return timezone.localdate() + dt.timedelta(days=days)
