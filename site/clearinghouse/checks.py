"""System checks: what a public server must not have, and the SQLite that the search needs.

Each has an id: E001 demonstration password, E002 DEBUG, E003 secret key, E004 allowed hosts,
E005 sample approval, E006 SQLite without FTS5, W001 accounts that E001 did not try, W002 a database
that could not be asked.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import check_password, is_password_usable
from django.core.checks import CheckMessage, Error, Warning, register, run_checks  # noqa: A004 - Django's name
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.models import QuerySet

from review_workflow.enums import ApprovalBasis
from review_workflow.models import Approval

TAG = "clearinghouse"
# One try costs about a third of a second by design; a public server may have thousands of accounts.
ACCOUNTS_TRIED = 20
SECRET_KEY_LENGTH = 50
SECRET_KEY_CHARACTERS = 10


def insist() -> None:
    """Raise ImproperlyConfigured if a check finds an error; entry points call this first."""
    errors = [message for message in run_checks(tags=[TAG]) if message.is_serious()]
    if errors:
        raise ImproperlyConfigured(
            "Clearinghouse refuses to start:\n" + "\n".join(map(str, errors))
        )


@register(TAG)
def check_production_settings(**_: Any) -> Iterable[CheckMessage]:
    """Refuse DEBUG, a weak secret key and missing allowed hosts in production."""
    if not settings.CLEARINGHOUSE_PRODUCTION:
        return []
    return list(_settings_faults())


def _settings_faults() -> Iterator[CheckMessage]:
    if settings.DEBUG:
        yield Error("DEBUG is on.", hint="Unset CLEARINGHOUSE_DEBUG.", id="clearinghouse.E002")
    key = settings.SECRET_KEY
    weak = len(key) < SECRET_KEY_LENGTH or len(set(key)) < SECRET_KEY_CHARACTERS
    if weak or key.startswith(("django-insecure-", "development-only")):
        yield Error(
            "The secret key is weak.",
            hint=f"Set CLEARINGHOUSE_SECRET_KEY to {SECRET_KEY_LENGTH} or more random characters.",
            id="clearinghouse.E003",
        )
    if not settings.ALLOWED_HOSTS or "*" in settings.ALLOWED_HOSTS:
        yield Error(
            "No allowed hosts are named.",
            hint="Set CLEARINGHOUSE_ALLOWED_HOSTS to the names of this site, separated by commas.",
            id="clearinghouse.E004",
        )


@register(TAG)
def check_production_data(**_: Any) -> Iterable[CheckMessage]:
    """Refuse the demonstration's password and sample approvals in production."""
    if not settings.CLEARINGHOUSE_PRODUCTION:
        return []
    try:
        tables = set(connection.introspection.table_names())
        known = {get_user_model()._meta.db_table, Approval._meta.db_table} <= tables
        return (
            [*_demo_password_faults(), *_sample_faults()] if known else []
        )  # before the first migrate
    except DatabaseError as error:
        return [Warning(f"The database could not be asked: {error}", id="clearinghouse.W002")]


def _demo_password_faults() -> Iterator[CheckMessage]:
    users = get_user_model()._default_manager.filter(is_active=True)
    ordered = users.order_by("-is_superuser", "-is_staff", "pk").values_list("email", "password")
    for email, password in ordered[:ACCOUNTS_TRIED]:
        if is_password_usable(password) and check_password(
            settings.CLEARINGHOUSE_DEMO_PASSWORD, password
        ):
            yield Error(
                f"The password of the demonstration works for {email}.",
                hint="Change it with the command changepassword, or deactivate the account.",
                id="clearinghouse.E001",
            )
    left = users.count() - ACCOUNTS_TRIED
    if left > 0:
        yield Warning(
            f"The demonstration's password was not tried for {left} accounts.",
            id="clearinghouse.W001",
        )


def _sample_faults() -> Iterator[CheckMessage]:
    in_force: QuerySet[Approval] = Approval.objects.in_force().filter(basis=ApprovalBasis.SAMPLE)
    numbers = list(in_force.values_list("number", flat=True)[:5])
    if numbers:
        yield Error(
            f"Sample approvals are in force: {', '.join(numbers)}.",
            hint="Start from an empty database: the demonstration's content is not for the public.",
            id="clearinghouse.E005",
        )


@register(TAG)
def check_full_text(**_: Any) -> Iterable[CheckMessage]:
    """Refuse an SQLite without FTS5."""
    if connection.vendor != "sqlite":
        return []
    with closing(sqlite3.connect(":memory:")) as probe:
        try:
            probe.execute("create virtual table probe using fts5(words)")
        except sqlite3.OperationalError:
            return [
                Error(
                    "This Python's SQLite has no FTS5, which the search needs.",
                    hint="Use another build of Python, or PostgreSQL by DATABASE_URL.",
                    id="clearinghouse.E006",
                )
            ]
    return []
