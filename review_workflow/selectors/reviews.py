"""What a viewer may read of the reviews of a round: the one reading for pages, letters, exports.

Others' reviews stay closed until one's own is filed, comments meant for the chair stay between
their author and whoever manages the case, and reviewers go by seat and role.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from review_workflow.enums import HAS_FILED
from review_workflow.models import Assignment, EvidenceLocator, Rating, Review, ReviewRound
from review_workflow.permissions import CaseAccess


@dataclass(frozen=True, slots=True)
class ReadLocator:
    """A place in words; `unit` is empty where the curriculum as a whole is meant."""

    unit_uid: str
    unit: str
    place: str

    def __str__(self) -> str:
        return f"{self.unit}: {self.place}" if self.unit else self.place


@dataclass(frozen=True, slots=True)
class ReadMark:
    """One rating in words."""

    level: int | None
    label: str
    not_applicable: bool
    reason: str


@dataclass(frozen=True, slots=True)
class ReadRating:
    """What one review says of one criterion; `final` is None where the first rating stands."""

    criterion_id: int
    initial: ReadMark
    final: ReadMark | None
    note: str
    locators: tuple[ReadLocator, ...]

    @property
    def standing(self) -> ReadMark:
        """The rating that counts."""
        return self.final or self.initial


@dataclass(frozen=True, slots=True)
class ReadReview:
    """A filed review as its viewer may read it.

    `reviewer` is None, and `confidential` None, where the viewer may not know them.
    """

    review: Review
    assignment: Assignment
    name: str
    is_own: bool
    reviewer: Any | None
    recommendation: str
    recommendation_label: str
    conditions: str
    comment: str
    confidential: str | None
    ratings: Mapping[int, ReadRating]


def seat_name(assignment: Assignment) -> str:
    """Return how a reviewer is called before everybody but those who manage the case."""
    return _("Reviewer %(seat)d · %(role)s") % {
        "seat": assignment.seat,
        "role": assignment.get_role_class_display(),
    }


def reviews_for(access: CaseAccess, round_: ReviewRound) -> list[ReadReview]:
    """Return the filed reviews of `round_` that `access` opens, by seat; three statements at most.

    `access` is what `permissions.access_to` answered for this round.
    """
    if not (access.sees_reviews or access.has_filed):
        return []
    ratings = Rating.objects.prefetch_related(
        Prefetch("locators", EvidenceLocator.objects.order_by("pk"))
    )
    people = ["assignment__reviewer"] if access.manages else []
    reviews = (
        Review.objects.filter(
            assignment__round=round_,
            assignment__state__in=[state.value for state in HAS_FILED],
        )
        .select_related("assignment", *people)
        .prefetch_related(Prefetch("ratings", ratings))
        .order_by("assignment__seat", "assignment__pk")
    )
    units = {str(uid): title for uid, title in round_.units}
    labels = _labels(round_)
    return [_read(review, access, units, labels) for review in reviews]


def _labels(round_: ReviewRound) -> dict[tuple[int, int], str]:
    return {
        (criterion["id"], level["value"]): level["label"]
        for domain in round_.edition_snapshot["domains"]
        for criterion in domain["criteria"]
        for level in criterion["levels"]
    }


def _read(
    review: Review,
    access: CaseAccess,
    units: Mapping[str, str],
    labels: Mapping[tuple[int, int], str],
) -> ReadReview:
    assignment = review.assignment
    is_own = access.assignment is not None and access.assignment.pk == assignment.pk
    return ReadReview(
        review=review,
        assignment=assignment,
        name=seat_name(assignment),
        is_own=is_own,
        reviewer=assignment.reviewer if access.manages else None,
        recommendation=review.recommendation,
        recommendation_label=review.get_recommendation_display(),
        conditions=review.conditions,
        comment=review.comment,
        confidential=review.confidential if access.sees_confidential or is_own else None,
        ratings=_ratings(review, units, labels),
    )


def _ratings(
    review: Review, units: Mapping[str, str], labels: Mapping[tuple[int, int], str]
) -> dict[int, ReadRating]:
    rows = list(review.ratings.all())
    finals = {row.criterion_id: _mark(row, labels) for row in rows if row.is_final}
    first = {row.criterion_id: row for row in rows if not row.is_final}
    # An abstention may leave criteria open that its author rates in the end.
    read = {
        criterion_id: ReadRating(
            criterion_id=criterion_id,
            initial=_mark(row, labels),
            final=finals.pop(criterion_id, None),
            note=row.note,
            locators=tuple(
                ReadLocator(
                    str(locator.unit_uid or ""),
                    units.get(str(locator.unit_uid), ""),
                    locator.place,
                )
                for locator in row.locators.all()
            ),
        )
        for criterion_id, row in first.items()
    }
    unrated = ReadMark(None, _("Not rated"), False, "")
    for criterion_id, mark in finals.items():
        read[criterion_id] = ReadRating(criterion_id, unrated, mark, "", ())
    return read


def _mark(rating: Rating, labels: Mapping[tuple[int, int], str]) -> ReadMark:
    if rating.not_applicable or rating.level is None:
        return ReadMark(None, _("Does not apply"), True, rating.reason)
    label = labels.get((rating.criterion_id, rating.level), "")
    return ReadMark(rating.level, label, False, rating.reason)
