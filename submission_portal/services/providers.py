"""Providers come in: registered by their people, then verified or merged by staff."""

import re
import secrets
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from curriculum_pages.enums import MemberRole
from curriculum_pages.models import CurriculumPage, Provider, ProviderMember
from resource_library.models import Organisation
from submission_portal.enums import LoggedAction
from submission_portal.models import Invitation, Submission
from submission_portal.permissions import is_tied_to, waiting_providers

from .history import log_of_provider

_HOLDS_AN_ADDRESS = re.compile(r"://|www\.|@", re.IGNORECASE)
MAX_NAME = 180
"""How long a stated name may be: the organisation's own has a mark behind it until then."""


@transaction.atomic
def register_provider(*, name: str, kind: str, sector: str, url: str, actor: Any) -> Provider:
    """Create a provider that nobody has verified, with `actor` as its owner, and return it.

    Its organisation always gets a name with a mark of its own: whether the stated one is known to
    the platform changes neither the answer nor the work. Raises ValidationError naming fields.
    """
    stated = " ".join(name.split())
    if not stated:
        raise ValidationError({"name": _("Say the name of the organisation.")})
    if _HOLDS_AN_ADDRESS.search(stated):
        # It stands in mails to people whom an unverified provider invites.
        raise ValidationError({"name": _("Give the name without an address in it.")})
    if len(stated) > MAX_NAME:
        raise ValidationError({"name": _("The name is too long.")})
    organisation = Organisation(
        name=f"{stated} ({secrets.token_hex(4)})", kind=kind, sector=sector, url=url
    )
    organisation.slug = f"provider-{organisation.uid}"
    organisation.clean_fields()
    organisation.save()
    provider = Provider.objects.create(organisation=organisation, stated_name=stated)
    ProviderMember.objects.create(
        provider=provider, user=actor, role=MemberRole.OWNER.value, added_by=actor
    )
    return provider


@transaction.atomic
def verify_provider(*, provider_id: int, name: str, actor: Any) -> Provider:
    """Give the provider's organisation its name, mark the provider as verified, and return it.

    Raises PermissionDenied for whoever may not change providers, and ValidationError where it is
    verified already or another organisation has the name: then it is merged instead.
    """
    provider = _lock_unverified(provider_id, actor)
    organisation = provider.organisation
    organisation.name, organisation.slug = " ".join(name.split()), ""
    organisation.full_clean()
    organisation.save()
    return _mark_verified(provider, LoggedAction.VERIFIED, actor)


@transaction.atomic
def merge_provider(*, provider_id: int, organisation_id: int, actor: Any) -> Provider:
    """Make the provider one with a known organisation; return the provider that remains.

    Where the organisation brings no curricula yet, the provider moves to it. Otherwise people and
    submissions move to the organisation's provider, which a curriculum under review forbids: what
    a panel reviews names its provider. Raises PermissionDenied and ValidationError as
    `verify_provider`, Organisation.DoesNotExist.
    """
    provider = _lock_unverified(provider_id, actor)
    organisation = Organisation.objects.select_for_update().get(pk=organisation_id)
    if is_tied_to(actor, organisation):
        raise PermissionDenied(_("Something ties you to this organisation; nothing was changed."))
    known = Provider.objects.select_for_update().filter(organisation=organisation).first()
    if known == provider:
        raise ValidationError(_("This is the provider's own organisation."))
    if known is not None:
        if CurriculumPage.objects.filter(provider=provider).exists():
            raise ValidationError(
                _("It has curricula under review already, whose record names it: verify it.")
            )
        _move_everything(provider, known, actor)
        return known
    placeholder = provider.organisation
    provider.organisation = organisation
    provider.save(update_fields=["organisation"])
    _delete_unused(placeholder)
    return _mark_verified(provider, LoggedAction.MERGED, actor)


def _lock_unverified(provider_id: int, actor: Any) -> Provider:
    provider = (
        Provider.objects.select_for_update(of=("self",))
        .select_related("organisation")
        .get(pk=provider_id)
    )
    if provider.verified_at is not None or not provider.stated_name:
        raise ValidationError(_("This provider waits for no verification any more."))
    if not waiting_providers(actor).filter(pk=provider.pk).exists():
        raise PermissionDenied(_("You may not verify this provider."))
    return provider


def _mark_verified(provider: Provider, action: LoggedAction, actor: Any) -> Provider:
    provider.verified_at, provider.verified_by = timezone.now(), actor
    provider.save(update_fields=["verified_at", "verified_by"])
    log_of_provider(provider, action, actor=actor, name=provider.stated_name)
    return provider


def _move_everything(provider: Provider, known: Provider, actor: Any) -> None:
    """Move what is the provider's to the known one; the empty one stays, without people."""
    now = timezone.now()
    there = set(known.members.filter(ended_at=None).values_list("user", flat=True))
    for member in provider.members.filter(ended_at=None).order_by("pk"):
        if member.user_id not in there:
            ProviderMember.objects.create(
                provider=known, user_id=member.user_id, role=member.role, added_by=actor
            )
    provider.members.filter(ended_at=None).update(ended_at=now)
    Invitation.objects.filter(provider=provider, accepted_at=None, revoked_at=None).update(
        revoked_at=now
    )
    Submission.objects.filter(provider=provider).update(provider=known)
    # Each of the two has a history of its own.
    log_of_provider(known, LoggedAction.MERGED, actor=actor, name=provider.stated_name)
    log_of_provider(provider, LoggedAction.EMPTIED, actor=actor, name=known.name)
    provider.stated_name = ""
    provider.save(update_fields=["stated_name"])


def _delete_unused(organisation: Organisation) -> None:
    try:
        with transaction.atomic():
            organisation.delete()
    except ProtectedError:
        return  # somebody has said something about it; it stays
