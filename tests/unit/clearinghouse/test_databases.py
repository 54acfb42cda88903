"""The one migrated database of a run: made by the first, copied by whoever comes later."""

import fcntl
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.databases import MigratedOnce


def rows(database: Path) -> list[tuple[str]]:
    with closing(sqlite3.connect(database)) as opened:
        return opened.execute("SELECT name FROM one").fetchall()


def make(database: Path, name: str) -> None:
    with closing(sqlite3.connect(database)) as opened, opened:
        opened.execute("PRAGMA journal_mode=WAL")
        opened.execute("CREATE TABLE one (name TEXT)")
        opened.execute("INSERT INTO one VALUES (?)", [name])


def test_the_first_makes_it_and_the_others_copy_it(tmp_path: Path) -> None:
    mine, theirs = tmp_path / "gw0", tmp_path / "gw1"
    make(theirs, "of the run before")
    first, second = MigratedOnce(tmp_path), MigratedOnce(tmp_path)
    assert not first.take(mine)
    with (tmp_path / "migrated.lock").open() as lock, pytest.raises(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    make(mine, "of this run")
    first.give(mine)
    assert second.take(theirs)
    assert rows(theirs) == [("of this run",)]


def test_where_the_first_fails_the_next_is_to_make_it(tmp_path: Path) -> None:
    first, second = MigratedOnce(tmp_path), MigratedOnce(tmp_path)
    assert not first.take(tmp_path / "gw0")
    first.close()
    assert not second.take(tmp_path / "gw1")
    second.close()
