"""Real commits on PostgreSQL, further processes, and a catalog whose pages they change."""

import os
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection

from search.engines.elasticsearch import ElasticsearchEngine
from tests.integration.search.building import Catalog

ROOT = Path(__file__).resolve().parents[2]
Further = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def catalog(migrated_rows: None, transactional_db: None) -> Catalog:
    """The index pages of an empty catalog, committed."""
    return Catalog()


def own_database() -> str:
    """Return the address of this worker's database, for a process of its own."""
    server = urlsplit(os.environ["DATABASE_URL"])
    return server._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


@pytest.fixture
def further(settings: Any) -> Iterator[Further]:
    """Return a function that starts a process which does what `workers` has under a name."""
    started: list[subprocess.Popen[str]] = []

    def start(name: str, *arguments: Any) -> "subprocess.Popen[str]":
        call = f"from tests.faults import workers; workers.{name}(*{arguments!r})"
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.faults.process_settings",
            "DATABASE_URL": own_database(),
            "ELASTICSEARCH_URL": settings.CLEARINGHOUSE_ELASTICSEARCH_URL,
            "FAULTS_INDEX": settings.CLEARINGHOUSE_ELASTICSEARCH_INDEX,
        }
        process = subprocess.Popen(
            [sys.executable, "manage.py", "shell", "--no-imports", "-c", call],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def elasticsearch(settings: Any) -> Iterator[ElasticsearchEngine]:
    """The engine beside the database, with an index of its own."""
    settings.CLEARINGHOUSE_ELASTICSEARCH_URL = os.environ["ELASTICSEARCH_URL"]
    settings.CLEARINGHOUSE_ELASTICSEARCH_INDEX = f"faults-{uuid.uuid4().hex}"
    engine = ElasticsearchEngine(
        settings.CLEARINGHOUSE_ELASTICSEARCH_URL, settings.CLEARINGHOUSE_ELASTICSEARCH_INDEX
    )
    yield engine
    engine.drop()
