"""The people of providers, their invitations, and providers that wait for verification."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from curriculum_pages.models import Provider, ProviderMember
from resource_library.models import Organisation
from submission_portal.models import Invitation
from submission_portal.permissions import providers_of, waiting_providers

MOST_NAMESAKES = 20


class InvitationState(StrEnum):
    """Whether an invitation can still be accepted."""

    OPEN = "open"
    USED = "used"
    REVOKED = "revoked"
    EXPIRED = "expired"


def state_of(invitation: Invitation) -> InvitationState:
    """Return whether the invitation is open now, and why not."""
    if invitation.accepted_at is not None:
        return InvitationState.USED
    if invitation.revoked_at is not None:
        return InvitationState.REVOKED
    if invitation.expires_at <= timezone.now():
        return InvitationState.EXPIRED
    return InvitationState.OPEN


def masked(email: str) -> str:
    """Return the address with most of its first part hidden: its owner knows it all the same."""
    name, _at, domain = email.partition("@")
    return f"{name[:1]}…@{domain}"


def own_provider(user: Any, uid: UUID) -> Provider | None:
    """Return a provider that the user acts for; None for every other, as for none at all."""
    return providers_of(user).filter(uid=uid).select_related("organisation").first()


def members_of(provider: Provider) -> "QuerySet[ProviderMember]":
    """Return who acts for the provider today."""
    return provider.members.filter(ended_at=None).select_related("user").order_by("added_at", "pk")


def open_invitations_of(provider: Provider) -> "QuerySet[Invitation]":
    """Return the invitations that wait for an answer, those past their time among them."""
    return Invitation.objects.filter(provider=provider, accepted_at=None, revoked_at=None)


def unverified_providers(user: Any) -> "QuerySet[Provider]":
    """Return the providers that registered themselves and that `user` may verify, oldest first."""
    return waiting_providers(user).select_related("organisation").order_by("pk")


@dataclass(frozen=True, slots=True)
class Namesake:
    """An organisation that may be the same as a new provider."""

    pk: int
    name: str
    is_provider: bool


def namesakes_of(provider: Provider) -> list[Namesake]:
    """Return organisations with the stated name, or with its longest word, exact names first."""
    stated = provider.stated_name
    longest = max(stated.split(), key=len, default=stated)
    found = Organisation.objects.exclude(pk=provider.organisation_id).filter(
        Q(name__iexact=stated) | Q(acronym__iexact=stated) | Q(name__icontains=longest)
    )
    rows = found.select_related("provider").order_by("name")[:MOST_NAMESAKES]
    return sorted(
        (Namesake(row.pk, row.name, hasattr(row, "provider")) for row in rows),
        key=lambda row: row.name.lower() != stated.lower(),
    )
