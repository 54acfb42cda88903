"""Answers of the whole stack in one process: a 304, lists, and what they are compared with.

    python benchmarks/http_answers.py [--seconds 2]

Uses the benchmark's database and adds a hundred resources to it.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "site")]
os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"

import django  # noqa: E402 - the path first

django.setup()

from django.core.handlers.base import BaseHandler  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, reset_queries, transaction  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.test import RequestFactory  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import path  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.table import Table  # noqa: E402

import clearinghouse.urls  # noqa: E402
from home.services import ensure_site_tree  # noqa: E402
from resource_library.models import CoreTopicArea, ResourcePage, Term  # noqa: E402
from search.reconciliation import reconcile  # noqa: E402

RESOURCES = 100
ROUNDS = 5


def empty(_request: HttpRequest) -> HttpResponse:
    """Answer nothing, through every middleware."""
    return HttpResponse(b"")


clearinghouse.urls.urlpatterns.insert(0, path("benchmark-empty", empty))


def fill() -> None:
    """Publish resources until there are a hundred."""
    library = ensure_site_tree()["library"]
    kind = Term.objects.filter(vocabulary="resource_type").first()
    topics = list(CoreTopicArea.objects.all()[:3])
    with transaction.atomic():
        for number in range(ResourcePage.objects.live().count(), RESOURCES):
            page = ResourcePage(
                title=f"Sample entry {number}",
                slug=f"sample-entry-{number}",
                summary="A summary of two sentences. It is like any other.",
                body="<p>" + "A paragraph of text. " * 40 + "</p>",
                resource_type=kind,
                core_topics=topics,
            )
            library.add_child(instance=page)
            page.save_revision().publish()
    reconcile()


def rate(answer: Callable[[], HttpResponse], seconds: float) -> float:
    """Return answers per second, the best of some rounds."""
    best = 0.0
    for _ in range(ROUNDS):
        count, begin = 0, time.perf_counter()
        while time.perf_counter() - begin < seconds / ROUNDS:
            answer()
            count += 1
        best = max(best, count / (time.perf_counter() - begin))
    return best


def main() -> None:
    """Measure, and print a table with the number of SQL statements beside each rate."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=5.0, help="time for each line")
    options = parser.parse_args()
    call_command("migrate", run_syncdb=True, verbosity=0)
    fill()
    handler = BaseHandler()
    handler.load_middleware()
    factory = RequestFactory(headers={"host": "127.0.0.1"})

    def asking(address: str, **headers: str) -> Callable[[], HttpResponse]:
        def ask() -> HttpResponse:
            return handler.get_response(factory.get(address, headers=headers))

        return ask

    resources = "/api/v1/resources?page_size=20"
    tag = asking(resources)().headers["ETag"]
    everything = "/api/v2/pages/?type=clearinghouse_library.ResourcePage&fields=*&limit=20"
    lines = {
        "an empty view": asking("/benchmark-empty"),
        "304 of the API": asking(resources, if_none_match=tag),
        "/api/v1/resources, 20 with all fields": asking(resources),
        "/api/v1/resources, 100 with all fields": asking("/api/v1/resources?page_size=100"),
        "/api/v1/search?q=summary": asking("/api/v1/search?q=summary"),
        "/api/v2/pages/, 20 with fields=*": asking(everything),
        "/library/": asking("/library/"),
    }
    table = Table(title=f"One thread, {connection.vendor}")
    for heading in ("", "status", "SQL", "answers/s", "÷ empty view"):
        table.add_column(heading, justify="right" if heading else "left")
    base = 0.0
    for name, ask in lines.items():
        ask()
        reset_queries()
        with CaptureQueriesContext(connection) as queries:
            status = ask().status_code
        found = rate(ask, options.seconds)
        base = base or found
        table.add_row(name, str(status), str(len(queries)), f"{found:,.0f}", f"{found / base:.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()
