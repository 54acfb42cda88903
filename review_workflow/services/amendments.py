"""Amending a filed review after the discussion: final ratings, and why they changed."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from review_workflow.enums import AssignmentState, RatingKind
from review_workflow.models import Rating, Review, ReviewRound
from review_workflow.parsing import parse_amendment
from review_workflow.permissions import access_to
from review_workflow.reviewing import (
    Amendment,
    FinalRating,
    amendment_faults,
    recommendation_faults,
)

from .audit import record
from .locking import lock_round
from .messages import Message, queue_messages
from .reviews import WORDS, assignment_in, digest, own_access, round_of, sheet_of, words_of


@transaction.atomic
def amend_review(
    *,
    assignment_id: int,
    finals: Mapping[int, FinalRating],
    recommendation: str | None = None,
    conditions: str | None = None,
    comment: str | None = None,
    confidential: str | None = None,
    reason: str = "",
    actor: Any,
) -> Review:
    """Return the review with final ratings and changed words; what is None stays as it was.

    What it said before is kept. The same amendment a second time changes nothing. Raises
    PermissionDenied for whoever may not amend here now, ValidationError naming the fields at
    fault: a final rating that differs from the initial one, and changed words, ask why.
    """
    round_ = lock_round(round_of(assignment_id))
    access = own_access(access_to(actor, round_), assignment_id)
    if not access.can_amend:
        raise PermissionDenied(_("This review cannot be amended now; nothing was changed."))
    review = Review.objects.get(assignment=assignment_id)
    given = {"recommendation": recommendation, "conditions": conditions, "comment": comment}
    given["confidential"] = confidential
    before = words_of(review)
    words = {name: before[name] if given[name] is None else given[name] for name in WORDS}
    ratings = {(rating.criterion_id, rating.kind): rating for rating in review.ratings.all()}
    faults = amendment_faults(Amendment(finals, **given, reason=reason), sheet_of(round_))
    if words != before:
        recommendation_faults(str(words["recommendation"]), str(words["conditions"]), faults)
        if not reason:
            faults["reason"] = _("Say why you change what you filed.")
    for criterion_id, final in finals.items():
        first = ratings.get((criterion_id, RatingKind.INITIAL.value))
        if f"c{criterion_id}-final" not in faults and _differs(first, final) and not final.reason:
            faults[f"c{criterion_id}-why"] = _("Say why your rating changed.")
    if faults:
        raise ValidationError(faults)
    changed = {
        criterion_id: final
        for criterion_id, final in finals.items()
        if _changes(ratings, criterion_id, final)
    }
    if words == before and not changed:
        return review
    _keep_earlier(review, before, ratings)
    _write_finals(review, changed)
    for name, text in words.items():
        setattr(review, name, text)
    review.amended_at, review.amend_reason = timezone.now(), reason
    review.save(update_fields=[*WORDS, "earlier", "amended_at", "amend_reason"])
    access.assignment.state = AssignmentState.AMENDED.value
    access.assignment.save(update_fields=["state"])
    record(
        case=round_.case,
        kind="review_amended",
        actor=actor,
        assignment=assignment_id,
        sha256=digest(review, Amendment(finals, **words, reason=reason)),
    )
    _tell_chair(round_, review)
    return review


def amend_from_data(*, round_: ReviewRound, data: Mapping[str, Any], actor: Any) -> Review:
    """Amend the review of `actor` in `round_` from plain data; raises as `amend_review` does."""
    amendment = parse_amendment(data, sheet_of(round_))
    return amend_review(
        assignment_id=assignment_in(round_, actor),
        finals=amendment.finals,
        recommendation=amendment.recommendation,
        conditions=amendment.conditions,
        comment=amendment.comment,
        confidential=amendment.confidential,
        reason=amendment.reason,
        actor=actor,
    )


def _differs(rating: Rating | None, final: FinalRating) -> bool:
    return rating is None or (rating.level, rating.not_applicable) != (
        final.level,
        final.not_applicable,
    )


def _changes(
    ratings: Mapping[tuple[int, str], Rating], criterion_id: int, final: FinalRating
) -> bool:
    """Return whether a final rating says anything that does not stand there yet."""
    standing = ratings.get((criterion_id, RatingKind.FINAL.value))
    if standing is None:
        return _differs(ratings.get((criterion_id, RatingKind.INITIAL.value)), final)
    return _differs(standing, final) or standing.reason != final.reason


def _keep_earlier(
    review: Review, before: Mapping[str, Any], ratings: Mapping[tuple[int, str], Rating]
) -> None:
    finals = [
        {
            "criterion": rating.criterion_id,
            "level": rating.level,
            "not_applicable": rating.not_applicable,
            "reason": rating.reason,
        }
        for rating in ratings.values()
        if rating.is_final
    ]
    said_at = review.amended_at or review.filed_at
    review.earlier = [
        *review.earlier,
        {**before, "finals": finals, "reason": review.amend_reason, "at": said_at.isoformat()},
    ]


def _write_finals(review: Review, changed: Mapping[int, FinalRating]) -> None:
    Rating.objects.bulk_create(
        [
            Rating(
                review=review,
                criterion_id=criterion_id,
                kind=RatingKind.FINAL.value,
                level=final.level,
                not_applicable=final.not_applicable,
                reason=final.reason,
            )
            for criterion_id, final in changed.items()
        ],
        update_conflicts=True,
        unique_fields=["review", "criterion", "kind"],
        update_fields=["level", "not_applicable", "reason"],
    )


def _tell_chair(round_: ReviewRound, review: Review) -> None:
    if round_.chair_id is None:
        return
    words = {"case": round_.case.number}
    queue_messages(
        [
            Message(
                key=f"amended:{review.uid}:{len(review.earlier)}",
                recipient=round_.chair,
                case=round_.case,
                subject=_("Case %(case)s: a review was amended") % words,
                body=_("A reviewer of case %(case)s amended a review; the figures may differ now.")
                % words,
            )
        ]
    )
