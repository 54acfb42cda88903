"""Jobs that run at the same moment, each in a thread with a connection of its own."""

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

from django.db import connection


def race(jobs: list[Callable[[], Any]]) -> list[Any]:
    """Run all jobs at the same moment; return what each returned or raised."""
    start = threading.Barrier(len(jobs))
    outcomes: list[Any] = [None] * len(jobs)

    def run(place: int, job: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            start.wait(timeout=60)
            outcomes[place] = job()
        except BaseException as error:  # noqa: BLE001 - reported by the test
            outcomes[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return outcomes


def kinds(outcomes: list[Any]) -> Counter[str]:
    """Return how often each class of outcome came."""
    return Counter(type(outcome).__name__ for outcome in outcomes)
