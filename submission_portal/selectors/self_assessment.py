"""Reads of self-assessments: what a submitted version says of each criterion, for whatever round.

A version is frozen and names criteria of the edition that it was written under; a round may go by a
later one. `lineage` is the same in both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from review_workflow.models import Criterion, RatingLevel, ReviewRound
from review_workflow.parsing import NOT_APPLICABLE
from review_workflow.selectors.self_assessment import OwnView
from submission_portal.content import page_from
from submission_portal.enums import Step
from submission_portal.models import Submission, SubmissionVersion, SubmittedRevision
from submission_portal.steps.self_assessment import criterion_of

from .drafts import content_of, current_files

_PARTS = ("level", "note", "place")


@dataclass(frozen=True, slots=True)
class SelfRating:
    """What the provider says of one criterion; `level` is None where it is not rated."""

    criterion_id: int
    lineage: UUID
    code: str
    title: str
    edition: str
    level: int | None
    label: str
    not_applicable: bool
    note: str
    place: str

    @property
    def words(self) -> str:
        """The rating in words."""
        if self.not_applicable:
            return _("Does not apply")
        return _("Not rated") if self.level is None else f"{self.level} · {self.label}"


@dataclass(frozen=True, slots=True)
class SelfAssessment:
    """What one submitted version says, in the order of its standards; may be empty."""

    ratings: Sequence[SelfRating]

    @property
    def by_criterion(self) -> Mapping[int, SelfRating]:
        """The ratings by the key of the criterion that they were given under."""
        return {rating.criterion_id: rating for rating in self.ratings}

    @property
    def by_lineage(self) -> Mapping[UUID, SelfRating]:
        """The ratings by what stays the same of a criterion in every edition."""
        return {rating.lineage: rating for rating in self.ratings}


def self_assessment_of(version: SubmissionVersion) -> SelfAssessment:
    """Return what the frozen version says of each criterion that it speaks of; two statements.

    Where it speaks of a criterion under two editions, that of its own edition comes last and holds.
    """
    typed = version.content.get(Step.SELF_ASSESSMENT.value, {})
    keys = {key for name in typed if (key := criterion_of(name))}
    if not keys:
        return SelfAssessment(())
    criteria = (
        Criterion.objects.filter(pk__in=keys)
        .select_related("domain__edition")
        .prefetch_related(Prefetch("levels", RatingLevel.objects.order_by("value")))
        .order_by("domain__order", "domain__code", "order", "code", "pk")
    )
    ordered = sorted(criteria, key=lambda each: each.domain.edition.uid == version.edition_uid)
    ratings = (_rating(criterion, typed) for criterion in ordered)
    return SelfAssessment(tuple(rating for rating in ratings if rating is not None))


def own_views_of(round_: ReviewRound) -> dict[int, OwnView]:
    """Return the self-assessment of what the round reviews, by the keys of the round's criteria.

    Empty where the revision was not submitted through the portal. Three statements at most.
    """
    submitted = (
        SubmittedRevision.objects.filter(revision=round_.revision_id)
        .select_related("version")
        .first()
    )
    if submitted is None:
        return {}
    given = self_assessment_of(submitted.version).by_lineage
    return {
        criterion["id"]: _own_view(given[lineage], criterion["id"])
        for domain in round_.edition_snapshot["domains"]
        for criterion in domain["criteria"]
        if (lineage := UUID(criterion["lineage"])) in given
    }


def facts_of(submission: Submission) -> dict[str, Any]:
    """Return the facts that decide which criteria apply, as far as the steps tell them."""
    page = page_from(
        content_of(submission), provider=submission.provider, files=current_files(submission)
    )
    return page.review_facts()


def _own_view(rating: SelfRating, criterion_id: int) -> OwnView:
    return OwnView(
        rating=rating.words,
        note=rating.note,
        place=rating.place,
        other_edition="" if rating.criterion_id == criterion_id else rating.edition,
    )


def _rating(criterion: Criterion, typed: Mapping[str, Sequence[str]]) -> SelfRating | None:
    given = {part: _text(typed.get(f"c{criterion.pk}-{part}")) for part in _PARTS}
    if not any(given.values()):
        return None
    levels = {str(level.value): level for level in criterion.levels.all()}
    level = levels.get(given["level"])
    return SelfRating(
        criterion_id=criterion.pk,
        lineage=criterion.lineage,
        code=criterion.code,
        title=criterion.title,
        edition=str(criterion.domain.edition),
        level=level.value if level else None,
        label=level.label if level else "",
        not_applicable=given["level"] == NOT_APPLICABLE,
        note=given["note"],
        place=given["place"],
    )


def _text(texts: Sequence[str] | None) -> str:
    return texts[-1].strip() if texts else ""
