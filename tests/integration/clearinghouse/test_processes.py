"""A process begins to serve, even where its database is not there yet."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
CODE = """
import gc
from clearinghouse.{name} import application
print(callable(application), gc.get_threshold()[0], gc.get_freeze_count() > 100_000)
"""
INSIDE_A_LOOP = """
import asyncio
async def load():
    exec({code!r})
asyncio.run(load())
"""


@pytest.mark.parametrize(
    "code",
    [
        CODE.format(name="wsgi"),
        CODE.format(name="asgi"),
        INSIDE_A_LOOP.format(code=CODE.format(name="asgi")),
    ],
    ids=["wsgi", "asgi", "asgi inside its server's loop"],
)
def test_a_server_starts_before_its_database_is_migrated(tmp_path: Path, code: str) -> None:
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "clearinghouse.settings.development",
        "DATABASE_URL": f"sqlite:///{tmp_path}/empty.sqlite3",
        "PYTHONPATH": f"{ROOT}:{ROOT / 'site'}",
    }
    started = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert (started.stdout, started.returncode) == ("True 50000 True\n", 0), started.stderr
