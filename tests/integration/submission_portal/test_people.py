"""Providers and their people: registering, roles, invitations, verification; the wrong people."""

import re

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from curriculum_pages.enums import MemberRole
from curriculum_pages.models import Provider, ProviderMember
from resource_library.models import Organisation
from review_workflow.models import KnownConflict, OutgoingMessage
from submission_portal.models import Invitation, Submission
from submission_portal.services import (
    accept_invitation,
    change_role,
    create_submission,
    end_membership,
    invite_member,
    invite_provider,
    invite_reviewer,
    merge_provider,
    revoke_invitation,
    verify_provider,
)
from submission_portal.services.invitations import token_of

from .planting import make_member, make_person, make_provider

pytestmark = pytest.mark.django_db
REGISTER = "/portal/providers/new/"
FORM = {"name": "Riverbend Training", "kind": "company", "sector": "private", "url": ""}


def logged_in(user):
    client = Client()
    client.force_login(user)
    return client


def verified(name):
    user = make_person(name)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user


def allowed(user, codename):
    user.user_permissions.add(*Permission.objects.filter(codename__in=["access_admin", codename]))
    return user


def link_in_mail():
    body = OutgoingMessage.objects.latest("pk").body
    return re.search(r"https?://[^/]+(/portal/invitations/\S+)", body)[1]


@pytest.fixture
def riverbend():
    return make_provider("Riverbend Training")


@pytest.fixture
def owner(riverbend):
    return make_member(riverbend, "pat")


def told_of(client, name):
    answer = client.post(REGISTER, FORM | {"name": name}, follow=True)
    page = re.sub(r'value="[^"]*"|[0-9a-f-]{36}', "", answer.text)
    return answer.status_code, answer.redirect_chain, page.replace(name, "NAME")


def test_registering_reveals_nothing_of_known_names(site_tree, riverbend):
    known = told_of(logged_in(make_person("ann")), "RIVERBEND training")
    unknown = told_of(logged_in(make_person("bob")), "Quite New Training")
    assert known == unknown
    assert known[1] == [("/portal/", 302)]
    mine, other = Provider.objects.exclude(pk=riverbend.pk).order_by("pk")
    assert (mine.name, mine.stated_name, mine.verified_at) == (*["RIVERBEND training"] * 2, None)
    # the organisation's own name is of the same form, whether the stated one is known or not
    for provider in (mine, other):
        pattern = re.escape(provider.stated_name) + r" \([0-9a-f]{8}\)"
        assert re.fullmatch(pattern, provider.organisation.name)
        assert "riverbend" not in provider.organisation.slug
    assert [member.role for member in mine.members.all()] == ["owner"]


def test_registering_needs_a_login_every_answer_and_is_limited(site_tree, settings):
    settings.ACCOUNT_RATE_LIMITS = {"portal_register": "1/d/user"}
    assert Client().post(REGISTER, FORM)["Location"].startswith("/accounts/login/")
    client = logged_in(make_person("ann"))
    refused = client.post(REGISTER, FORM | {"name": " ", "sector": "", "url": "javascript:x"})
    assert refused.status_code == 200
    assert refused.text.count("usa-error-message") == 3
    assert client.post(REGISTER, FORM).status_code == 302
    assert "try again tomorrow" in client.post(REGISTER, FORM | {"name": "Second"}).text
    assert Provider.objects.count() == 1


def test_only_members_see_people_and_only_owners_change_them(site_tree, riverbend, owner):
    viewer = make_member(riverbend, "vi", MemberRole.VIEWER)
    editor = make_member(riverbend, "ed", MemberRole.EDITOR)
    stranger = make_member(make_provider("Other"), "sam")
    address = reverse("portal_people", args=[riverbend.uid])
    part = ProviderMember.objects.get(user=viewer)
    change = reverse("portal_member", args=[riverbend.uid, part.pk])
    for method in ("get", "post"):
        assert getattr(logged_in(stranger), method)(address).status_code == 404
        assert getattr(Client(), method)(address).status_code == 302
    assert logged_in(stranger).post(change, {"do": "end"}).status_code == 404
    own = reverse("portal_member", args=[stranger.provider_memberships.get().provider.uid, part.pk])
    assert logged_in(stranger).post(own, {"do": "end"}).status_code == 404
    for reader in (viewer, editor):
        page = logged_in(reader).get(address)
        assert "pat@example.org" in page.text
        assert "Send the invitation" not in page.text
        logged_in(reader).post(change, {"do": "end"})
        logged_in(reader).post(address, {"email": "x@example.org", "role": "owner"})
        with pytest.raises(PermissionDenied):
            change_role(member_id=part.pk, role=MemberRole.OWNER, actor=reader)
    part.refresh_from_db()
    assert (part.role, part.ended_at) == ("viewer", None)
    assert not Invitation.objects.exists()
    client = logged_in(owner)
    client.post(change, {"do": "role", "role": "editor"})
    part.refresh_from_db()
    assert part.role == "editor"
    client.post(change, {"do": "end"})
    assert logged_in(viewer).get(address).status_code == 404


def test_the_last_owner_stays(site_tree, riverbend, owner):
    only = ProviderMember.objects.get(user=owner)
    for act in (
        lambda: end_membership(member_id=only.pk, actor=owner),
        lambda: change_role(member_id=only.pk, role=MemberRole.VIEWER, actor=owner),
    ):
        with pytest.raises(ValidationError, match="needs an owner"):
            act()
    inactive = make_member(riverbend, "gone", is_active=False)
    with pytest.raises(ValidationError, match="needs an owner"):
        end_membership(member_id=only.pk, actor=owner)
    change = reverse("portal_member", args=[riverbend.uid, only.pk])
    page = logged_in(owner).post(change, {"do": "end"}, follow=True)
    assert "needs an owner" in page.text
    inactive.is_active = True
    inactive.save()
    end_membership(member_id=only.pk, actor=owner)
    assert riverbend.members.filter(ended_at=None).count() == 1


def test_an_invitation_is_accepted_by_a_post_of_the_right_person_once(site_tree, riverbend, owner):
    address = reverse("portal_people", args=[riverbend.uid])
    client = logged_in(owner)
    client.post(address, {"email": "New@example.org", "role": "editor"})
    message = OutgoingMessage.objects.get()
    assert (message.address, message.recipient, message.can_wait) == (
        "New@example.org",
        None,
        False,
    )
    link = link_in_mail()
    again = client.post(address, {"email": "new@example.org", "role": "owner"})
    assert "invited already" in again.text
    assert (
        "is a member already" in client.post(address, {"email": owner.email, "role": "owner"}).text
    )

    anonymous = Client().get(link)
    assert "Riverbend Training" in anonymous.text
    assert "N…@example.org" in anonymous.text
    assert "New@example.org" not in anonymous.text
    assert anonymous["Referrer-Policy"] == "same-origin"
    assert "Accept the invitation" not in anonymous.text
    wrong, unverified = verified("sam"), make_person("new")
    pages = [logged_in(user).get(link).text for user in (wrong, unverified)]
    assert all("Accept the invitation" not in page for page in pages)
    before = Client().get(link).text  # somebody has an account with the address now
    assert re.sub(r'value="[^"]*"', "", before) == re.sub(r'value="[^"]*"', "", anonymous.text)
    for visitor in (Client(), logged_in(wrong), logged_in(unverified)):
        assert visitor.post(link).status_code == 200
    assert riverbend.members.count() == 1

    EmailAddress.objects.create(user=unverified, email="new@example.org", verified=True)
    right = logged_in(unverified)
    assert "Accept the invitation" in right.get(link).text
    assert riverbend.members.count() == 1
    assert right.post(link)["Location"] == "/portal/"
    assert riverbend.members.get(user=unverified).role == "editor"
    assert "accepted already" in right.post(link).text
    assert riverbend.members.count() == 2
    taken = Invitation.objects.get()
    assert (taken.accepted_by, taken.revoked_at) == (unverified, None)
    with pytest.raises(ValidationError):
        revoke_invitation(invitation_id=taken.pk, actor=owner)


def test_forged_ended_and_revoked_invitations_do_nothing(site_tree, riverbend, owner):
    user = verified("new")
    client = logged_in(user)
    with time_machine.travel("2026-03-01 10:00Z", tick=False):
        old = invite_member(
            provider_id=riverbend.pk, email=user.email, role=MemberRole.OWNER, actor=owner
        )
        old_link = link_in_mail()
    assert "has ended" in client.get(old_link).text
    assert "has ended" in client.post(old_link).text
    with pytest.raises(ValidationError, match="not open"):
        accept_invitation(invitation_id=old.pk, actor=user)
    fresh = invite_member(
        provider_id=riverbend.pk, email=user.email, role=MemberRole.EDITOR, actor=owner
    )
    link = link_in_mail()
    forged = [link[:-2] + "x/", f"/portal/invitations/{fresh.uid}/", "/portal/invitations/x/"]
    forged.append(link.replace(fresh.uid.hex, old.uid.hex))
    for each in forged:
        assert client.get(each).status_code == client.post(each).status_code == 404
    revoke = reverse("portal_invitation_revoke", args=[riverbend.uid, fresh.uid])
    assert logged_in(make_member(make_provider("Other"), "sam")).post(revoke).status_code == 404
    with pytest.raises(PermissionDenied):
        revoke_invitation(invitation_id=fresh.pk, actor=user)
    logged_in(owner).post(revoke)
    assert "taken back" in client.post(link).text
    assert riverbend.members.count() == 1
    assert token_of(fresh) != token_of(old)


def test_staff_invite_reviewers_and_providers(site_tree, riverbend):
    address = reverse("clearinghouse_invitations")
    stranger = make_person("sam")
    for act in (
        lambda: invite_reviewer(email="r@example.org", actor=stranger),
        lambda: invite_provider(email="r@example.org", suggestion="x", actor=stranger),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert logged_in(allowed(stranger, "change_provider")).get(address)["Location"] == "/admin/"
    staff = allowed(make_person("kim"), "add_reviewerprofile")
    client = logged_in(staff)
    sent = client.post(address, {"kind": "reviewer", "email": "new@example.org", "suggestion": ""})
    assert sent.status_code == 302
    assert client.post(address, {"kind": "provider", "email": "new@example.org"}).status_code == 200
    user, group = verified("new"), Group.objects.create(name="Reviewers")
    assert logged_in(user).post(link_in_mail())["Location"] == "/admin/"
    assert list(user.groups.all()) == [group]
    client.post(address, {"kind": "reviewer", "email": "more@example.org"})
    last = Invitation.objects.latest("pk")
    client.post(address, {"revoke": last.pk})
    assert "taken back" in client.get(address).text
    last.refresh_from_db()
    assert last.revoked_at
    agency = allowed(make_person("agency"), "add_provider")
    invite_provider(email=user.email, suggestion="Calm calls, says the agency", actor=agency)
    page = logged_in(user).get(link_in_mail())
    assert "Calm calls, says the agency" in page.text
    assert logged_in(user).post(link_in_mail())["Location"] == REGISTER


def registered(name, user):
    logged_in(user).post(REGISTER, FORM | {"name": name})
    return Provider.objects.latest("pk")


def test_staff_verify_or_merge(site_tree, riverbend, owner):
    ann, bob, cid = make_person("ann"), make_person("bob"), make_person("cid")
    fresh, same = registered("Quite New", ann), registered("riverbend training", bob)
    shelved = Organisation.objects.create(name="Hillside Academy")
    third = registered("Hillside", cid)
    submission = create_submission(provider=same, actor=bob)
    address = reverse("clearinghouse_provider", args=[fresh.uid])
    screener = allowed(make_person("sam"), "screen_submissions")
    assert logged_in(screener).get(address)["Location"] == "/admin/"
    with pytest.raises(PermissionDenied):
        verify_provider(provider_id=fresh.pk, name="Mine", actor=ann)
    with pytest.raises(PermissionDenied):
        merge_provider(provider_id=fresh.pk, organisation_id=shelved.pk, actor=ann)
    client = logged_in(allowed(make_person("kim"), "change_provider"))
    listed = client.get(reverse("clearinghouse_providers")).text
    assert [name in listed for name in ("Quite New", "riverbend training", "Hillside")] == [
        True
    ] * 3
    assert "Riverbend Training" not in listed
    assert client.get(address).status_code == 200
    client.post(address, {"do": "verify", "name": "Quite New Ltd"})
    fresh.refresh_from_db()
    assert (fresh.name, fresh.organisation.slug) == ("Quite New Ltd", "quite-new-ltd")
    assert fresh.verified_at
    assert client.get(address).status_code == 404

    address = reverse("clearinghouse_provider", args=[same.uid])
    assert "Riverbend Training" in client.get(address).text
    taken = client.post(address, {"do": "verify", "name": "Riverbend Training"})
    assert "already an organisation" in taken.text
    client.post(address, {"do": "merge", "organisation": riverbend.organisation_id})
    assert Submission.objects.get(pk=submission.pk).provider == riverbend
    assert {member.user for member in riverbend.members.filter(ended_at=None)} == {owner, bob}
    assert not same.members.filter(ended_at=None).exists()

    placeholder = third.organisation_id
    client.post(
        reverse("clearinghouse_provider", args=[third.uid]),
        {"do": "merge", "organisation": shelved.pk},
    )
    third.refresh_from_db()
    assert (third.organisation, third.name) == (shelved, "Hillside Academy")
    assert not Organisation.objects.filter(pk=placeholder).exists()
    assert "No provider waits" in client.get(reverse("clearinghouse_providers")).text


def test_staying_signed_in(site_tree, riverbend, owner, settings):
    address = reverse("portal_stay")
    assert Client().post(address).status_code == 302
    client = logged_in(owner)
    assert client.get(address).status_code == 405
    page = client.get(reverse("portal_people", args=[riverbend.uid])).text
    assert f'data-session-seconds="{settings.SESSION_COOKIE_AGE - 60}"' in page
    with time_machine.travel("2026-03-01 08:00Z", tick=False) as clock:
        client.force_login(owner)
        clock.shift(7 * 3600)
        assert client.post(address).status_code == 204
        clock.shift(7 * 3600)
        assert client.get("/portal/").status_code == 200
    settings.ACCOUNT_RATE_LIMITS = {"portal_stay": "1/h/user"}
    client.force_login(owner)
    assert [client.post(address).status_code for _ in range(2)] == [204, 429]


def test_nobody_verifies_a_provider_of_their_own_or_one_they_are_tied_to(site_tree, riverbend):
    fresh = registered("Fresh", make_person("founder"))
    ann = allowed(make_person("ann"), "change_provider")
    ProviderMember.objects.create(provider=fresh, user=ann, role=MemberRole.VIEWER.value)
    tied = allowed(make_person("tied"), "change_provider")
    KnownConflict.objects.create(
        reviewer=tied, organisation=riverbend.organisation, kind="employee", source="Told."
    )
    with pytest.raises(PermissionDenied):
        verify_provider(provider_id=fresh.pk, name="Fresh", actor=ann)
    assert "Fresh" not in logged_in(ann).get(reverse("clearinghouse_providers")).text
    with pytest.raises(PermissionDenied, match="ties you"):
        merge_provider(provider_id=fresh.pk, organisation_id=riverbend.organisation_id, actor=tied)
    assert verify_provider(provider_id=fresh.pk, name="Fresh", actor=tied).verified_at


def test_a_name_with_an_address_is_refused_and_too_many_are(site_tree, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"portal_register": "1/d/user"}
    client = logged_in(make_person("spam"))
    refused = client.post(REGISTER, FORM | {"name": "Win at https://x.example"})
    assert "without an address" in refused.text
    assert not Provider.objects.exists()
    assert client.post(REGISTER, FORM).status_code == 429
    assert not Provider.objects.exists()
