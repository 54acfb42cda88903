"""Limits are counted once for all processes: the table they are in, the warning without one."""

from typing import Any

import pytest
from django.core.cache import cache
from django.core.checks import Tags, run_checks
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from clearinghouse import checks
from clearinghouse.settings.env import CACHE_TABLE, Environment
from tests.integration.submission_portal.planting import make_person

pytestmark = pytest.mark.django_db
BACKENDS = "django.core.cache.backends"


@pytest.fixture
def table(settings: Any) -> None:
    """Keep the cache where production keeps it."""
    settings.CACHES = {"default": Environment({}).cache("CACHE_URL")}
    assert CACHE_TABLE not in connection.introspection.table_names()
    for _time in range(2):  # the second finds it there
        call_command("migrate", verbosity=0)


def keys() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT cache_key FROM {CACHE_TABLE}")  # noqa: S608 - a name of our own
        return [key for (key,) in cursor.fetchall()]


def test_migrate_makes_the_table_and_every_limit_is_counted_there(
    table: None, site_tree: dict[str, Any], settings: Any
) -> None:
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"portal_stay": "1/h/user"}
    client = Client()
    client.post(reverse("account_login"), {"login": "x@example.org", "password": "x"})
    assert [key for key in keys() if "allauth:rl" in key and "login" in key]
    client.force_login(make_person("pat"))
    assert [client.post(reverse("portal_stay")).status_code for _ in range(2)] == [204, 429]
    assert [key for key in keys() if "portal_stay" in key]
    assert client.get("/").status_code == 200
    assert [key for key in keys() if "wagtail_site_root_paths" in key]
    cache.clear()
    assert keys() == []


def told(**given: Any) -> list[Any]:
    found = run_checks(tags=[Tags.security], include_deployment_checks=True, **given)
    return [message for message in found if message.id == "clearinghouse.W006"]


@pytest.mark.parametrize(
    ("backend", "is_told"),
    [
        ("locmem.LocMemCache", True),
        ("dummy.DummyCache", True),
        ("db.DatabaseCache", False),
        ("redis.RedisCache", False),
    ],
)
def test_production_is_told_of_a_cache_that_is_not_shared(
    settings: Any, backend: str, *, is_told: bool
) -> None:
    before = settings.CACHES
    settings.CACHES = {"default": {"BACKEND": f"{BACKENDS}.{backend}", "LOCATION": "redis://x"}}
    settings.CLEARINGHOUSE_PRODUCTION = True
    found = told()
    starting = [message.id for message in run_checks(tags=[checks.TAG])]
    settings.CLEARINGHOUSE_PRODUCTION = False
    allowed = told()
    settings.CACHES = before
    assert (bool(found), allowed) == (is_told, [])
    assert not [message for message in found if "CACHES" not in message.msg]
    assert not [message for message in found if "CACHE_URL" not in str(message.hint)]
    assert "clearinghouse.W006" not in starting, "a start is no deployment"
