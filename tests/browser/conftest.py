"""A seeded site served by its own process, and a browser to use it with."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

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

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class ServedSite:
    """A running site's address, the logins it announced by role, and what its processes run in."""

    url: str
    logins: dict[str, dict[str, str]]
    environment: dict[str, str]


@pytest.fixture(scope="session")
def served_site(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None
) -> Iterator[ServedSite]:
    """Seed and serve a site of its own on a free port; stop it when the tests are done."""
    folder = tmp_path_factory.mktemp("served")
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.browser.served_settings",
        "DATABASE_URL": f"sqlite:///{folder / 'db.sqlite3'}",
        "PYTHONWARNINGS": "default",
    }
    environment.pop("ELASTICSEARCH_URL", None)

    def manage(*arguments: str) -> list[str]:
        return [sys.executable, str(ROOT / "manage.py"), *arguments]

    if connection.vendor == "sqlite":  # the test database has just been migrated
        with (
            closing(sqlite3.connect(connection.settings_dict["NAME"])) as migrated,
            closing(sqlite3.connect(folder / "db.sqlite3")) as copy,
        ):
            migrated.backup(copy)
    for command in (["migrate", "-v0"], ["seed_demo"]):
        subprocess.run(manage(*command), cwd=ROOT, env=environment, check=True, stdout=sys.stderr)
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
    visitor = browser.new_context(base_url=served_site.url)
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
    """Log in to the admin as the demonstration's person in this role."""
    sign_in(page, site.logins[role]["username"], site.logins[role]["password"])


def sign_in(page: Page, username: str, password: str) -> None:
    """Log in to the admin."""
    page.goto("/admin/login/")
    page.locator("[name=username]").fill(username)
    page.locator("[name=password]").fill(password)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile(r"/admin/$"))
