"""Visitors who search while something fails or is rebuilt, and what they were answered."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, Self

from django.db import connections
from django.test import Client

VISITORS = 8


class Search(NamedTuple):
    """A search and how many records it finds, whatever happens."""

    address: str
    parameters: dict[str, list[str]]
    count: int


class Public:
    """Visitors: so many searches a second from threads, each answer judged."""

    def __init__(self, rate: int, searches: Sequence[Search]) -> None:
        self._rate = rate
        self._searches = searches
        self._stop = threading.Event()
        self.statuses: list[int] = []
        self.wrong: list[tuple[Search, int]] = []
        """Searches that found another number of records, with that number."""
        self.slowest = 0.0
        self.engines: set[str] = set()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        with ThreadPoolExecutor(VISITORS) as visitors:
            number = 0
            while not self._stop.wait(1 / self._rate):
                number += 1
                visitors.submit(self._visit, number)

    def _visit(self, number: int) -> None:
        search = self._searches[number % len(self._searches)]
        parameters = {**search.parameters, "page_size": 1 + number % 100}
        began = time.monotonic()
        answer = Client().get(search.address, parameters)
        self.slowest = max(self.slowest, time.monotonic() - began)
        self.statuses.append(answer.status_code)
        content = answer.json()
        self.engines.add(content["engine"])
        if content["count"] != search.count:
            self.wrong.append((search, content["count"]))
        connections.close_all()
