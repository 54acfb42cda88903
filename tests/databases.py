"""SQLite databases of tests: copied, and migrated once for all workers of a run."""

import fcntl
import sqlite3
from contextlib import closing
from pathlib import Path


def copy_database(source: Path, target: Path) -> None:
    """Copy an SQLite database that others may be reading."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


class MigratedOnce:
    """What the first worker of a run migrates and the others copy, in a folder that they share.

    Migrating takes each of them as long as a hundred tests.
    """

    def __init__(self, shared: Path) -> None:
        self._made, self._half_done = shared / "migrated.sqlite3", shared / "migrating.sqlite3"
        self._lock = (shared / "migrated.lock").open("w")

    def take(self, database: Path) -> bool:
        """Put a copy at `database` and return True; return False to the first, who is to make it.

        Nothing but the lock tells who is first: the others wait here for `give` or `close`.
        """
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        if not self._made.exists():
            return False
        for part in ("", "-wal", "-shm"):
            Path(f"{database}{part}").unlink(missing_ok=True)
        copy_database(self._made, database)
        self.close()
        return True

    def give(self, database: Path) -> None:
        """Keep a copy of what was migrated and let the others in."""
        copy_database(database, self._half_done)
        self._half_done.rename(self._made)
        self.close()

    def close(self) -> None:
        """Let the others in, whatever became of it."""
        self._lock.close()
