"""Amending a filed review after the discussion: final ratings, and why they changed."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from review_workflow.enums import RatingKind
from review_workflow.models import Rating, Review, ReviewRound
from review_workflow.parsing import parse_amendment
from review_workflow.permissions import access_to
from review_workflow.reviewing import (
    Amendment,
    Faults,
    FinalRating,
    amendment_faults,
    recommendation_faults,
)
from review_workflow.seating import SeatEvent, state_after

from .audit import record
from .locking import lock_round
from .reviews import WORDS, assignment_in, digest, own_seat, round_of, sheet_of, words_of
from .steps import tell_chair


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
    access = access_to(actor, round_)
    assignment = own_seat(access, assignment_id)
    if not access.can_amend:
        raise PermissionDenied(_("This review cannot be amended now; nothing was changed."))
    review = Review.objects.get(assignment=assignment_id)
    standing = _Standing(review)
    words = {
        "recommendation": recommendation,
        "conditions": conditions,
        "comment": comment,
        "confidential": confidential,
    }
    for name, text in standing.words.items():
        words[name] = text if words[name] is None else words[name]
    amendment = Amendment(finals, **words, reason=reason)
    faults = {**standing.faults(amendment), **amendment_faults(amendment, sheet_of(round_))}
    if faults:
        raise ValidationError(faults)
    changed = {
        criterion_id: final
        for criterion_id, final in finals.items()
        if standing.changes(criterion_id, final)
    }
    if words == standing.words and not changed:
        return review
    _write(review, standing, amendment, changed)
    assignment.state = state_after(assignment.state, SeatEvent.AMENDED).value
    assignment.save(update_fields=["state"])
    record(
        case=round_.case,
        kind="review_amended",
        actor=actor,
        assignment=assignment_id,
        sha256=digest(review, amendment),
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


class _Standing:
    """What a review says before an amendment."""

    def __init__(self, review: Review) -> None:
        self.words: dict[str, str | None] = dict(words_of(review))
        ratings = list(review.ratings.all())
        self.first = {each.criterion_id: each for each in ratings if not each.is_final}
        self.final = {each.criterion_id: each for each in ratings if each.is_final}

    def faults(self, amendment: Amendment) -> Faults:
        """Return where an amendment lacks a reason, by field."""
        faults: Faults = {}
        if self.words != {name: getattr(amendment, name) for name in WORDS}:
            recommendation_faults(
                amendment.recommendation or "", amendment.conditions or "", faults
            )
            if not amendment.reason:
                faults["reason"] = _("Say why you change what you filed.")
        for criterion_id, final in amendment.finals.items():
            if _differs(self.first.get(criterion_id), final) and not final.reason:
                faults[f"c{criterion_id}-why"] = _("Say why your rating changed.")
        return faults

    def changes(self, criterion_id: int, final: FinalRating) -> bool:
        """Return whether a final rating says anything that does not stand there yet."""
        standing = self.final.get(criterion_id)
        if standing is None:
            return _differs(self.first.get(criterion_id), final)
        return _differs(standing, final) or standing.reason != final.reason


def _differs(rating: Rating | None, final: FinalRating) -> bool:
    return rating is None or (rating.level, rating.not_applicable) != (
        final.level,
        final.not_applicable,
    )


def _write(
    review: Review,
    standing: _Standing,
    amendment: Amendment,
    changed: Mapping[int, FinalRating],
) -> None:
    """Write the amended review, and what it said before beside it."""
    finals = [
        {
            "criterion": rating.criterion_id,
            "level": rating.level,
            "not_applicable": rating.not_applicable,
            "reason": rating.reason,
        }
        for rating in standing.final.values()
    ]
    said_at = (review.amended_at or review.filed_at).isoformat()
    before = {**standing.words, "finals": finals, "reason": review.amend_reason, "at": said_at}
    review.earlier = [*review.earlier, before]
    for name in WORDS:
        setattr(review, name, getattr(amendment, name))
    review.amended_at, review.amend_reason = timezone.now(), amendment.reason
    review.save(update_fields=[*WORDS, "earlier", "amended_at", "amend_reason"])
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
    words = {"case": round_.case.number}
    tell_chair(
        round_,
        key=f"amended:{review.uid}:{len(review.earlier)}",
        subject=_("Case %(case)s: a review was amended") % words,
        body=_("A reviewer of case %(case)s amended a review; the figures may differ now.") % words,
    )
