"""Acting on what somebody has read: not at all, where somebody else has acted since."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from submission_portal.models import Submission

from .locking import lock_submission


class StalePage(Exception):  # noqa: N818 - says what happened
    """Somebody acted on the submission after the page was made; nothing was changed."""

    def __init__(self) -> None:
        super().__init__(
            _("Somebody has acted on this submission meanwhile; nothing was changed. Look again.")
        )


def last_event_of(submission: Submission) -> int:
    """Return the number of the last thing that happened, which a page carries as what was seen."""
    return submission.events.aggregate(last=Max("seq"))["last"] or 0


@transaction.atomic
def act_on_seen(
    act: Callable[..., Submission], *, submission_id: int, seen: int, actor: Any, **given: Any
) -> Submission:
    """Do `act` (one of the services of screening) if nothing has happened since `seen`.

    Raises StalePage where something has, and whatever the service raises.
    """
    submission, _access = lock_submission(submission_id, actor)
    if last_event_of(submission) != seen:
        raise StalePage
    return act(submission_id=submission_id, actor=actor, **given)
