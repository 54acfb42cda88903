"""The people of a provider: what their owners change. A provider never lacks an owner."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from curriculum_pages.enums import MemberRole
from curriculum_pages.models import Provider, ProviderMember
from submission_portal.enums import LoggedAction
from submission_portal.permissions import is_owner_of

from .history import log_of_provider


@transaction.atomic
def change_role(*, member_id: int, role: MemberRole, actor: Any) -> ProviderMember:
    """Give a member another role and return the member; the role that they have changes nothing.

    Raises ProviderMember.DoesNotExist for one whose part has ended, PermissionDenied for whoever
    is no owner of the provider, and ValidationError where the last owner would be lost.
    """
    member = _lock_member(member_id, actor)
    if role is not MemberRole.OWNER:
        _keep_an_owner(member)
    before = member.role
    if before != role.value:
        member.role = role.value
        member.save(update_fields=["role"])
        _log(member, LoggedAction.ROLE_CHANGED, actor, before=before)
    return member


@transaction.atomic
def end_membership(*, member_id: int, actor: Any) -> ProviderMember:
    """End somebody's part in a provider and return it; raises as `change_role`."""
    member = _lock_member(member_id, actor)
    _keep_an_owner(member)
    member.ended_at = timezone.now()
    member.save(update_fields=["ended_at"])
    _log(member, LoggedAction.MEMBER_ENDED, actor)
    return member


def _log(member: ProviderMember, action: LoggedAction, actor: Any, **data: Any) -> None:
    log_of_provider(
        member.provider, action, actor=actor, user=member.user_id, role=member.role, **data
    )


def lock_provider(provider_id: int, actor: Any) -> Provider:
    """Return the provider, locked; raises PermissionDenied for whoever is no owner of it."""
    provider = Provider.objects.select_for_update(of=("self",)).get(pk=provider_id)
    if not is_owner_of(actor, provider):
        raise PermissionDenied(_("Only an owner of the provider manages its people."))
    return provider


def _lock_member(member_id: int, actor: Any) -> ProviderMember:
    """Lock the provider, so that two owners who remove each other wait, and return the member."""
    lock_provider(ProviderMember.objects.get(pk=member_id).provider_id, actor)
    return ProviderMember.objects.select_for_update().get(pk=member_id, ended_at=None)


def _keep_an_owner(member: ProviderMember) -> None:
    """Raise ValidationError where nobody else owns the provider."""
    if member.role != MemberRole.OWNER.value:
        return
    others = ProviderMember.objects.filter(
        provider=member.provider_id,
        role=MemberRole.OWNER.value,
        ended_at=None,
        user__is_active=True,
    ).exclude(pk=member.pk)
    if not others.exists():
        raise ValidationError(
            _("A provider needs an owner: make somebody else an owner first."), code="last_owner"
        )
