"""Messages between a provider and the platform's staff."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from review_workflow.parsing import clean_text
from review_workflow.services.wording import in_the_sites_language
from submission_portal.models import SubmissionMessage
from submission_portal.permissions import SubmissionAccess

from .locking import lock_submission, require
from .notices import named, tell_provider, tell_screeners

MAX_MESSAGE = 10_000


@transaction.atomic
def send_message(*, submission_id: int, body: str, actor: Any) -> SubmissionMessage:
    """Keep a message, tell the other side by mail, and return it.

    Raises PermissionDenied for whoever may not write here, ValidationError for an empty text or one
    that is too long.
    """
    submission, access = lock_submission(submission_id, actor)
    require(access.can_write_messages, _("You cannot write here; nothing was sent."))
    text = clean_text(body).strip()
    if not text:
        raise ValidationError({"body": _("Write what you want to say.")})
    if len(text) > MAX_MESSAGE:
        raise ValidationError({"body": _("Shorten this text to %d characters.") % MAX_MESSAGE})
    message = SubmissionMessage.objects.create(
        submission=submission, author=actor, is_staffs=access.screens, body=text
    )
    with in_the_sites_language():
        subject = _("%(number)s “%(title)s”: a new message")
        key = f"message:{message.uid}"
        if access.screens:
            tell_provider(
                submission,
                key=key,
                subject=subject % named(submission),
                body=_("The platform's staff wrote to you about your submission."),
            )
        elif submission.number:
            tell_screeners(
                submission,
                key=key,
                subject=subject % named(submission, for_staff=True),
                body=_("The provider wrote about its submission."),
            )
    return message


def mark_read(submission_id: int, access: SubmissionAccess) -> None:
    """Note that this side has opened what the other side wrote."""
    SubmissionMessage.objects.filter(
        submission=submission_id, read_at=None, is_staffs=access.is_member
    ).update(read_at=timezone.now())
