"""What every test shares: the tiers, what they need, and how long the long ones take.

On a laptop a test whose server or browser is missing is skipped with a sentence; in CI it fails.
"""

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connection, transaction
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests.databases import MigratedOnce

IN_CI = os.environ.get("CI") == "true"
ROUNDS, FULL_ROUNDS = 3, 40
NEEDS = ("browser", "elasticsearch", "postgresql", "cluster")
"""Markers of tests that need a server or a program."""

hypothesis_settings.register_profile("short", max_examples=50, deadline=None)
hypothesis_settings.register_profile(
    "full", max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare --full."""
    parser.addoption(
        "--full", action="store_true", help="run faults, races and properties at their full count"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Choose how many examples the properties try."""
    hypothesis_settings.load_profile("full" if config.getoption("full") else "short")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let modules with a browser take turns with large ones; those that commit come last.

    A module stays whole on one worker (`--dist loadfile`): what it prepares is prepared once. Long
    ones come early, so that short ones fill what is left; two browsers at once slow each other.
    Those without a database come second: one worker runs them while another migrates for both.
    """
    modules: dict[Path, list[pytest.Item]] = {}
    for item in items:
        modules.setdefault(item.path, []).append(item)
    browsers, others, committing, pure = [], [], [], []
    for module in sorted(modules.values(), key=len, reverse=True):
        if "unit" in module[0].path.parts:
            pure.append(module)
        elif any(item.get_closest_marker("browser") for item in module):
            browsers.append(module)
        elif any(commits(item) for item in module):
            committing.append(module)
        else:
            others.append(module)
    turns = [module for pair in zip(browsers, others, strict=False) for module in pair]
    rest = browsers[len(others) :] + others[len(browsers) :] + committing
    items[:] = [item for module in turns[:1] + pure + turns[1:] + rest for item in module]


def commits(item: pytest.Item) -> bool:
    """Return whether a test that runs here ends by emptying the database, not by rolling back."""
    marker = item.get_closest_marker("django_db")
    if marker is None or not marker.kwargs.get("transaction"):
        return False
    return not any(missing(need) for need in NEEDS if item.get_closest_marker(need))


def pytest_collection_finish() -> None:
    """Look for garbage less often, and never among what is loaded: a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


def missing(need: str) -> str | None:
    """Return the sentence that says what a marked test lacks here, or None."""
    if need == "browser" and chromium() is None:
        return "Chromium is not installed (Debian: apt-get install chromium)."
    if need == "elasticsearch" and not os.environ.get("ELASTICSEARCH_URL"):
        return "No Elasticsearch: name a server by ELASTICSEARCH_URL."
    if need == "cluster" and not os.environ.get("SERVICES"):
        return "No cluster to strike: name the folder of the servers' scripts by SERVICES."
    if (
        need == "postgresql"
        and settings.DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql"
    ):
        return "Not on PostgreSQL: name a server by DATABASE_URL."
    return None


def chromium() -> str | None:
    """Return the path of the browser."""
    return (
        shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    )


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a marked test that cannot run here; in CI, fail it unless another step of CI runs it."""
    for need in NEEDS:
        sentence = missing(need) if item.get_closest_marker(need) else None
        if sentence is None:
            continue
        if IN_CI and need not in os.environ.get("CLEARINGHOUSE_TESTED_ELSEWHERE", "").split():
            pytest.fail(f"{sentence} In CI it must be there.", pytrace=False)
        pytest.skip(sentence)


@pytest.fixture(scope="session")
def _migrated_once(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_modify_db_settings: None,
) -> Iterator[tuple[MigratedOnce, bool] | None]:
    """Return what workers share and whether it is copied; None where nothing is to be migrated."""
    database = settings.DATABASES["default"]
    name = Path(database["TEST"]["NAME"])
    is_kept = name.exists() and not request.config.getoption("create_db")
    alone = "PYTEST_XDIST_WORKER" not in os.environ or not request.config.getoption("reuse_db")
    if alone or is_kept or database["ENGINE"] != "django.db.backends.sqlite3":
        yield None
        return
    once = MigratedOnce(tmp_path_factory.getbasetemp().parent)
    yield once, once.take(name)
    once.close()


@pytest.fixture(scope="session")
def django_db_createdb(
    request: pytest.FixtureRequest, _migrated_once: tuple[MigratedOnce, bool] | None
) -> bool:
    """Return whether this worker is to make its database: not where it has just got a copy."""
    is_copied = _migrated_once is not None and _migrated_once[1]
    return bool(request.config.getoption("create_db")) and not is_copied


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, _migrated_once: tuple[MigratedOnce, bool] | None
) -> None:
    """Make the test database, as ever; then let the other workers copy it."""
    if _migrated_once is not None and not _migrated_once[1]:
        _migrated_once[0].give(Path(connection.settings_dict["NAME"]))


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """Forget what the test before left in the cache: its rows were rolled back."""
    cache.clear()


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Return the path of the browser; only for tests marked `browser`."""
    return chromium() or ""


@pytest.fixture(scope="session")
def rounds(request: pytest.FixtureRequest) -> int:
    """Return how often a fault or a race is repeated: a few times, or more with --full."""
    return FULL_ROUNDS if request.config.getoption("full") else ROUNDS


@pytest.fixture(scope="class")  # begins before the test's database does, and ends after it
def migrated_rows(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Put back the rows that migrations wrote: a test that commits for real ends by emptying all.

    For functions marked `django_db(transaction=True)` and `postgresql`.
    """
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        rows = {}
        for table in tables:
            with cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
                rows[table] = b"".join(copy)
    yield
    with django_db_blocker.unblock(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE {}".format(", ".join(f'"{table}"' for table in tables)))
        for table, content in rows.items():
            with cursor.copy(f'COPY "{table}" FROM STDIN') as copy:
                copy.write(content)
    ContentType.objects.clear_cache()
