"""Keeps the answers that were given last, so that what many ask for is asked of a cluster once.

Only for the generation of the catalog that they were given in: its next change forgets them all.
"""

import threading
from collections import OrderedDict
from collections.abc import Hashable

from django.conf import settings

from search.query import CatalogAnswer


class KeptAnswers:
    """The last answers of one process, by what was asked; safe among threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._generation = ""
        self._answers: OrderedDict[Hashable, CatalogAnswer] = OrderedDict()

    def find(self, generation: str, key: Hashable) -> CatalogAnswer | None:
        """Return the answer that was given to this in this generation, if it is kept."""
        with self._lock:
            if self._generation != generation or key not in self._answers:
                return None
            self._answers.move_to_end(key)
            return self._answers[key]

    def keep(self, generation: str, key: Hashable, answer: CatalogAnswer) -> None:
        """Keep an answer; the one that was longest not asked for makes room."""
        with self._lock:
            if self._generation != generation:
                self._generation = generation
                self._answers.clear()
            self._answers[key] = answer
            while len(self._answers) > settings.CLEARINGHOUSE_ANSWERS_KEPT:
                self._answers.popitem(last=False)


KEPT_ANSWERS = KeptAnswers()
