"""What the portal's pages show beside the demonstration, put on the served site; prints where."""

import json
import sys
from typing import Any

import django

from .review_data import session_of

PASSWORD = "a long password"  # the planted people's


def make() -> dict[str, str]:
    """Add a provider with submissions and an invitation, and one to verify.

    Return addresses, and the sessions of those who open them.
    """
    from django.urls import reverse

    from clearinghouse.accounts.models import User
    from clearinghouse.demo.cases import Play, awaiting_response
    from curriculum_pages.enums import MemberRole
    from resource_library.enums import OrganisationKind, Sector
    from review_workflow.models import ReviewRound
    from submission_portal.services import accept_to_review, invite_member, register_provider
    from submission_portal.services.invitations import token_of
    from tests.integration.submission_portal.planting import Portal, make_member, make_provider

    screener = User.objects.get(email="screener@example.org")
    provider = make_provider("Millbrook Training")
    portal = Portal(None, provider, _known(make_member(provider, "pages-owner")), screener)
    stranger, invited, alone, mailed = (
        _person(f"pages-{name}") for name in ("stranger", "invited", "alone", "mailed")
    )
    draft, first, second = portal.draft("Doors"), portal.submitted("Hall"), portal.submitted("Yard")
    accepted = accept_to_review(submission_id=portal.submitted("Roads").pk, actor=screener)
    round_ = ReviewRound.objects.select_related("case").get(case=accepted.case)
    points = [{"criterion": code, "wanted": f"More about {code}."} for code in ("C2", "F1")]
    awaiting_response(Play(round_, {"point": points}, portal.owner))
    invitation = invite_member(
        provider_id=provider.pk, email=invited.email, role=MemberRole.VIEWER, actor=portal.owner
    )
    waiting = register_provider(
        name="Millbrook Training Centre",
        kind=OrganisationKind.TRAINING_ACADEMY.value,
        sector=Sector.PUBLIC.value,
        url="https://millbrook.example.org/",
        actor=stranger,
    )
    return {
        "draft": reverse("portal_submission", args=[draft.uid]),
        "step": reverse("portal_step", args=[draft.uid, "about"]),
        "files": reverse("portal_files", args=[draft.uid]),
        "screening": reverse("portal_submission", args=[first.uid]),
        "awaiting": reverse("portal_submission", args=[accepted.uid]),
        "people": reverse("portal_people", args=[provider.uid]),
        "invitation": reverse("portal_invitation", args=[token_of(invitation)]),
        "first": reverse("clearinghouse_submission", args=[first.uid]),
        "chosen": f"chosen={first.uid}&chosen={second.uid}&chosen={accepted.uid}",
        "waiting": reverse("clearinghouse_provider", args=[waiting.uid]),
        "owner": session_of(portal.owner),
        "stranger": session_of(stranger),
        "invited": session_of(invited),
        **_in_mails(mailed),
        "email": portal.owner.email,
        "alone": alone.email,
    }


def _person(name: str) -> Any:
    from tests.integration.submission_portal.planting import make_person

    return _known(make_person(name))


def _known(user: Any) -> Any:
    """Return the user with the address verified, as whoever logs in has."""
    from allauth.account.models import EmailAddress

    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user


def _in_mails(user: Any) -> dict[str, str]:
    """Return the addresses that mails lead to: an address to confirm, a password to choose.

    Nobody else's: an address to confirm keeps from a second factor, signing in ends the other.
    """
    from allauth.account.forms import EmailAwarePasswordResetTokenGenerator
    from allauth.account.models import EmailAddress, EmailConfirmationHMAC
    from allauth.account.utils import user_pk_to_url_str
    from django.urls import reverse

    new = EmailAddress.objects.create(user=user, email="pages-new@example.org")
    token = EmailAwarePasswordResetTokenGenerator().make_token(user)
    return {
        "confirm": reverse("account_confirm_email", args=[EmailConfirmationHMAC(new).key]),
        "choose": reverse(
            "account_reset_password_from_key", args=[user_pk_to_url_str(user), token]
        ),
    }


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps(make()) + "\n")
