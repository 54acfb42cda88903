"""The one order of locks of the portal: the submission first, then what its review locks."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from submission_portal.models import Submission
from submission_portal.permissions import SubmissionAccess, access_to_submission


def lock_submission(submission_id: int, actor: Any) -> tuple[Submission, SubmissionAccess]:
    """Return the submission, locked and freshly read, and what `actor` may do with it now.

    Raises Submission.DoesNotExist, and PermissionDenied for whoever may not see it. Call inside a
    transaction.
    """
    submission = Submission.objects.select_for_update(of=("self",)).get(pk=submission_id)
    access = access_to_submission(actor, submission)
    if not access.can_see:
        raise PermissionDenied(_("This submission is not yours; nothing was changed."))
    return submission, access


def require(allowed: bool, sentence: str) -> None:  # noqa: FBT001 - reads as a sentence
    """Raise PermissionDenied with the sentence unless `allowed`."""
    if not allowed:
        raise PermissionDenied(sentence)
