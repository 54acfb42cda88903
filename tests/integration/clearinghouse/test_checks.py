"""Production refuses what the demonstration allows; each refusal has its id."""

import functools
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.utils import timezone

from clearinghouse import checks
from review_workflow.enums import ApprovalBasis, ApprovalEventKind
from review_workflow.lifecycle import Event
from review_workflow.services import Term, grant_approval, record_approval_event
from tests.integration.search.building import Catalog

UNTRIED = (
    "A start does not try the demonstration's password for {} accounts, "
    "{} of which may enter the admin."
)
ROOT = Path(__file__).resolve().parents[3]
STRONG = "k3y-of-fifty-random-characters-or-more-0123456789-abcdefghij"


@pytest.fixture
def production(settings, db):
    settings.CLEARINGHOUSE_PRODUCTION = True
    settings.DEBUG = False
    settings.SECRET_KEY = STRONG
    settings.ALLOWED_HOSTS = ["clearinghouse.example"]
    settings.CLEARINGHOUSE_CLAMD = "unix:/run/clamd.sock"
    settings.CLEARINGHOUSE_STAFF_MFA_REQUIRED = True
    return settings


def ids() -> list[str]:
    return [message.id for message in run_checks(tags=[checks.TAG])]


def test_a_sound_production_starts(production):
    get_user_model().objects.create_user("a@clearinghouse.example", "a password of its own")
    get_user_model().objects.create_user("b@clearinghouse.example", None)
    assert ids() == []
    checks.insist()


def test_debug_is_refused(production):
    production.DEBUG = True
    assert ids() == ["clearinghouse.E002"]


def test_staff_without_second_factor_are_told_and_stop_nothing(production):
    production.CLEARINGHOUSE_STAFF_MFA_REQUIRED = False
    assert ids() == ["clearinghouse.W005"]
    checks.insist()


@pytest.mark.parametrize(
    "key", ["", "short", "x" * 80, "django-insecure-" + STRONG, "development-only"]
)
def test_a_weak_key_is_refused(production, key):
    # An empty key cannot be set as a setting that is read; the check itself is asked.
    production.SECRET_KEY = key or " "
    assert ids() == ["clearinghouse.E003"]


def test_private_files_in_a_public_folder_are_refused(production):
    production.CLEARINGHOUSE_PRIVATE_ROOT = f"{production.MEDIA_ROOT}/private"
    assert ids() == ["clearinghouse.E007"]


def test_a_missing_virus_scanner_is_told_and_stops_nothing(production):
    production.CLEARINGHOUSE_CLAMD = ""
    assert ids() == ["clearinghouse.W004"]
    checks.insist()


@pytest.mark.parametrize("hosts", [[], ["*"]])
def test_missing_hosts_are_refused(production, hosts):
    production.ALLOWED_HOSTS = hosts
    assert ids() == ["clearinghouse.E004"]


def test_the_demonstrations_password_is_refused_for_anybody(production):
    users = get_user_model().objects
    users.create_user("reader@elsewhere.example", production.CLEARINGHOUSE_DEMO_PASSWORD)
    assert ids() == ["clearinghouse.E001"]
    with pytest.raises(ImproperlyConfigured, match=r"clearinghouse\.E001"):
        checks.insist()
    users.update(is_active=False)
    assert ids() == []


def test_whoever_may_enter_the_admin_is_tried_before_all_others(production, monkeypatch):
    monkeypatch.setattr(checks, "ACCOUNTS_TRIED", 3)
    users = get_user_model().objects
    demonstrated = production.CLEARINGHOUSE_DEMO_PASSWORD
    for number in range(4):
        users.create_user(f"reader{number}@elsewhere.example", "a password of its own")
    by_group = users.create_user("group@elsewhere.example", demonstrated)
    by_permission = users.create_user("own@elsewhere.example", demonstrated)
    users.create_superuser("root@elsewhere.example", demonstrated)
    permission = Permission.objects.get(codename="access_admin")
    group = Group.objects.create(name="Entrants")
    group.permissions.add(permission)
    by_group.groups.add(group)
    by_permission.user_permissions.add(permission)
    assert [message.msg for message in run_checks(tags=[checks.TAG])] == [
        "The password of the demonstration works for root@elsewhere.example.",
        "The password of the demonstration works for group@elsewhere.example.",
        "The password of the demonstration works for own@elsewhere.example.",
        UNTRIED.format(4, 0),
    ]


def test_accounts_that_a_start_leaves_are_told_and_tried_before_a_deployment(
    production, monkeypatch
):
    monkeypatch.setattr(checks, "ACCOUNTS_TRIED", 1)
    users = get_user_model().objects
    users.create_superuser("first@elsewhere.example", "a password of its own")
    users.create_superuser("second@elsewhere.example", production.CLEARINGHOUSE_DEMO_PASSWORD)
    users.create_user("reader@elsewhere.example", production.CLEARINGHOUSE_DEMO_PASSWORD)
    untried = UNTRIED.format(2, 1)
    assert [message.msg for message in run_checks(tags=[checks.TAG])] == [untried]
    deploying = run_checks(tags=[checks.TAG], include_deployment_checks=True)
    # The tests' cache is no production's: test_cache.py asks for W006.
    assert {message.msg for message in deploying if message.id != "clearinghouse.W006"} == {
        untried,
        "The password of the demonstration works for second@elsewhere.example.",
        "The password of the demonstration works for reader@elsewhere.example.",
    }


class WithoutFullText(sqlite3.Connection):
    """An SQLite that was built without FTS5: it knows no such module."""

    def execute(self, sql, *values):
        return super().execute(sql.replace("using fts5", "using no_such_module"), *values)


def test_an_sqlite_without_full_text_is_refused_where_it_is_the_database(production, monkeypatch):
    monkeypatch.setattr(
        sqlite3, "connect", functools.partial(sqlite3.connect, factory=WithoutFullText)
    )
    assert ids() == (["clearinghouse.E006"] if connection.vendor == "sqlite" else [])


def test_a_database_that_cannot_be_asked_is_told_and_stops_nothing(tmp_path):
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "clearinghouse.settings.production",
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing",
        "CLEARINGHOUSE_SECRET_KEY": STRONG,
        "CLEARINGHOUSE_ALLOWED_HOSTS": "clearinghouse.example",
        "CLEARINGHOUSE_BASE_URL": "http://clearinghouse.example",
        "CLEARINGHOUSE_MEDIA_ROOT": str(tmp_path / "media"),
        "CLEARINGHOUSE_PRIVATE_ROOT": str(tmp_path / "private"),
        "CLEARINGHOUSE_STATIC_ROOT": str(tmp_path / "static"),
    }
    checked = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "check", "--tag", checks.TAG],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stderr
    assert checked.stderr.count("clearinghouse.W002") == 1
    assert "The database could not be asked: connection" in checked.stderr


def test_outside_production_everything_is_allowed(production):
    production.CLEARINGHOUSE_PRODUCTION = False
    production.DEBUG = True
    production.ALLOWED_HOSTS = []
    get_user_model().objects.create_user("a@b.example", production.CLEARINGHOUSE_DEMO_PASSWORD)
    assert ids() == []


def test_a_sample_approval_is_refused_while_it_is_in_force(production):
    today = timezone.localdate()
    page = Catalog().curriculum(approve=False)
    approval = grant_approval(
        page=page,
        basis=ApprovalBasis.SAMPLE,
        number="SAMPLE-1",
        term=Term(today, today),
        reason="A test.",
    )
    assert ids() == ["clearinghouse.E005"]
    with pytest.raises(ImproperlyConfigured, match="SAMPLE-1"):
        checks.insist()
    record_approval_event(
        approval=approval, event=Event(ApprovalEventKind.WITHDRAWN, today), reason="The test ends."
    )
    assert ids() == []
