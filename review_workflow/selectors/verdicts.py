"""What the rule of a round says about its filed reviews, read from the rows."""

from review_workflow.enums import HAS_FILED, RatingKind, Recommendation
from review_workflow.models import Rating, Review, ReviewRound
from review_workflow.policy import CriterionView, Rule, Verdict, Vote, decide


def verdict_of(round_: ReviewRound) -> Verdict:
    """Return the verdict of the round's frozen rule on its reviews as they stand.

    Of each criterion the final rating counts where one was given, else the initial one. Two
    statements. Whoever shows it asks `access_to` first.
    """
    reviews = list(
        Review.objects.filter(
            assignment__round=round_, assignment__state__in=[state.value for state in HAS_FILED]
        ).values_list("pk", "recommendation")
    )
    levels: dict[int, dict[int, int | None]] = {review: {} for review, _word in reviews}
    # An initial rating first, then the final one that replaces it.
    order = {RatingKind.INITIAL.value: 0, RatingKind.FINAL.value: 1}
    ratings = Rating.objects.filter(review__in=levels).values_list(
        "review", "criterion", "level", "kind"
    )
    for review, criterion, level, _kind in sorted(ratings, key=lambda rating: order[rating[3]]):
        levels[review][criterion] = level
    return decide(
        Rule.from_snapshot(round_.rule_snapshot),
        CriterionView.from_snapshot(round_.edition_snapshot),
        [Vote(Recommendation(word), levels[review]) for review, word in reviews],
    )
