"""Invitations: sent by mail, signed, for fourteen days, accepted by whoever owns the address."""

import datetime as dt
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from curriculum_pages.enums import MemberRole
from curriculum_pages.models import Provider, ProviderMember
from review_workflow.services import Message, queue_messages
from review_workflow.services.wording import absolute, in_the_sites_language
from submission_portal.enums import InvitationKind, LoggedAction
from submission_portal.models import Invitation

from .history import log_of_invitation
from .people import lock_provider

LASTS = dt.timedelta(days=14)
SALT = "submission_portal.invitation"
REVIEWERS = "Reviewers"
RIGHTS = {
    InvitationKind.REVIEWER: "clearinghouse_review.add_reviewerprofile",
    InvitationKind.PROVIDER: "clearinghouse_curricula.add_provider",
}
"""What staff need to invite somebody as which kind."""


def token_of(invitation: Invitation) -> str:
    """Return what the link in the mail carries."""
    return signing.TimestampSigner(salt=SALT).sign(invitation.uid.hex)


def uid_of(token: str) -> UUID:
    """Return whose token this is; raises signing.BadSignature, SignatureExpired after its time."""
    return UUID(signing.TimestampSigner(salt=SALT).unsign(token, max_age=LASTS))


@transaction.atomic
def invite_member(*, provider_id: int, email: str, role: MemberRole, actor: Any) -> Invitation:
    """Invite somebody to act for a provider, queue the mail, and return the invitation.

    Raises PermissionDenied for whoever is no owner, ValidationError where the address is a
    member's or is invited already.
    """
    provider = lock_provider(provider_id, actor)
    email = email.strip()
    if provider.members.filter(ended_at=None, user__email__iexact=email).exists():
        raise ValidationError({"email": _("This person is a member already.")})
    known = Invitation.objects.filter(
        provider=provider, email__iexact=email, accepted_at=None, revoked_at=None
    )
    known.filter(expires_at__lte=timezone.now()).update(revoked_at=timezone.now())
    if known.exists():
        raise ValidationError(
            {"email": _("This address is invited already; take that invitation back first.")}
        )
    return _invite(
        kind=InvitationKind.PROVIDER_MEMBER,
        email=email,
        actor=actor,
        provider=provider,
        role=role.value,
    )


def invite_reviewer(*, email: str, actor: Any) -> Invitation:
    """Invite somebody as a reviewer and return the invitation; raises PermissionDenied."""
    return _invite_by_staff(InvitationKind.REVIEWER, email=email, actor=actor)


def invite_provider(*, email: str, suggestion: str, actor: Any) -> Invitation:
    """Invite somebody to bring what an agency suggests; raises PermissionDenied."""
    return _invite_by_staff(
        InvitationKind.PROVIDER, email=email, actor=actor, suggestion=suggestion.strip()
    )


@transaction.atomic
def revoke_invitation(*, invitation_id: int, actor: Any) -> Invitation:
    """Take an invitation back and return it.

    Raises PermissionDenied for whoever could not have sent it, and ValidationError where it was
    accepted or taken back before.
    """
    found = Invitation.objects.get(pk=invitation_id)
    if found.provider_id is not None:
        lock_provider(found.provider_id, actor)
    else:
        _require_right(InvitationKind(found.kind), actor)
    invitation = Invitation.objects.select_for_update().get(pk=invitation_id)
    if invitation.accepted_at or invitation.revoked_at:
        raise ValidationError(_("This invitation is not open any more; nothing was changed."))
    invitation.revoked_at = timezone.now()
    invitation.save(update_fields=["revoked_at"])
    log_of_invitation(invitation, LoggedAction.REVOKED, actor=actor, role=_invited_as(invitation))
    return invitation


def may_accept(user: Any, invitation: Invitation) -> bool:
    """Return whether the invited address is one that `user` has verified."""
    return (
        user.is_authenticated
        and EmailAddress.objects.filter(
            user=user.pk, email__iexact=invitation.email, verified=True
        ).exists()
    )


@transaction.atomic
def accept_invitation(*, invitation_id: int, actor: Any) -> Invitation:
    """Make `actor` what they are invited as, and return the invitation.

    Raises PermissionDenied for whoever has not verified the invited address, and ValidationError
    where it was used or taken back, or has ended.
    """
    found = Invitation.objects.get(pk=invitation_id)
    if found.provider_id is not None:  # the provider first, as whoever takes it back does
        Provider.objects.select_for_update(of=("self",)).get(pk=found.provider_id)
    invitation = Invitation.objects.select_for_update().get(pk=invitation_id)
    if not may_accept(actor, invitation):
        raise PermissionDenied(_("This invitation is for another address."))
    if invitation.accepted_at or invitation.revoked_at or invitation.expires_at <= timezone.now():
        raise ValidationError(_("This invitation is not open any more; nothing was changed."))
    role = _invited_as(invitation)
    if invitation.kind == InvitationKind.PROVIDER_MEMBER.value:
        role = _make_member(invitation, actor).role
    elif invitation.kind == InvitationKind.REVIEWER.value:
        _let_review(invitation, actor)
    invitation.accepted_at, invitation.accepted_by = timezone.now(), actor
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    log_of_invitation(invitation, LoggedAction.ACCEPTED, actor=actor, role=role)
    return invitation


def _invited_as(invitation: Invitation) -> str:
    """Return the role in the provider, or the kind where the invitation gives none."""
    return invitation.role if invitation.provider_id is not None else invitation.kind


def _make_member(invitation: Invitation, user: Any) -> ProviderMember:
    """Return the membership; whoever is a member already keeps the role that they have."""
    member, _created = ProviderMember.objects.get_or_create(
        provider=invitation.provider,
        user=user,
        ended_at=None,
        defaults={"role": invitation.role, "added_by": invitation.invited_by},
    )
    return member


def _let_review(invitation: Invitation, user: Any) -> None:
    """Put the user among the reviewers where there is that group, and tell whoever invited them."""
    group = Group.objects.filter(name=REVIEWERS).first()
    if group is not None:
        user.groups.add(group)
    if invitation.invited_by is None:
        return
    with in_the_sites_language():
        queue_messages(
            [
                Message(
                    key=f"invitation-accepted:{invitation.uid}",
                    recipient=invitation.invited_by,
                    subject=_("A reviewer has accepted your invitation"),
                    body=_(
                        "%(who)s has accepted. Add them to the reviewers, with role, expertise and "
                        "affiliations, before they are offered a seat."
                    )
                    % {"who": user},
                )
            ]
        )


@transaction.atomic
def _invite_by_staff(kind: InvitationKind, *, email: str, actor: Any, **given: Any) -> Invitation:
    _require_right(kind, actor)
    return _invite(kind=kind, email=email.strip(), actor=actor, **given)


def _require_right(kind: InvitationKind, actor: Any) -> None:
    right = RIGHTS.get(kind)
    if right is None or not actor.has_perm(right):
        raise PermissionDenied(_("You may not invite anybody as this."))


def _invite(*, kind: InvitationKind, email: str, actor: Any, **given: Any) -> Invitation:
    invitation = Invitation.objects.create(
        kind=kind.value,
        email=email,
        invited_by=actor,
        expires_at=timezone.now() + LASTS,
        **given,
    )
    with in_the_sites_language():
        subject, body = _words(invitation)
    queue_messages(
        [
            Message(
                key=f"invitation:{invitation.uid}",
                recipient=None,
                address=email,
                subject=subject,
                body=body,
                can_wait=False,
            )
        ]
    )
    log_of_invitation(invitation, LoggedAction.INVITED, actor=actor, role=_invited_as(invitation))
    return invitation


def _words(invitation: Invitation) -> tuple[str, str]:
    """Return subject and text of the mail."""
    subjects = {
        InvitationKind.PROVIDER_MEMBER: _("You are invited to work on curricula"),
        InvitationKind.REVIEWER: _("You are invited as a reviewer"),
        InvitationKind.PROVIDER: _("You are invited to submit a curriculum"),
    }
    texts = {
        InvitationKind.PROVIDER_MEMBER: _("%(who)s invites you to act for %(provider)s."),
        InvitationKind.REVIEWER: _("%(who)s invites you to review curricula."),
        InvitationKind.PROVIDER: _("%(who)s invites you to submit a curriculum.\n\n%(suggestion)s"),
    }
    address = absolute(reverse("portal_invitation", args=[token_of(invitation)]))
    kind = InvitationKind(invitation.kind)
    text = texts[kind] % {
        "who": str(invitation.invited_by),
        "provider": invitation.provider.name if invitation.provider else "",
        "suggestion": invitation.suggestion,
    }
    ending = _("Read more and accept here, until %(day)s:\n%(address)s") % {
        "day": date_format(timezone.localtime(invitation.expires_at), "DATE_FORMAT"),
        "address": address,
    }
    return subjects[kind], f"{text.strip()}\n\n{ending}"
