"""The environment is read whole: one error names every fault."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from clearinghouse.settings import env
from clearinghouse.settings.env import SQLITE_OPTIONS, Environment


def faults_of(environment: Environment) -> list[str]:
    with pytest.raises(ImproperlyConfigured) as caught:
        environment.raise_faults()
    return [line.removeprefix("  - ") for line in str(caught.value).splitlines()[1:]]


def test_every_fault_is_named_in_one_error():
    environment = Environment(
        {"FLAG": "perhaps", "URL": "nowhere", "FOLDER": "here", "DB": "mysql://h/x"}
    )
    environment.text("SECRET")
    environment.words("HOSTS")
    environment.flag("FLAG")
    environment.url("URL", schemes=("https", "http"))
    environment.folder("FOLDER")
    environment.database("DB")
    environment.database("OTHER_DB")
    assert faults_of(environment) == [
        "SECRET is missing",
        "HOSTS is missing",
        "FLAG must be true or false",
        "URL must be an address that begins with https or http",
        "FOLDER must be an absolute path",
        "DB must name a PostgreSQL or SQLite database",
        "OTHER_DB is missing",
    ]


def test_nothing_is_raised_without_a_fault():
    environment = Environment({"HOSTS": "a.example, b.example,", "FLAG": "Yes", "FOLDER": "/srv/x"})
    assert environment.words("HOSTS") == ["a.example", "b.example"]
    assert environment.flag("FLAG") is True
    assert environment.flag("OTHER") is False
    assert environment.folder("FOLDER") == Path("/srv/x")
    assert environment.url("NONE", "", schemes=("http",)) == ""
    assert (
        environment.url("NONE", "http://127.0.0.1:9200/", schemes=("http",))
        == "http://127.0.0.1:9200"
    )
    environment.raise_faults()


def test_a_count_is_a_number_or_its_default():
    environment = Environment({"PROXIES": "2"})
    assert (environment.count("PROXIES", 1), environment.count("OTHER", 1)) == (2, 1)
    environment.raise_faults()
    for value in ("-1", "two", "1.5", "²"):
        environment = Environment({"PROXIES": value})
        environment.count("PROXIES", 1)
        with pytest.raises(ImproperlyConfigured, match="PROXIES must be a number"):
            environment.raise_faults()


def test_a_blank_variable_counts_as_missing():
    environment = Environment({"SECRET": "  "})
    environment.text("SECRET")
    assert faults_of(environment) == ["SECRET is missing"]


def test_sqlite_takes_its_lock_first_and_waits():
    database = Environment({"DB": "sqlite:////srv/db.sqlite3"}).database("DB")
    assert database["NAME"] == "/srv/db.sqlite3"
    assert database["OPTIONS"] == SQLITE_OPTIONS


def test_postgresql_keeps_its_quoted_password():
    database = Environment({"DB": "postgres://u:p%40ss@db.example:5433/name"}).database("DB")
    parts = (
        database["USER"],
        database["PASSWORD"],
        database["HOST"],
        database["PORT"],
        database["NAME"],
    )
    assert parts == ("u", "p@ss", "db.example", 5433, "name")


@pytest.mark.parametrize("value", ["nonsense", "postgres://u:p@h:port/x", "oracle://h/x"])
def test_a_database_that_cannot_be_is_a_fault(value):
    environment = Environment({"DB": value})
    environment.database("DB")
    assert len(faults_of(environment)) == 1


@pytest.mark.parametrize(
    ("value", "port", "tls", "ssl"),
    [
        ("smtp://mail.example", 25, False, False),
        ("smtp://u:p%40@mail.example?tls=true", 587, True, False),
        ("smtps://u:p@mail.example", 465, False, True),
    ],
)
def test_a_mail_server(value, port, tls, ssl):
    options = Environment({"MAIL": value}).mailer("MAIL")
    assert (options["port"], options["use_tls"], options["use_ssl"]) == (port, tls, ssl)
    assert (options["host"], options["timeout"]) == ("mail.example", 10)


@pytest.mark.parametrize("value", ["", "tcp://127.0.0.1:3310", "unix:/run/clamd.sock"])
def test_a_socket_on_the_network_or_in_a_folder(value):
    environment = Environment({"SCANNER": value})
    assert environment.socket("SCANNER") == value
    environment.raise_faults()


@pytest.mark.parametrize("value", ["unix:clamd.sock", "http://scanner.example", "tcp://"])
def test_a_socket_that_cannot_be_is_a_fault(value):
    environment = Environment({"SCANNER": value})
    environment.socket("SCANNER")
    assert len(faults_of(environment)) == 1


def test_the_cache_is_a_table_of_the_database_unless_redis_is_named(monkeypatch):
    environment = Environment({"REDIS": "rediss://u:p@cache.example:6379/1"})
    table = environment.cache("NOTHING")
    assert table["BACKEND"].endswith(".DatabaseCache")
    assert (table["LOCATION"], table["OPTIONS"]) == (
        "clearinghouse_cache",
        {"MAX_ENTRIES": 100_000},
    )
    monkeypatch.setattr(env, "find_spec", lambda name: name)
    assert environment.cache("REDIS") == {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": "rediss://u:p@cache.example:6379/1",
    }
    environment.raise_faults()
    monkeypatch.setattr(env, "find_spec", lambda _name: None)
    environment.cache("REDIS")
    assert faults_of(environment) == ["REDIS names Redis, which needs the Python package redis"]


@pytest.mark.parametrize("value", ["memcached://cache.example", "locmem://", "redis://"])
def test_a_cache_that_cannot_be_is_a_fault(monkeypatch, value):
    monkeypatch.setattr(env, "find_spec", lambda name: name)
    environment = Environment({"CACHE": value})
    environment.cache("CACHE")
    assert faults_of(environment) == ["CACHE must be an address that begins with redis or rediss"]
