"""The ratings of a round side by side: criterion by reviewer, as they count and as they were first.

Lays out what `reviews_for` returned; who may read what is decided there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from review_workflow.enums import CriterionKind
from review_workflow.models import ReviewRound

from .reviews import ReadRating, ReadReview
from .self_assessment import OwnView

WIDE_SPREAD = 2
"""Levels that lie so far apart, or further, are marked."""


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One criterion as it was frozen, with what each review says of it, or None for nothing."""

    criterion: Mapping[str, Any]
    reviews: Sequence[ReadReview]
    own_view: OwnView | None = None
    """What the provider says of it; it counts for nothing here."""

    @property
    def ratings(self) -> list[ReadRating | None]:
        """The ratings in the order of the reviews."""
        return [review.ratings.get(self.criterion["id"]) for review in self.reviews]

    @property
    def cells(self) -> list[tuple[ReadReview, ReadRating | None]]:
        """Each review with its rating."""
        return list(zip(self.reviews, self.ratings, strict=True))

    @property
    def name(self) -> str:
        """Code and title."""
        return f"{self.criterion['code']} {self.criterion['title']}"

    @property
    def is_essential(self) -> bool:
        """Whether the criterion can veto."""
        return bool(self.criterion["kind"] == CriterionKind.ESSENTIAL)

    @property
    def given(self) -> list[ReadRating]:
        """The ratings that there are."""
        return [rating for rating in self.ratings if rating is not None]

    @property
    def spread(self) -> int:
        """How many points lie between the lowest and the highest level that counts."""
        levels = [each.standing.level for each in self.given if each.standing.level is not None]
        return max(levels) - min(levels) if levels else 0

    @property
    def is_wide(self) -> bool:
        """Whether the reviewers are far apart."""
        return self.spread >= WIDE_SPREAD

    def counts(self) -> list[tuple[str, int]]:
        """Return how many reviewers gave each answer, in the order of the scale."""
        labels = [level["label"] for level in self.criterion["levels"]] + [_("Does not apply")]
        given = [rating.standing.label for rating in self.given]
        return [(label, given.count(label)) for label in labels if label in given]


@dataclass(frozen=True, slots=True)
class MatrixDomain:
    """A domain of the edition with its criteria."""

    title: str
    rows: Sequence[MatrixRow]


@dataclass(frozen=True, slots=True)
class Matrix:
    """A round's filed reviews in the order of their seats, and their ratings by criterion."""

    reviews: Sequence[ReadReview]
    domains: Sequence[MatrixDomain]
    has_own_views: bool = False
    """Whether there is a column of the provider's own view."""

    @property
    def columns(self) -> int:
        """How many columns stand beside the criterion."""
        return len(self.reviews) + self.has_own_views

    @property
    def wide_rows(self) -> list[MatrixRow]:
        """The criteria on which the reviewers are far apart."""
        return [row for domain in self.domains for row in domain.rows if row.is_wide]


def ratings_matrix(
    round_: ReviewRound,
    reviews: Sequence[ReadReview],
    own_views: Mapping[int, OwnView] | None = None,
) -> Matrix:
    """Return the matrix of those reviews of the round; asks the database nothing."""
    views = own_views or {}
    return Matrix(
        reviews,
        [
            MatrixDomain(
                f"{domain['code']} {domain['title']}",
                [
                    MatrixRow(criterion, reviews, views.get(criterion["id"]))
                    for criterion in domain["criteria"]
                ],
            )
            for domain in round_.edition_snapshot["domains"]
        ],
        has_own_views=bool(views),
    )


def criteria_of(round_: ReviewRound) -> dict[int, Mapping[str, Any]]:
    """Return the frozen criteria of a round by their key, in order."""
    return {
        criterion["id"]: criterion
        for domain in round_.edition_snapshot["domains"]
        for criterion in domain["criteria"]
    }
