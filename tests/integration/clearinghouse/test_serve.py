"""`manage.py serve` announces itself, answers, does due work and ends cleanly at either signal."""

import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from urllib.request import ProxyHandler, build_opener

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection

from clearinghouse import due

ROOT = Path(__file__).resolve().parents[3]


def address_of_test_database() -> str:
    parts = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{parts['NAME']}"
    login = f"{parts['USER']}:{parts['PASSWORD']}@{parts['HOST']}:{parts['PORT']}"
    return f"postgres://{login}/{parts['NAME']}"


@contextmanager
def served(*arguments: str):
    variables = os.environ | {
        "DATABASE_URL": address_of_test_database(),
        "DJANGO_SETTINGS_MODULE": "clearinghouse.settings.development",
    }
    command = [sys.executable, "manage.py", "serve", "--port", "0", "--quiet", *arguments]
    with subprocess.Popen(
        command, cwd=ROOT, env=variables, stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            yield server
        finally:
            server.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_announces_itself_answers_and_ends_cleanly(django_db_setup, number):
    with served("--json") as server:
        announced = json.loads(server.stdout.readline())
        assert set(announced) == {"url", "logins"}
        assert all(set(login) == {"role", "username", "password"} for login in announced["logins"])
        with build_opener(ProxyHandler({})).open(
            announced["url"] + "/healthz", timeout=30
        ) as answer:
            assert json.load(answer)["status"] == "ok"
        server.send_signal(number)
        assert server.wait(timeout=30) == 0


def test_a_port_in_use_is_told_in_one_sentence():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(
            CommandError, match=f"Port {port} cannot be used.*choose another one with --port"
        ):
            call_command("serve", port=port, skip_checks=True)


done: list[str] = []


def note_that_it_was_done() -> None:
    done.append("done")


def fail_like_a_locked_database() -> None:
    raise DatabaseError("database is locked")


def test_work_that_the_database_refuses_does_not_stop_the_rest(monkeypatch, caplog):
    done.clear()
    pieces = (fail_like_a_locked_database, note_that_it_was_done)
    monkeypatch.setattr(due, "DUE_WORK", tuple(f"{__name__}.{piece.__name__}" for piece in pieces))
    monkeypatch.setattr(due, "import_string", lambda path: globals()[path.rpartition(".")[2]])
    due.do_due_work()
    assert done == ["done"]
    assert "fail_like_a_locked_database" in caplog.text


def test_the_loop_ends_when_it_is_told_to():
    stop = Event()
    stop.set()
    due.keep_doing_due_work(stop)


def test_due_work_is_importable(django_db_setup):
    for path in due.DUE_WORK:
        assert callable(due.import_string(path))
