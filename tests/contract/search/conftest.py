"""The engines under contract, each with the same generated catalog."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction

from search.engines import EngineChoice, SearchEngine
from search.engines.database import DatabaseEngine
from search.engines.elasticsearch import ElasticsearchEngine
from tests.contract.search.corpus import Index, generated


def _database(_purpose: str) -> SearchEngine:
    return DatabaseEngine()


def _elasticsearch(purpose: str) -> SearchEngine:
    engine = ElasticsearchEngine(
        os.environ["ELASTICSEARCH_URL"],
        f"contract-{purpose}-{os.environ.get('TEST_DB_SUFFIX', '')}{os.getpid()}",
    )
    engine.clear()
    return engine


def _leave_nothing(index: Index) -> None:
    if isinstance(index.choice.engine, ElasticsearchEngine):
        index.choice.engine.drop()


ENGINES = [
    pytest.param(_database, id="database"),
    pytest.param(_elasticsearch, id="elasticsearch", marks=pytest.mark.elasticsearch),
]


@pytest.fixture(scope="module", params=ENGINES)
def index(request: Any, django_db_setup: None, django_db_blocker: Any) -> Iterator[Index]:
    """An engine with 500 generated records; tests of a module share it and change nothing."""
    make: Callable[[str], SearchEngine] = request.param
    with django_db_blocker.unblock(), transaction.atomic():
        built = Index(EngineChoice(make("shared")), {})
        built.store(generated(500))
        yield built
        transaction.set_rollback(True)
    _leave_nothing(built)


@pytest.fixture(params=ENGINES)
def empty(request: Any, db: None) -> Iterator[Index]:
    """An engine that holds nothing yet."""
    built = Index(EngineChoice(request.param("own")), {})
    yield built
    _leave_nothing(built)
