"""The environment, read in one place: every fault is collected, then named in one error."""

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

SQLITE_OPTIONS: dict[str, Any] = {
    # A writer that begins with a read would otherwise fail at its first write while another writes.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL",
}
CONNECTION_SECONDS = 60
"""How long a thread keeps its connection; opening one would cost more than most answers."""
MAIL_SECONDS = 10
"""How long a mail server may take to answer before what waits is tried again later."""
CACHE_TABLE = "clearinghouse_cache"
"""The table that holds the cache where no other is named; `migrate` creates it."""
CACHE_ENTRIES = 100_000
"""How many entries the table may hold: Django's 300 would soon drop counts of limits."""
TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


class Environment:
    """Reads variables by name and type; `raise_faults` reports all that were missing or invalid."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self._faults: list[str] = []

    def text(self, name: str, default: str | None = None) -> str:
        """Return the variable's text; without a default it must be there and not be empty."""
        value = self._variables.get(name, "").strip()
        if value:
            return value
        if default is None:
            self._faults.append(f"{name} is missing")
        return default or ""

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return a yes or no."""
        value = self.text(name, "true" if default else "false").lower()
        if value not in TRUE | FALSE:
            self._faults.append(f"{name} must be true or false")
        return value in TRUE

    def count(self, name: str, default: int) -> int:
        """Return a number of things, none or more."""
        value = self.text(name, str(default))
        if not (value.isascii() and value.isdigit()):
            self._faults.append(f"{name} must be a number")
            return default
        return int(value)

    def words(self, name: str, default: str | None = None) -> list[str]:
        """Return the parts of a comma-separated text, without empty ones."""
        return [part.strip() for part in self.text(name, default).split(",") if part.strip()]

    def folder(self, name: str, default: Path | None = None) -> Path:
        """Return an absolute path."""
        path = Path(self.text(name, str(default) if default else None))
        if path != Path() and not path.is_absolute():
            self._faults.append(f"{name} must be an absolute path")
        return path

    def url(self, name: str, default: str | None = None, *, schemes: tuple[str, ...]) -> str:
        """Return an address with one of the schemes and a host, without a slash at its end."""
        return self._address(name, self.text(name, default), schemes)

    def _address(self, name: str, text: str, schemes: tuple[str, ...]) -> str:
        value = text.rstrip("/")
        if not value:
            return value
        try:
            parts = urlsplit(value)
            fits = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
        except ValueError:
            fits = False
        if not fits:
            self._faults.append(
                f"{name} must be an address that begins with {' or '.join(schemes)}"
            )
        return value

    def socket(self, name: str) -> str:
        """Return the address of a server on the network or of a socket file, empty without one."""
        value = self.text(name, "")
        if value.startswith("unix:"):
            if not Path(value.removeprefix("unix:")).is_absolute():
                self._faults.append(f"{name} must name an absolute path after unix:")
            return value
        return self._address(name, value, ("tcp",))

    def urls(self, name: str, default: str | None = None, *, schemes: tuple[str, ...]) -> str:
        """Return comma-separated addresses of one kind, none of which holds a password."""
        urls = [self._address(name, part, schemes) for part in self.words(name, default)]
        if any("@" in urlsplit(url).netloc for url in urls):
            self._faults.append(
                f"{name} must not hold a user or a password: they have variables of their own"
            )
        if len({urlsplit(url).scheme for url in urls}) > 1:
            self._faults.append(f"{name} must name addresses of one kind, all http or all https")
        return ",".join(urls)

    def database(self, name: str, default: str | None = None) -> dict[str, Any]:
        """Return Django's settings of one database, with what SQLite and PostgreSQL need here."""
        value = self.text(name, default)
        if not value:
            return {}
        try:
            database: dict[str, Any] = dict(
                dj_database_url.parse(value, conn_max_age=CONNECTION_SECONDS)
            )
        except (ValueError, KeyError):
            self._faults.append(
                f"{name} must be an address such as postgres://user:password@host/name"
            )
            return {}
        engine = database["ENGINE"]
        if engine == "django.db.backends.sqlite3":
            database["OPTIONS"] = SQLITE_OPTIONS | database.get("OPTIONS", {})
        elif engine != "django.db.backends.postgresql":
            self._faults.append(f"{name} must name a PostgreSQL or SQLite database")
        return database

    def cache(self, name: str) -> dict[str, Any]:
        """Return Django's settings of one cache: a table of the database unless Redis is named."""
        value = self.url(name, "", schemes=("redis", "rediss"))
        if not value:
            return {
                "BACKEND": "django.core.cache.backends.db.DatabaseCache",
                "LOCATION": CACHE_TABLE,
                "OPTIONS": {"MAX_ENTRIES": CACHE_ENTRIES},
            }
        if find_spec("redis") is None:
            self._faults.append(f"{name} names Redis, which needs the Python package redis")
        return {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": value}

    def mailer(self, name: str) -> dict[str, Any] | None:
        """Return the options of an SMTP server named as smtp://user:password@host:port?tls=true."""
        value = self.url(name, "", schemes=("smtp", "smtps"))
        if not value:
            return None
        parts = urlsplit(value)
        tls = dict(parse_qsl(parts.query)).get("tls", "false").lower() in TRUE
        return {
            "host": parts.hostname or "",
            "port": parts.port or (465 if parts.scheme == "smtps" else 587 if tls else 25),
            "username": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
            "use_tls": tls,
            "use_ssl": parts.scheme == "smtps",
            "timeout": MAIL_SECONDS,
        }

    def raise_faults(self) -> None:
        """Raise ImproperlyConfigured naming every fault found so far; do nothing without one."""
        if self._faults:
            listed = "\n".join(f"  - {fault}" for fault in self._faults)
            message = (
                f"The environment does not configure Clearinghouse (docs/settings.md):\n{listed}"
            )
            raise ImproperlyConfigured(message)


def sqlite(path: Path) -> dict[str, Any]:
    """Return Django's settings of an SQLite database in a file."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": CONNECTION_SECONDS,
        "OPTIONS": dict(SQLITE_OPTIONS),
    }
