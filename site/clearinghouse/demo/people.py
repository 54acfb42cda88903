"""Seeds the logins of the demonstration, one for each role, and what their groups may do."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, Permission
from wagtail.models import GroupPagePermission, Page

from clearinghouse.accounts.models import User

from .content import Record, load

EDITORS = "Editors"
APPROVALS_OFFICERS = "Approvals officers"
REVIEWERS = "Reviewers"
CHAIRS = "Chairs"
SCREENERS = "Screeners"

EDITED_MODELS = (
    ("clearinghouse_library", ("organisation", "source", "coretopicarea", "term")),
    (
        "clearinghouse_curricula",
        ("provider", "evidencestudy", "claim", "jurisdiction", "trainingrequirement"),
    ),
    ("clearinghouse_home", ("siteinformation",)),
)
APPROVALS_RIGHTS = (
    ("wagtailadmin", "access_admin"),
    ("clearinghouse_review", "record_outside_approval"),
    ("clearinghouse_review", "view_approval"),
    ("clearinghouse_review", "view_approvalevent"),
)
CHAIRS_RIGHTS = (
    ("wagtailadmin", "access_admin"),
    ("clearinghouse_review", "view_standardsedition"),
    ("clearinghouse_review", "view_reviewrule"),
    ("clearinghouse_review", "view_reviewerprofile"),
)
SCREENERS_RIGHTS = (
    ("wagtailadmin", "access_admin"),
    ("clearinghouse_submissions", "screen_submissions"),
    ("clearinghouse_submissions", "view_screeningreason"),
    ("clearinghouse_submissions", "add_screeningreason"),
    ("clearinghouse_submissions", "change_screeningreason"),
)


def seed_groups(home: Page, catalog: Page) -> None:
    """Let editors write everything below the home page, and approvals officers record approvals."""
    editors, _created = Group.objects.get_or_create(name=EDITORS)
    editors.permissions.add(
        Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    )
    for app_label, models in EDITED_MODELS:
        editors.permissions.add(
            *Permission.objects.filter(
                content_type__app_label=app_label,
                codename__in=[
                    f"{action}_{model}" for action in ("add", "change", "view") for model in models
                ],
            )
        )
    _allow(editors, home, "add_page", "change_page", "publish_page")
    officers, _created = Group.objects.get_or_create(name=APPROVALS_OFFICERS)
    for app_label, codename in APPROVALS_RIGHTS:
        officers.permissions.add(
            Permission.objects.get(content_type__app_label=app_label, codename=codename)
        )
    _allow(officers, catalog, "change_page")
    _group(REVIEWERS, (("wagtailadmin", "access_admin"),))
    _group(CHAIRS, CHAIRS_RIGHTS)
    _group(SCREENERS, SCREENERS_RIGHTS)


def _group(name: str, rights: Iterable[tuple[str, str]]) -> None:
    """Create a group with rights where it is missing."""
    group, is_new = Group.objects.get_or_create(name=name)
    if is_new:
        for app_label, codename in rights:
            group.permissions.add(
                Permission.objects.get(content_type__app_label=app_label, codename=codename)
            )


def _allow(group: Group, page: Page, *codenames: str) -> None:
    for codename in codenames:
        GroupPagePermission.objects.get_or_create(
            group=group,
            page=page,
            permission=Permission.objects.get(
                content_type__app_label="wagtailcore", codename=codename
            ),
        )


def seed_users() -> dict[str, User]:
    """Create the logins that are missing and return all of them by role."""
    users: dict[str, User] = {}
    for record in load("users")["user"]:
        users[record["role"]] = ensure_user(record, is_staff=record.get("is_staff", True))
    return users


def ensure_user(record: Record, *, is_staff: bool) -> User:
    """Return the login of a record, created where it is missing, with the demonstration's password.

    Whoever is no staff works for somebody else than the operator: reviewers and chairs.
    """
    user = User.objects.filter(email__iexact=record["email"]).first()
    if user is None:
        user = User.objects.create_user(
            record["email"],
            first_name=record["first_name"],
            last_name=record["last_name"],
            is_superuser=record.get("is_superuser", False),
            is_staff=is_staff,
        )
        user.password = _hashed(settings.CLEARINGHOUSE_DEMO_PASSWORD)
        user.save(update_fields=["password"])
        user.groups.set(Group.objects.filter(name__in=record["groups"]))
    EmailAddress.objects.get_or_create(
        user=user, email=user.email, defaults={"primary": True, "verified": True}
    )
    return user


@cache
def _hashed(password: str) -> str:
    """Return the hash that all logins share: a dozen of them would take seconds by design."""
    return make_password(password)


def logins() -> list[dict[str, Any]]:
    """Return role, user name and password of each login of the demonstration that exists."""
    records = load("users")["user"]
    active = set(
        User.objects.filter(
            email__in=[record["email"] for record in records], is_active=True
        ).values_list("email", flat=True)
    )
    return [
        {
            "role": record["role"],
            "username": record["email"],
            "password": settings.CLEARINGHOUSE_DEMO_PASSWORD,
        }
        for record in records
        if record["email"] in active
    ]
