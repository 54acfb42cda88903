"""System checks: what a public server must not have, and the SQLite that the search needs.

Each has an id: E001 demonstration password, E002 DEBUG, E003 secret key, E004 allowed hosts,
E005 sample approval, E006 SQLite without FTS5, E007 private files in a public folder, W001 accounts
that E001 did not try at a start, W002 a database that could not be asked, W003 an Elasticsearch
index of another version's mapping, W004 no virus scanner, W005 staff without a second factor,
W006 limits that every process counts alone.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import check_password, is_password_usable
from django.contrib.auth.models import Permission
from django.core.cache import caches
from django.core.cache.backends.dummy import DummyCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.checks import CheckMessage, Error, Tags, Warning, register, run_checks  # noqa: A004 - Django's name
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from review_workflow.enums import ApprovalBasis
from review_workflow.models import Approval
from search.engines import EngineUnavailable, copy_engine

TAG = "clearinghouse"
# One try costs about a third of a second by design, and a public server may have thousands of
# accounts: a start tries the first, those that may enter the admin before all others.
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
    private = Path(settings.CLEARINGHOUSE_PRIVATE_ROOT)
    for public in (settings.MEDIA_ROOT, settings.STATIC_ROOT):
        if public and private.is_relative_to(Path(public)):
            yield Error(
                f"The folder of private files lies in {public}, which a web server hands out.",
                hint="Set CLEARINGHOUSE_PRIVATE_ROOT to a folder elsewhere.",
                id="clearinghouse.E007",
            )
    if not settings.CLEARINGHOUSE_CLAMD:
        yield Warning(
            "Uploads are not scanned for viruses.",
            hint="Name a clamd by CLEARINGHOUSE_CLAMD: tcp://host:port or unix:/path.",
            id="clearinghouse.W004",
        )
    if not settings.CLEARINGHOUSE_STAFF_MFA_REQUIRED:
        yield Warning(
            "Staff enter the admin by a password alone.",
            hint="Unset CLEARINGHOUSE_STAFF_MFA_REQUIRED, which is true by default.",
            id="clearinghouse.W005",
        )


@register(TAG, Tags.security, deploy=True)
def check_limits_are_shared(**_: Any) -> Iterable[CheckMessage]:
    """Warn where every process of a public server counts sign-ups, logins and uploads alone."""
    if not settings.CLEARINGHOUSE_PRODUCTION:
        return []
    if not isinstance(caches["default"], (LocMemCache, DummyCache)):
        return []
    return [
        Warning(
            "CACHES['default'] is not shared: the limits of login, sign-up, uploads and exports "
            "hold for each process alone, and not at all in a dummy.",
            hint="Unset CACHE_URL for a table of the database, which migrate creates "
            "(createcachetable), or name a Redis: redis://host:6379/0.",
            id="clearinghouse.W006",
        )
    ]


@register(TAG)
def check_production_data(**_: Any) -> Iterable[CheckMessage]:
    """Refuse the demonstration's password and sample approvals in production."""
    return _asked_of_the_data(
        lambda: [
            *_password_faults(_accounts()[:ACCOUNTS_TRIED]),
            *_untried_accounts(),
            *_sample_faults(),
        ]
    )


@register(TAG, deploy=True)
def check_every_password(**_: Any) -> Iterable[CheckMessage]:
    """Refuse the demonstration's password for the accounts that a start does not try."""
    return _asked_of_the_data(lambda: [*_password_faults(_accounts()[ACCOUNTS_TRIED:])])


def _asked_of_the_data(faults: Callable[[], list[CheckMessage]]) -> list[CheckMessage]:
    if not settings.CLEARINGHOUSE_PRODUCTION:
        return []
    try:
        tables = set(connection.introspection.table_names())
        known = {get_user_model()._meta.db_table, Approval._meta.db_table} <= tables
        return faults() if known else []  # before the first migrate
    except DatabaseError as error:
        return [Warning(f"The database could not be asked: {error}", id="clearinghouse.W002")]


def _accounts() -> QuerySet[Any]:
    """Return the active accounts, those that may enter the admin first."""
    permission = Permission.objects.filter(
        content_type__app_label="wagtailadmin", codename="access_admin"
    )
    own = Q(user_permissions__in=permission) | Q(groups__permissions__in=permission)
    users = get_user_model()._default_manager
    enters_admin = Q(is_superuser=True) | Q(pk__in=users.filter(own).values("pk"))
    return (
        users.filter(is_active=True)
        .annotate(enters_admin=ExpressionWrapper(enters_admin, BooleanField()))
        .order_by("-is_superuser", "-enters_admin", "pk")
    )


def _password_faults(accounts: QuerySet[Any]) -> Iterator[CheckMessage]:
    for email, password in accounts.values_list("email", "password"):
        if is_password_usable(password) and check_password(
            settings.CLEARINGHOUSE_DEMO_PASSWORD, password
        ):
            yield Error(
                f"The password of the demonstration works for {email}.",
                hint="Change it with the command changepassword, or deactivate the account.",
                id="clearinghouse.E001",
            )


def _untried_accounts() -> Iterator[CheckMessage]:
    left = list(_accounts()[ACCOUNTS_TRIED:].values_list("enters_admin", flat=True))
    if left:
        yield Warning(
            f"A start does not try the demonstration's password for {len(left)} accounts, "
            f"{sum(left)} of which may enter the admin.",
            hint="manage.py check --deploy tries it for every account.",
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


@register(TAG)
def check_search_mapping(**_: Any) -> Iterable[CheckMessage]:
    """Warn where the index in Elasticsearch has another form than this version reads and writes."""
    copy = copy_engine()
    if copy is None:
        return []
    try:
        if not copy.exists() or copy.is_current():
            return []
    except EngineUnavailable:
        return []  # the database answers, and the cluster is asked again
    return [
        Warning(
            "The Elasticsearch index was made by another version: the database answers searches.",
            hint="Run `manage.py rebuild_search_index --copy-only`.",
            id="clearinghouse.W003",
        )
    ]
