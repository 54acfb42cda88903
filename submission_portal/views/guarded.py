"""Which submission a page of the portal is about, for whoever may know of it; else 404."""

from uuid import UUID

from django.http import Http404, HttpRequest

from submission_portal.models import Submission
from submission_portal.permissions import (
    SubmissionAccess,
    access_to_submission,
    own_submissions,
)


def own_submission(request: HttpRequest, uid: UUID) -> tuple[Submission, SubmissionAccess]:
    """Return a submission of a provider that the user acts for, and what they may do with it.

    Raises Http404 for everybody else: staff read what was submitted, never what is being written.
    """
    found = own_submissions(request.user).filter(uid=uid)
    submission = found.select_related("provider__organisation", "case").first()
    if submission is None:
        raise Http404
    return submission, access_to_submission(request.user, submission)
