"""Signing up, in and out: what is told to whom, how often, and with which second factor."""

import re

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"
SIGN_UP, LOGIN = "/accounts/signup/", "/accounts/login/"
INLINE = re.compile(r"<script(?![^>]*(\bsrc=|application/(ld\+)?json))|<style|\sstyle=|\son[a-z]+=")


def plant(email="known@example.org", *, verified=True, staff=False):
    user = get_user_model().objects.create_user(email, PASSWORD)
    if verified:
        EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
    if staff:
        group = Group.objects.create(name=email)
        group.permissions.add(Permission.objects.get(codename="access_admin"))
        user.groups.add(group)
    return user


def log_in(client, email="known@example.org", **given):
    return client.post(LOGIN, {"login": email, "password": PASSWORD} | given)


def form_of(client, **changed):
    """Return what a person would send, some seconds after opening the page."""
    with time_machine.travel("2026-03-01 10:00Z", tick=False):
        stamp = re.search(r'name="stamp" value="([^"]+)"', client.get(SIGN_UP).text)[1]
    return {
        "first_name": "Ada",
        "last_name": "Byron",
        "email": "new@example.org",
        "password1": PASSWORD,
        "homepage": "",
        "stamp": stamp,
    } | changed


@time_machine.travel("2026-03-01 10:00:30Z", tick=False)
def sign_up(**changed):
    client = Client()
    return client.post(SIGN_UP, form_of(client, **changed), follow=True)


def told(answer):
    body = re.sub(r'value="[^"]*"', "", answer.text).replace("new@example.org", "known@example.org")
    return answer.status_code, answer.redirect_chain, body


def test_sign_up_answers_alike_for_known_and_unknown_addresses(
    site_tree, django_capture_on_commit_callbacks
):
    plant()
    answers = []
    for email in ("known@example.org", "KNOWN@example.org", "new@example.org", "NEW@example.org"):
        with django_capture_on_commit_callbacks(execute=True):
            answers.append(told(sign_up(email=email)))
    assert answers[0] == answers[2]
    assert answers[1] == answers[3]  # asked again at once
    assert answers[0][:2] == (200, [("/accounts/confirm-email/", 302)])
    sent = {message.to[0]: message.body for message in mail.outbox}
    assert set(sent) == {"known@example.org", "new@example.org"}
    assert "confirm-email" not in sent["known@example.org"]
    assert "confirm-email" in sent["new@example.org"]
    made = get_user_model().objects.get(email="new@example.org")
    assert (made.first_name, made.last_name) == ("Ada", "Byron")
    assert not EmailAddress.objects.get(user=made).verified


def test_an_address_without_a_record_of_allauth_is_known_too(
    site_tree, django_capture_on_commit_callbacks
):
    plant(verified=False)  # made in the admin
    with django_capture_on_commit_callbacks(execute=True):
        first, second = sign_up(email="known@example.org"), sign_up()
    assert told(first) == told(second)
    assert get_user_model().objects.count() == 2


@pytest.mark.parametrize(
    "changed",
    [{"homepage": "https://spam.example"}, {"stamp": ""}, {"stamp": "form:1abcde:forged"}],
)
def test_programs_get_the_same_answer_and_no_account(
    site_tree, django_capture_on_commit_callbacks, changed
):
    with django_capture_on_commit_callbacks(execute=True):
        answer = sign_up(email="new@example.org", **changed)
        person = sign_up(email="new@example.org")
    assert told(answer) == told(person)
    assert answer.client.cookies.keys() == person.client.cookies.keys()
    assert len(mail.outbox) == get_user_model().objects.count() == 1


@pytest.mark.parametrize("moment", ["2026-03-01 10:00:01Z", "2026-03-02 10:01Z"])
def test_too_soon_and_too_late_make_no_account(site_tree, moment):
    client = Client()
    form = form_of(client)
    with time_machine.travel(moment, tick=False):
        answer = client.post(SIGN_UP, form)
    assert answer["Location"] == "/accounts/confirm-email/"
    assert not get_user_model().objects.exists()


def test_reset_answers_alike_and_its_link_works_once(site_tree, django_capture_on_commit_callbacks):
    plant()
    answers = []
    for email in ("known@example.org", "new@example.org"):
        with django_capture_on_commit_callbacks(execute=True):
            answer = Client().post("/accounts/password/reset/", {"email": email}, follow=True)
        answers.append(told(answer))
    assert answers[0] == answers[1]
    assert answers[0][0] == 200
    link = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", mail.outbox[0].body)
    assert link
    assert "reset/key" not in mail.outbox[1].body
    client = Client()
    page = client.get(link[1], follow=True)
    address = page.redirect_chain[0][0]
    assert not INLINE.search(page.text)
    fresh = "another long password"
    client.post(address, {"password1": fresh, "password2": fresh})
    assert get_user_model().objects.get().check_password(fresh)
    assert Client().get(link[1]).status_code == 200  # says that it is spent, leads nowhere


def test_one_login_for_portal_and_admin(site_tree):
    plant(staff=True)
    plant("provider@example.org")
    client = Client()
    away = client.get("/admin/pages/?x=1")
    assert away["Location"] == f"{LOGIN}?next=/admin/pages/%3Fx%3D1"
    assert (
        client.get("/admin/login/?next=/admin/pages/")["Location"] == f"{LOGIN}?next=/admin/pages/"
    )
    assert client.get("/admin/password_reset/")["Location"] == "/accounts/password/reset/"
    assert client.get("/portal/")["Location"] == f"{LOGIN}?next=/portal/"
    assert log_in(client)["Location"] == "/admin/"
    assert log_in(Client(), next="/portal/")["Location"] == "/portal/"
    assert log_in(Client(), "provider@example.org")["Location"] == "/portal/"
    assert log_in(Client(), next="https://elsewhere.example/")["Location"] == "/admin/"
    client.post("/admin/logout/")
    assert client.get("/portal/").status_code == 302


def test_whoever_was_made_in_the_admin_verifies_first(
    site_tree, django_capture_on_commit_callbacks
):
    plant(verified=False)
    client = Client()
    with django_capture_on_commit_callbacks(execute=True):
        answer = log_in(client)
    assert answer["Location"] == "/accounts/confirm-email/"
    link = re.search(r"http://testserver(/accounts/confirm-email/\S+)", mail.outbox[0].body)[1]
    page = client.get(link)
    assert not EmailAddress.objects.filter(verified=True).exists()
    assert not INLINE.search(page.text)
    client.post(link)
    assert EmailAddress.objects.get().verified
    assert log_in(client)["Location"] == "/portal/"


def test_login_and_sign_up_are_limited(site_tree):
    plant()
    client = Client()
    wrong = [client.post(LOGIN, {"login": "known@example.org", "password": "x"}) for _ in range(6)]
    assert "Too many failed login attempts" in wrong[5].text
    assert "Too many failed login attempts" not in wrong[4].text
    assert "_auth_user_id" not in client.session
    assert log_in(client).status_code == 200  # the right one waits, too
    for _ in range(20):
        client.post(SIGN_UP, {})
    limited = client.post(SIGN_UP, {})
    assert limited.status_code == 429
    assert "Too many requests" in limited.text


def test_staff_without_second_factor_are_led_to_one(site_tree, settings):
    settings.CLEARINGHOUSE_STAFF_MFA_REQUIRED = True
    user = plant(staff=True)
    client = Client()
    client.force_login(user)
    answer = client.get("/admin/pages/", follow=True)
    assert answer.redirect_chain == [("/accounts/2fa/", 302)]
    assert "second factor" in answer.text
    assert client.post("/admin/account/", {}).status_code == 302
    for address in ("/", "/portal/", "/api/v1/search"):
        assert client.get(address).status_code == 200
    totp.TOTP.activate(user, totp.generate_totp_secret())
    assert client.get("/admin/").status_code == 200
    other = plant("provider@example.org")
    client.force_login(other)
    assert client.get("/admin/")["Location"] != "/accounts/2fa/"


def test_a_second_factor_is_asked_for(site_tree):
    user = plant(staff=True)
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    client = Client()
    assert log_in(client, next="/admin/")["Location"].startswith("/accounts/2fa/authenticate/")
    assert client.get("/admin/").status_code == 302
    page = client.get("/accounts/2fa/authenticate/")
    assert not INLINE.search(page.text)
    code = totp.format_hotp_value(
        totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time()))
    )
    assert client.post("/accounts/2fa/authenticate/", {"code": code})["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_pages_of_accounts_hold_nothing_inline(site_tree):
    user = plant()
    for address in (LOGIN, SIGN_UP, "/accounts/password/reset/", "/accounts/confirm-email/"):
        page = Client().get(address)
        assert page.status_code == 200, address
        assert not INLINE.search(page.text), (address, INLINE.search(page.text))
        assert page.text.count("<h1") == 1
    client = Client()
    log_in(client)
    names = (
        "account_email account_change_password account_logout account_reauthenticate mfa_index "
        "mfa_activate_totp mfa_add_webauthn"
    ).split()
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    for name in names:
        page = client.get(reverse(name))
        assert page.status_code == 200, name
        assert not INLINE.search(page.text), (name, INLINE.search(page.text))
        assert page.text.count("<h1") == 1, name
        assert "unsafe" not in page["Content-Security-Policy"]
    totp.TOTP.activate(user, totp.generate_totp_secret())
    assert Authenticator.objects.count() == 1
    for name in ("mfa_generate_recovery_codes", "mfa_deactivate_totp", "mfa_list_webauthn"):
        page = client.get(reverse(name))
        assert page.status_code == 200, name
        assert not INLINE.search(page.text), name
    client.post(reverse("mfa_generate_recovery_codes"))
    assert not INLINE.search(client.get(reverse("mfa_view_recovery_codes")).text)


def test_a_session_lasts_from_its_last_use(site_tree):
    client = Client()
    with time_machine.travel("2026-03-01 08:00Z", tick=False) as clock:
        client.force_login(plant())
        for _ in range(3):
            clock.shift(7 * 3600)
            assert client.get("/portal/").status_code == 200
        clock.shift(9 * 3600)
        assert client.get("/portal/").status_code == 302


def test_whoever_may_not_enter_the_admin_is_led_to_the_portal(site_tree):
    client = Client()
    client.force_login(plant())
    answer = client.get("/admin/", follow=True)
    assert [place for place, _status in answer.redirect_chain][-1] == "/portal/"
    assert "does not enter the admin" in answer.text
