"""Writing reviews: drafts while they are typed, filing once, amending after the discussion."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from review_workflow.enums import HAS_FILED, RatingKind
from review_workflow.models import (
    Assignment,
    EvidenceLocator,
    Rating,
    Review,
    ReviewDraft,
    ReviewRound,
)
from review_workflow.models.approval import canonical_json
from review_workflow.parsing import parse_review
from review_workflow.permissions import CaseAccess, access_to
from review_workflow.reviewing import (
    TEXTS,
    FiledLocator,
    FiledRating,
    FiledReview,
    Sheet,
    review_faults,
)
from review_workflow.seating import SeatEvent, state_after

from .audit import record
from .locking import lock_round, lock_running_round
from .steps import tell_chair

MAX_DRAFT = 1_000_000
"""How many characters a draft may have as JSON; a review of 60 criteria needs a tenth."""
WORDS = ("recommendation", *TEXTS)


class StaleDraft(Exception):  # noqa: N818 - says what happened, as PermissionDenied does
    """Another window saved the draft in the meantime; `draft` is what is stored."""

    def __init__(self, draft: ReviewDraft) -> None:
        super().__init__("the draft was saved elsewhere in the meantime")
        self.draft = draft


def sheet_of(round_: ReviewRound) -> Sheet:
    """Return what the reviews of a round are held against, as it was frozen."""
    return Sheet.of(round_.edition_snapshot, round_.units)


@transaction.atomic
def save_draft(
    *, assignment_id: int, content: Mapping[str, str], version: int, actor: Any
) -> ReviewDraft:
    """Keep what a reviewer typed so far; `version` is that of the draft it was typed on.

    What one window sends late or twice never replaces what it sent after it: `content["tab"]`
    names the window, `content["edit"]` counts its changes. Raises StaleDraft where another window
    saved in the meantime, PermissionDenied for whoever may not write this review now.
    """
    round_ = lock_running_round(round_of(assignment_id))
    access = access_to(actor, round_)
    own_seat(access, assignment_id)
    if not access.can_review:
        raise PermissionDenied(_("This review cannot be written now; nothing was saved."))
    if len(canonical_json(dict(content))) > MAX_DRAFT:
        raise ValidationError(_("This is too long to be saved; shorten the longest texts."))
    draft, _created = ReviewDraft.objects.get_or_create(assignment_id=assignment_id)
    same_window = bool(content.get("tab")) and content.get("tab") == draft.content.get("tab")
    if same_window and _edit(content) <= _edit(draft.content):
        return draft
    if not same_window and version != draft.version:
        raise StaleDraft(draft)
    draft.content, draft.version, draft.saved_at = dict(content), draft.version + 1, timezone.now()
    draft.save(update_fields=["content", "version", "saved_at"])
    return draft


@transaction.atomic
def file_review(*, assignment_id: int, filed: FiledReview, actor: Any) -> Review:
    """Return the review, filed: from now on it counts and opens the others' to its author.

    The same content a second time changes nothing and returns the review; other content is refused
    once a review is filed. Raises PermissionDenied for whoever may not file here now, and
    ValidationError naming the fields at fault. The chair is told in the same transaction.
    """
    round_ = lock_round(round_of(assignment_id))
    access = access_to(actor, round_)
    assignment = own_seat(access, assignment_id)
    review = Review.objects.filter(assignment=assignment_id).first() if access.has_filed else None
    if review is not None:
        if _in_order(first_form(review)) != _in_order(filed):
            raise ValidationError(
                _("Your review is filed and was not changed; amend it if it should say more.")
            )
        return review
    if not access.can_review:
        raise PermissionDenied(_("This review cannot be filed now; nothing was changed."))
    faults = review_faults(filed, sheet_of(round_))
    if faults:
        raise ValidationError(faults)
    return _file(assignment, round_, filed, actor)


def file_from_data(*, round_: ReviewRound, data: Mapping[str, Any], actor: Any) -> Review:
    """File the review of `actor` in `round_` from plain data; raises as `file_review` does."""
    return file_review(
        assignment_id=assignment_in(round_, actor),
        filed=parse_review(data, sheet_of(round_)),
        actor=actor,
    )


def assignment_in(round_: ReviewRound, user: Any) -> int:
    """Return the key of the seat of `user`; raises PermissionDenied where there is none."""
    assignment = access_to(user, round_).assignment
    if assignment is None:
        raise PermissionDenied(_("You hold no seat in this review."))
    return assignment.pk


def first_form(review: Review) -> FiledReview:
    """Return a review as it was filed, whatever was amended since."""
    said = review.earlier[0] if review.earlier else words_of(review)
    ratings = review.ratings.filter(kind=RatingKind.INITIAL.value).prefetch_related("locators")
    return FiledReview(
        ratings=tuple(
            FiledRating(
                criterion_id=rating.criterion_id,
                level=rating.level,
                not_applicable=rating.not_applicable,
                reason=rating.reason,
                note=rating.note,
                locators=tuple(
                    FiledLocator(str(locator.unit_uid or "") or None, locator.place)
                    for locator in rating.locators.all()
                ),
            )
            for rating in ratings.order_by("criterion_id")
        ),
        **{name: said[name] for name in WORDS},
    )


def words_of(review: Review) -> dict[str, str]:
    """Return recommendation and texts of a review as they stand."""
    return {name: getattr(review, name) for name in WORDS}


def _in_order(filed: FiledReview) -> FiledReview:
    return replace(
        filed, ratings=tuple(sorted(filed.ratings, key=lambda rating: rating.criterion_id))
    )


def round_of(assignment_id: int) -> int:
    """Return the key of a seat's round; raises PermissionDenied where there is no such seat."""
    round_id = Assignment.objects.filter(pk=assignment_id).values_list("round", flat=True).first()
    if round_id is None:
        raise PermissionDenied(_("You hold no seat in this review."))
    return int(round_id)


def own_seat(access: CaseAccess, assignment_id: int) -> Assignment:
    """Return the seat; raises PermissionDenied where it is not that of the one with `access`."""
    if access.assignment is None or access.assignment.pk != assignment_id:
        raise PermissionDenied(_("You hold no seat in this review."))
    return access.assignment


def _edit(content: Mapping[str, Any]) -> int:
    text = str(content.get("edit", ""))
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004 - a small integer


def _file(assignment: Assignment, round_: ReviewRound, filed: FiledReview, actor: Any) -> Review:
    now = timezone.now()
    review = Review.objects.create(
        assignment=assignment, filed_at=now, **{name: getattr(filed, name) for name in WORDS}
    )
    ratings = Rating.objects.bulk_create(
        Rating(
            review=review,
            criterion_id=rating.criterion_id,
            kind=RatingKind.INITIAL.value,
            level=rating.level,
            not_applicable=rating.not_applicable,
            reason=rating.reason,
            note=rating.note,
        )
        for rating in filed.ratings
    )
    EvidenceLocator.objects.bulk_create(
        EvidenceLocator(rating=row, unit_uid=locator.unit_uid, place=locator.place)
        for row, rating in zip(ratings, filed.ratings, strict=True)
        for locator in rating.locators
    )
    ReviewDraft.objects.filter(assignment=assignment).delete()
    assignment.state = state_after(assignment.state, SeatEvent.FILED).value
    assignment.filed_at = now
    assignment.save(update_fields=["state", "filed_at"])
    record(
        case=round_.case,
        kind="review_filed",
        actor=actor,
        assignment=assignment.pk,
        sha256=digest(review, filed),
    )
    _tell_chair(round_, assignment)
    return review


def digest(review: Review, content: Any) -> str:
    """Return the hash that proves later what was handed in; the uid in it cannot be guessed."""
    said = {"review": str(review.uid), **asdict(content)}
    return hashlib.sha256(canonical_json(said).encode()).hexdigest()


def _tell_chair(round_: ReviewRound, assignment: Assignment) -> None:
    filed = Assignment.objects.filter(
        round=round_, state__in=[state.value for state in HAS_FILED]
    ).count()
    seats = round_.rule_snapshot["seats"]
    words = {"case": round_.case.number, "filed": filed, "seats": seats}
    if filed < seats:
        tell_chair(
            round_,
            key=f"filed:{assignment.uid}",
            subject=_("Case %(case)s: %(filed)d of %(seats)d reviews are filed") % words,
            body=_("%(filed)d of %(seats)d reviews of case %(case)s are filed.") % words,
        )
    else:
        tell_chair(
            round_,
            key=f"ready:{assignment.uid}",
            subject=_("Case %(case)s is ready to decide") % words,
            body=_("All %(seats)d reviews of case %(case)s are filed; it waits for your decision.")
            % words,
        )
