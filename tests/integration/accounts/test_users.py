"""People log in by e-mail address, whatever its case; one address belongs to one person."""

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

User = get_user_model()
pytestmark = pytest.mark.django_db

PASSWORD = "a long enough password"


def test_login_ignores_the_case_of_the_address() -> None:
    user = User.objects.create_user("Ada.Lovelace@example.org", PASSWORD)
    assert authenticate(username="ada.lovelace@EXAMPLE.org", password=PASSWORD) == user
    assert authenticate(username="ada.lovelace@example.org", password="wrong password") is None


def test_an_address_in_another_case_is_the_same_address() -> None:
    User.objects.create_user("ada@example.org", PASSWORD)
    twin = User(email="ADA@example.org")
    twin.set_password(PASSWORD)
    with pytest.raises(ValidationError) as refused:
        twin.full_clean()
    assert "There is already a user with this e-mail address." in str(refused.value)
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()


def test_a_user_needs_an_address() -> None:
    with pytest.raises(ValueError, match="e-mail address"):
        User.objects.create_user("", PASSWORD)


def test_an_inactive_user_cannot_log_in() -> None:
    User.objects.create_user("gone@example.org", PASSWORD, is_active=False)
    assert authenticate(username="gone@example.org", password=PASSWORD) is None


def test_an_administrator_adds_a_user_in_the_admin(client: Client) -> None:
    admin = User.objects.create_superuser("admin@example.org", PASSWORD)
    client.force_login(admin)
    answer = client.post(
        reverse("wagtailusers_users:add"),
        {
            "email": "new.editor@example.org",
            "first_name": "New",
            "last_name": "Editor",
            "password1": PASSWORD,
            "password2": PASSWORD,
            "is_active": "on",
            "groups": [Group.objects.get(name="Editors").pk],
        },
    )
    assert answer.status_code == 302
    made = User.objects.get(email="new.editor@example.org")
    assert str(made) == "New Editor"
    assert made.check_password(PASSWORD)
    assert client.get(reverse("wagtailusers_users:edit", args=[made.pk])).status_code == 200
    assert "new.editor@example.org" in client.get(reverse("wagtailusers_users:index")).text
