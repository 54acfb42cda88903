"""Entries of Wagtail's audit log about a provider and its people, read in the admin.

They hold keys of users and rows, no address of anybody and nothing that a mail carries; the words
are made when they are read.
"""

from typing import Any

from wagtail.log_actions import log

from curriculum_pages.models import Provider
from review_workflow.services.wording import in_the_sites_language
from submission_portal.enums import LoggedAction
from submission_portal.models import Invitation


def log_of_provider(provider: Provider, action: LoggedAction, *, actor: Any, **data: Any) -> None:
    """Write one entry into the history of a provider."""
    log(instance=provider, action=action.value, user=actor, data=data)


def log_of_invitation(
    invitation: Invitation, action: LoggedAction, *, actor: Any, **data: Any
) -> None:
    """Write one entry into the history of the invitation's provider, of itself where it has none.

    An invitation is called by its kind there: its own name is an address.
    """
    data["invitation"] = invitation.pk
    if invitation.provider is not None:
        log_of_provider(invitation.provider, action, actor=actor, **data)
        return
    with in_the_sites_language():
        title = str(invitation.get_kind_display())
    log(instance=invitation, action=action.value, user=actor, title=title, data=data)
