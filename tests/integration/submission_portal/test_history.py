"""What the admin's history tells of providers and their people: once, with names, no address."""

import json
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from curriculum_pages.enums import MemberRole
from curriculum_pages.models import Provider, ProviderMember
from resource_library.models import Organisation
from submission_portal.enums import LoggedAction
from submission_portal.models import Invitation
from submission_portal.services import (
    accept_invitation,
    change_role,
    end_membership,
    invite_member,
    invite_reviewer,
    merge_provider,
    register_provider,
    revoke_invitation,
    verify_provider,
)
from submission_portal.services.invitations import LASTS, token_of

from .planting import make_member, make_person, make_provider

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider() -> Provider:
    return make_provider("Riverbend Training")


@pytest.fixture
def owner(provider: Provider) -> Any:
    return make_member(provider, "pat")


def staff(*codenames: str, name: str = "kim") -> Any:
    user = make_person(name)
    wanted = ["access_admin", *codenames]
    user.user_permissions.add(*Permission.objects.filter(codename__in=wanted))
    return user


def verified(name: str) -> Any:
    user = make_person(name)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user


def part_of(user: Any) -> ProviderMember:
    return ProviderMember.objects.get(user=user, ended_at=None)


def logged(instance: Any = None) -> list[tuple[str, Any]]:
    """Return actions and actors, the oldest in front."""
    entries = ModelLogEntry.objects.all() if instance is None else _entries_of(instance)
    return [(entry.action, entry.user) for entry in entries.order_by("pk")]


def _entries_of(instance: Any) -> Any:
    return ModelLogEntry.objects.for_instance(instance)


def history(user: Any, provider: Provider) -> str:
    client = Client()
    client.force_login(user)
    address = reverse(
        "wagtailsnippets_clearinghouse_curricula_provider:history", args=[provider.pk]
    )
    return str(client.get(address).content.decode())


def test_roles_and_ended_parts_are_logged_once(provider: Provider, owner: Any) -> None:
    viewer = make_member(provider, "vi", MemberRole.VIEWER)
    for _time in range(2):  # the second changes nothing
        change_role(member_id=part_of(viewer).pk, role=MemberRole.EDITOR, actor=owner)
    assert logged(provider) == [(LoggedAction.ROLE_CHANGED.value, owner)]
    with pytest.raises(PermissionDenied):
        change_role(member_id=part_of(owner).pk, role=MemberRole.VIEWER, actor=viewer)
    with pytest.raises(PermissionDenied):
        end_membership(member_id=part_of(owner).pk, actor=viewer)
    with pytest.raises(ValidationError):  # the last owner
        end_membership(member_id=part_of(owner).pk, actor=owner)
    gone = part_of(viewer)
    end_membership(member_id=gone.pk, actor=owner)
    with pytest.raises(ProviderMember.DoesNotExist):
        end_membership(member_id=gone.pk, actor=owner)
    assert logged() == [
        (LoggedAction.ROLE_CHANGED.value, owner),
        (LoggedAction.MEMBER_ENDED.value, owner),
    ]


def test_an_invitation_is_logged_when_sent_taken_back_and_accepted(
    provider: Provider, owner: Any
) -> None:
    guest = verified("guest")

    def invite() -> Invitation:
        return invite_member(
            provider_id=provider.pk, email=guest.email, role=MemberRole.EDITOR, actor=owner
        )

    with pytest.raises(PermissionDenied):
        invite_member(
            provider_id=provider.pk, email="x@example.org", role=MemberRole.OWNER, actor=guest
        )
    first = invite()
    with pytest.raises(ValidationError):
        invite()
    with pytest.raises(PermissionDenied):
        revoke_invitation(invitation_id=first.pk, actor=guest)
    revoke_invitation(invitation_id=first.pk, actor=owner)
    with pytest.raises(ValidationError):
        revoke_invitation(invitation_id=first.pk, actor=owner)
    second = invite()
    with pytest.raises(PermissionDenied):
        accept_invitation(invitation_id=second.pk, actor=make_person("sam"))
    accept_invitation(invitation_id=second.pk, actor=guest)
    with pytest.raises(ValidationError):
        accept_invitation(invitation_id=second.pk, actor=guest)
    assert logged(provider) == [
        (LoggedAction.INVITED.value, owner),
        (LoggedAction.REVOKED.value, owner),
        (LoggedAction.INVITED.value, owner),
        (LoggedAction.ACCEPTED.value, guest),
    ]
    assert len(logged()) == 4
    _tells_nothing(guest.email, first, second)


def _tells_nothing(email: str, *invitations: Invitation) -> None:
    kept = json.dumps(list(ModelLogEntry.objects.values("label", "data")))
    hidden = [email, "@"]
    for each in invitations:
        hidden += [token_of(each), each.uid.hex, str(each.uid)]
    assert not [word for word in hidden if word in kept]


def test_an_invitation_that_ended_by_itself_is_nobodys_act(provider: Provider, owner: Any) -> None:
    given: dict[str, Any] = {"provider_id": provider.pk, "email": "a@example.org", "actor": owner}
    with time_machine.travel("2026-03-01 08:00Z", tick=False) as clock:
        invite_member(**given, role=MemberRole.VIEWER)
        clock.shift(LASTS)
        invite_member(**given, role=MemberRole.VIEWER)
    assert logged() == [(LoggedAction.INVITED.value, owner)] * 2


def test_staffs_invitations_are_logged_under_their_kind() -> None:
    kim = staff("add_reviewerprofile")
    with pytest.raises(PermissionDenied):
        invite_reviewer(email="r@example.org", actor=make_person("sam"))
    guest = verified("guest")
    invitation = invite_reviewer(email=guest.email, actor=kim)
    accept_invitation(invitation_id=invitation.pk, actor=guest)
    assert logged(invitation) == logged()
    assert logged() == [(LoggedAction.INVITED.value, kim), (LoggedAction.ACCEPTED.value, guest)]
    assert set(ModelLogEntry.objects.values_list("label", flat=True)) == {"Reviewer"}
    _tells_nothing(guest.email, invitation)


def registered(name: str, actor: Any) -> Provider:
    return register_provider(name=name, kind="company", sector="private", url="", actor=actor)


def test_verifying_and_merging_are_logged_with_both_names(provider: Provider, owner: Any) -> None:
    kim, ann, bob, cid = staff("change_provider"), *map(make_person, ("ann", "bob", "cid"))
    fresh, same, third = registered("Fresh", ann), registered("Same", bob), registered("Hill", cid)
    with pytest.raises(PermissionDenied):
        verify_provider(provider_id=fresh.pk, name="Fresh Ltd", actor=ann)
    assert logged() == []
    verify_provider(provider_id=fresh.pk, name="Fresh Ltd", actor=kim)
    with pytest.raises(ValidationError):
        verify_provider(provider_id=fresh.pk, name="Fresh Ltd", actor=kim)
    assert logged(fresh) == [(LoggedAction.VERIFIED.value, kim)]
    invite_member(provider_id=same.pk, email="x@example.org", role=MemberRole.VIEWER, actor=bob)
    merge_provider(provider_id=same.pk, organisation_id=provider.organisation_id, actor=kim)
    assert logged(same)[1:] == [(LoggedAction.EMPTIED.value, kim)]
    assert logged(provider) == [(LoggedAction.MERGED.value, kim)]
    shelf = Organisation.objects.create(name="Hillside Academy")
    merge_provider(provider_id=third.pk, organisation_id=shelf.pk, actor=kim)
    assert logged(third) == [(LoggedAction.MERGED.value, kim)]
    reader = staff("change_provider", name="reader")
    said = [
        (fresh, "Verified; registered as “Fresh”"),
        (same, "Merged into “Riverbend Training”"),
        (provider, "Took in what was registered as “Same”"),
        (third, "Took in what was registered as “Hill”"),
    ]
    assert [sentence in history(reader, each) for each, sentence in said] == [True] * 4


def test_staff_read_it_in_the_history_and_nobody_else(
    site_tree: dict[str, Any], provider: Provider, owner: Any
) -> None:
    viewer = make_member(provider, "vi", MemberRole.VIEWER)
    change_role(member_id=part_of(viewer).pk, role=MemberRole.EDITOR, actor=owner)
    invite_member(
        provider_id=provider.pk, email="new@example.org", role=MemberRole.OWNER, actor=owner
    )
    end_membership(member_id=part_of(viewer).pk, actor=owner)
    words = ("Vi: editor, before viewer", "Invitation sent: owner", "Vi is no member any more")
    page = history(staff("change_provider"), provider)
    assert [sentence in page for sentence in (*words, "Pat", "new@example.org")] == [True] * 4 + [
        False
    ]
    for other in (owner, staff("screen_submissions", name="sam")):
        assert not [sentence for sentence in words if sentence in history(other, provider)]
    report = Client()
    report.force_login(make_person("root", is_superuser=True))
    page = report.get(reverse("wagtailadmin_reports:site_history")).content.decode()
    assert [sentence in page for sentence in words] == [True] * 3
    assert "new@example.org" not in page
