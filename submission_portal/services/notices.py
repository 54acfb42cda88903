"""Mail about submissions, through the outbox: to a provider's people, and to staff who screen.

A mail says that something happened and where to read it; no mail holds what reviewers wrote.
"""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.urls import reverse
from django.utils.translation import gettext as _

from curriculum_pages.models import ProviderMember
from review_workflow.services import Message, queue_messages
from review_workflow.services.messages import TO_PARTY
from review_workflow.services.wording import absolute
from submission_portal.models import Submission
from submission_portal.permissions import SCREEN, screened


def tell_provider(
    submission: Submission,
    *,
    key: str,
    subject: str,
    body: str,
    can_wait: bool = True,
    leave_out: Iterable[int] = (),
) -> None:
    """Queue a mail to everybody who acts for the provider, apart from the users `leave_out`."""
    members = (
        ProviderMember.objects.filter(
            provider=submission.provider_id, ended_at=None, user__is_active=True
        )
        .exclude(user__in=list(leave_out))
        .select_related("user")
    )
    address = absolute(reverse("portal_submission", args=[submission.uid]))
    queue_messages(
        Message(
            key=f"{TO_PARTY}submission:{submission.uid}:{key}:{member.user_id}",
            recipient=member.user,
            subject=subject,
            body=f"{body}\n\n{address}",
            can_wait=can_wait,
        )
        for member in members
    )


def tell_screeners(submission: Submission, *, key: str, subject: str, body: str) -> None:
    """Queue a mail to everybody who may screen this submission."""
    queue_messages(
        Message(
            key=f"submission:{submission.uid}:{key}:{user.pk}",
            recipient=user,
            subject=subject,
            body=body,
        )
        for user in screeners_of(submission)
    )


def screeners_of(submission: Submission) -> list[Any]:
    """Return the active users who may screen it: no superuser by nature, no tie to the provider."""
    users = ModelBackend().with_perm(SCREEN, include_superusers=False, obj=None)
    known: Any = get_user_model()._default_manager
    return [
        user
        for user in known.filter(pk__in=users.values("pk")).order_by("pk")
        if screened(user).filter(pk=submission.pk).exists()
    ]


def named(submission: Submission, *, for_staff: bool = False) -> dict[str, str]:
    """Return what the sentences of a mail name: number and title, for staff the submitted one."""
    title = submission.submitted_title if for_staff else submission.title
    return {
        "number": submission.number or _("your draft"),
        "title": title[:100] or _("without a title"),
    }
