"""The addresses that a load balancer asks: is this process alive, and can it answer visitors.

Both say which engine searches and how far its index lags; neither tells what went wrong.
"""

from dataclasses import asdict
from http import HTTPStatus
from threading import Event

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from search.selectors import serving, stand_ready

_migrated = Event()


@never_cache
@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """Return 200 while the database answers, else 503. A cluster that is away is no illness."""
    return _report()


@never_cache
@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """Return 200 where the database answers and every migration has been applied, else 503.

    Reads on what the database needs to answer at once where the cluster is away.
    """
    return _report(migrated=True)


def _report(*, migrated: bool = False) -> JsonResponse:
    try:
        if migrated:
            if _migrations_wait():
                return _unwell("migrations wait")
            stand_ready()
        search = asdict(serving())
    except DatabaseError:
        return _unwell("database unavailable")
    return JsonResponse({"status": "ok", "search": search})


def _unwell(status: str) -> JsonResponse:
    return JsonResponse({"status": status}, status=HTTPStatus.SERVICE_UNAVAILABLE)


def _migrations_wait() -> bool:
    """Ask until none does: from then on this process serves what it was started for."""
    if not _migrated.is_set():
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return True
        _migrated.set()
    return False
