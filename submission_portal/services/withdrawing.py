"""Withdrawing, with a reason: a draft, what staff have, or what a panel reviews."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from review_workflow.parsing import clean_text
from review_workflow.services import withdraw_review
from review_workflow.services.wording import in_the_sites_language
from submission_portal.enums import EventKind, SubmissionState
from submission_portal.models import Submission

from .events import move_to, record_event
from .locking import lock_submission, require
from .notices import named, tell_provider, tell_screeners

MAX_REASON = 5_000


@transaction.atomic
def withdraw_submission(*, submission_id: int, actor: Any, reason: str) -> Submission:
    """Withdraw and return the submission; its case, if it has one, is withdrawn with it.

    A second time changes nothing. Raises PermissionDenied for whoever does not write for the
    provider and once a decision was made, ValidationError without a reason.
    """
    submission, access = lock_submission(submission_id, actor)
    if access.writes and submission.state == SubmissionState.WITHDRAWN:
        return submission
    require(access.can_withdraw, _("This submission cannot be withdrawn; nothing was changed."))
    why = clean_text(reason).strip()
    if not why:
        raise ValidationError({"reason": _("Say why you withdraw.")})
    if len(why) > MAX_REASON:
        raise ValidationError({"reason": _("Shorten this text to %d characters.") % MAX_REASON})
    if submission.case is not None:
        round_ = submission.case.rounds.order_by("-number")[0]
        withdraw_review(round_id=round_.pk, actor=actor)
    was_submitted = submission.number is not None
    move_to(submission, SubmissionState.WITHDRAWN)
    event = record_event(submission, EventKind.WITHDRAWN, actor=actor, words=why)
    if was_submitted:
        with in_the_sites_language():
            subject = _("%(number)s “%(title)s” is withdrawn")
            key = f"event:{event.seq}"
            tell_provider(
                submission,
                key=key,
                subject=subject % named(submission),
                body=_("The submission was withdrawn."),
            )
            tell_screeners(
                submission,
                key=key,
                subject=subject % named(submission, for_staff=True),
                body=_("The provider has withdrawn its submission."),
            )
    return submission
