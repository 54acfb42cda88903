"""What staff do before any panel: accept, return with reasons, out of scope, and take that back."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from review_workflow.models import ReviewRound
from review_workflow.parsing import clean_text
from review_workflow.services.wording import in_the_sites_language
from submission_portal.enums import EventKind, ReasonKind, SubmissionState
from submission_portal.models import ScreeningReason, Submission

from .events import move_to, record_event
from .locking import lock_submission, require
from .notices import named, tell_provider
from .revisions import save_revision_of

MAX_WORDS = 20_000


@transaction.atomic
def accept_to_review(*, submission_id: int, actor: Any, note: str = "") -> Submission:
    """Put the submitted version to a panel and return the submission with its page and case.

    Wagtail's workflow is started as by whoever submitted: letters go to them. Raises
    PermissionDenied, which says why, where it may not be accepted or no review can begin; nothing
    is changed then.
    """
    submission, access = lock_submission(submission_id, actor)
    require(access.can_accept, _("This submission is not in screening; nothing was changed."))
    version = submission.versions.order_by("-number")[0]
    save_revision_of(submission, version)
    page: Any = submission.page
    page.refresh_from_db()
    workflow = page.get_workflow()
    if workflow is None:
        raise PermissionDenied(_("No workflow with a panel is assigned to the catalog."))
    state = workflow.start(page, version.submitted_by)
    round_ = ReviewRound.objects.select_related("case").get(task_state=state.current_task_state_id)
    move_to(submission, SubmissionState.ACCEPTED, case=round_.case)
    event = record_event(
        submission,
        EventKind.ACCEPTED,
        actor=actor,
        is_staffs=True,
        note=clean_text(note).strip(),
        version=version.number,
    )
    with in_the_sites_language():
        tell_provider(
            submission,
            key=f"event:{event.seq}",
            subject=_("%(number)s “%(title)s” goes to review") % named(submission),
            body=_(
                "Your submission is complete and within scope. A chair now puts a panel of "
                "independent reviewers together."
            ),
        )
    return submission


@transaction.atomic
def return_to_provider(
    *, submission_id: int, actor: Any, reasons: Sequence[str], words: str, note: str = ""
) -> Submission:
    """Return the submission with reasons (codes) and a letter; the provider can write again.

    Raises PermissionDenied where it is not in screening, ValidationError without a reason or words.
    """
    return _refuse(
        submission_id,
        actor,
        (SubmissionState.RETURNED, EventKind.RETURNED, ReasonKind.RETURN),
        reasons,
        (words, note),
    )


@transaction.atomic
def find_out_of_scope(
    *, submission_id: int, actor: Any, reasons: Sequence[str], words: str, note: str = ""
) -> Submission:
    """Close the submission as out of scope, with reasons (codes) and a letter.

    Raises as `return_to_provider` does.
    """
    return _refuse(
        submission_id,
        actor,
        (SubmissionState.OUT_OF_SCOPE, EventKind.OUT_OF_SCOPE, ReasonKind.OUT_OF_SCOPE),
        reasons,
        (words, note),
    )


def _refuse(
    submission_id: int,
    actor: Any,
    what: tuple[SubmissionState, EventKind, ReasonKind],
    reasons: Sequence[str],
    texts: tuple[str, str],
) -> Submission:
    state, kind, reason_kind = what
    submission, access = lock_submission(submission_id, actor)
    require(access.can_return, _("This submission is not in screening; nothing was changed."))
    words, note = (clean_text(text).strip() for text in texts)
    known = set(
        ScreeningReason.objects.filter(
            code__in=reasons, kind=reason_kind.value, active=True
        ).values_list("code", flat=True)
    )
    faults: dict[str, str] = {}
    if not reasons or known != set(reasons):
        faults["reasons"] = _("Choose at least one of the reasons in use.")
    if not words:
        faults["words"] = _("Write what the provider is to read.")
    elif len(words) > MAX_WORDS:
        faults["words"] = _("Shorten this text to %d characters.") % MAX_WORDS
    if faults:
        raise ValidationError(faults)
    move_to(submission, state)
    event = record_event(
        submission,
        kind,
        actor=actor,
        is_staffs=True,
        words=words,
        note=note,
        reasons=sorted(known),
    )
    with in_the_sites_language():
        subject = (
            _("%(number)s “%(title)s” is returned to you")
            if state is SubmissionState.RETURNED
            else _("%(number)s “%(title)s” is out of scope")
        )
        tell_provider(
            submission,
            key=f"event:{event.seq}",
            subject=subject % named(submission),
            body=words,
            can_wait=False,
        )
    return submission


@transaction.atomic
def revert_screening(*, submission_id: int, actor: Any, note: str) -> Submission:
    """Take a return, or the finding that it is out of scope, back into screening.

    Raises PermissionDenied where there is nothing to take back, ValidationError without a note.
    """
    submission, access = lock_submission(submission_id, actor)
    require(access.can_revert, _("There is nothing to take back; nothing was changed."))
    why = clean_text(note).strip()
    if not why:
        raise ValidationError({"note": _("Say why this is taken back.")})
    move_to(submission, SubmissionState.SCREENING)
    event = record_event(submission, EventKind.REVERTED, actor=actor, is_staffs=True, note=why)
    with in_the_sites_language():
        tell_provider(
            submission,
            key=f"event:{event.seq}",
            subject=_("%(number)s “%(title)s” is checked again") % named(submission),
            body=_("Staff have taken their last step back and check your submission again."),
        )
    return submission
