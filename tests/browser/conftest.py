"""A seeded site served by its own process, and a browser to use it with."""

import fcntl
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)

from tests.databases import copy_database

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class ServedSite:
    """A running site's address, the logins it announced by role, and what its processes run in.

    `sessions` are the cookies of those who have signed in, by name.
    """

    url: str
    logins: dict[str, dict[str, str]]
    environment: dict[str, str]
    sessions: dict[str, Any] = field(default_factory=dict)


def manage(*arguments: str) -> list[str]:
    """Return a command of the project, to be run in the project's folder."""
    return [sys.executable, str(ROOT / "manage.py"), *arguments]


def served_environment(database: Path) -> dict[str, str]:
    """Return what the processes of a site on this database run in."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.browser.served_settings",
        "DATABASE_URL": f"sqlite:///{database}",
        "PYTHONPATH": f"{ROOT}:{ROOT / 'site'}",
        "PYTHONWARNINGS": "default",
    }
    environment.pop("ELASTICSEARCH_URL", None)
    return environment


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Path:
    """Return a database with the demonstration, made once for all workers; not to be changed."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    database, half_done = shared / "seeded.sqlite3", shared / "seeding.sqlite3"
    with (shared / "seeded.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # until the file is closed
        if not database.exists():
            if connection.vendor == "sqlite":  # the test database has just been migrated
                copy_database(Path(connection.settings_dict["NAME"]), half_done)
            for command in (["migrate", "-v0"], ["seed_demo"]):
                subprocess.run(
                    manage(*command),
                    cwd=ROOT,
                    env=served_environment(half_done),
                    check=True,
                    stdout=sys.stderr,
                )
            leave_files_unread(half_done)
            copy_database(half_done, database)
    return database


def leave_files_unread(database: Path) -> None:
    """Let no server read the text of the demonstration's files: each would read all of them."""
    with closing(sqlite3.connect(database)) as opened, opened:
        opened.execute(
            "INSERT OR IGNORE INTO clearinghouse_curricula_filetext"
            " (stored_file_id, text, state, reason, attempts, changed_at)"
            " SELECT id, '', 'empty', '', 0, created_at FROM clearinghouse_curricula_storedfile"
        )


@pytest.fixture(scope="session")
def served_site(tmp_path_factory: pytest.TempPathFactory, seeded: Path) -> Iterator[ServedSite]:
    """Serve a seeded site of its own on a free port; stop it when the tests are done."""
    database = tmp_path_factory.mktemp("served") / "db.sqlite3"
    copy_database(seeded, database)
    environment = served_environment(database)
    server = subprocess.Popen(
        manage("serve", "--json", "--quiet", "--port", "0"),
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    try:
        announced = json.loads(server.stdout.readline())
        logins = {login["role"]: login for login in announced["logins"]}
        yield ServedSite(announced["url"], logins, environment)
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=30)
        server.stdout.close()


@pytest.fixture(scope="session")
def reviews(served_site: ServedSite) -> Iterator[Iterator[dict[str, str]]]:
    """Return reviews in progress, made on the served site when they are asked for."""
    maker = subprocess.Popen(
        [sys.executable, "-m", "tests.browser.review_data"],
        cwd=ROOT,
        env=served_site.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    asked, answered = maker.stdin, maker.stdout
    assert asked is not None
    assert answered is not None

    def make() -> Iterator[dict[str, str]]:
        for number in count(1):
            asked.write(f"review-{number}\n")
            asked.flush()
            yield json.loads(answered.readline())

    with maker:  # leaving it closes its input, which ends it
        yield make()


@pytest.fixture
def review(reviews: Iterator[dict[str, str]]) -> dict[str, str]:
    """A review in progress that no other test has: its addresses, the login of its reviewer."""
    return next(reviews)


# Not longer than a module: while it runs, its event loop forbids other tests the database.
@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Browser]:
    """Return Chromium without a window."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=chromium_path,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield started
        started.close()


@pytest.fixture
def context(browser: Browser, served_site: ServedSite) -> Iterator[BrowserContext]:
    """Return a fresh visitor: no cookies, the site's address as base."""
    visitor = browser.new_context(base_url=served_site.url, reduced_motion="reduce")
    yield visitor
    visitor.close()


def _fail_on_blocked_content(message: ConsoleMessage) -> None:
    if "Content Security Policy" in message.text and "/admin/" not in message.location["url"]:
        pytest.fail(f"The page holds what its policy forbids: {message.text}")


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """Return a fresh tab that fails the test when a script of the page fails."""
    return watched_tab(context)


def watched_tab(context: BrowserContext) -> Page:
    """Return a fresh tab of a visitor that fails the test when a script of the page fails."""
    tab = context.new_page()
    tab.on("console", _fail_on_blocked_content)
    tab.on("pageerror", lambda error: pytest.fail(f"A script failed: {error}"))
    return tab


def log_in(page: Page, site: ServedSite, role: str) -> None:
    """Let the demonstration's person in this role be signed in: by the form, once."""
    sign_in_once(page, site, site.logins[role]["username"])


def sign_in_once(page: Page, site: ServedSite, username: str) -> None:
    """Sign in a person of the demonstration, or go on with the session that they have."""
    if username in site.sessions:
        page.context.add_cookies(site.sessions[username])
        return
    sign_in(page, username, next(iter(site.logins.values()))["password"])
    site.sessions[username] = page.context.cookies()


def sign_in(page: Page, username: str, password: str) -> None:
    """Log in; whoever may not enter the admin is led to the portal."""
    page.goto("/admin/login/?next=/admin/")
    page.locator("[name=login]").fill(username)
    page.locator("[name=password]").fill(password)
    page.get_by_role("button", name="Sign In", exact=True).click()
    expect(page).to_have_url(re.compile(r"/(admin|portal)/$"))
