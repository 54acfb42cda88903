"""What each process of the site does when it starts, before it serves or works.

Python's collector looks for garbage whenever some hundred objects are left, again and again among
all that is loaded. A search or a batch makes thousands and keeps none: seldom is a tenth faster.
"""

import gc
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from django.db import DatabaseError, connection


def collect_seldom() -> None:
    """Let Python look for garbage once in 50,000 objects."""
    gc.set_threshold(50_000, 20, 20)


def begin_to_serve() -> None:
    """Refuse what is unfit, stand ready, and leave what is loaded out of the collector's rounds.

    Needs loaded apps; raises what `clearinghouse.checks.insist` raises.
    """
    with ThreadPoolExecutor(1) as apart:  # an ASGI server loads the site inside its loop
        apart.submit(_prepare).result()
    collect_seldom()
    gc.collect()
    gc.freeze()


def _prepare() -> None:
    from clearinghouse.checks import insist  # noqa: PLC0415 - needs loaded apps
    from search.selectors import stand_ready  # noqa: PLC0415 - needs loaded models

    try:
        insist()
        with suppress(DatabaseError):  # one that is not there yet is told by /readyz
            stand_ready()
    finally:
        connection.close()  # the thread's own, which nobody uses again
