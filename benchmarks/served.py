"""The site over HTTP, as in production: worker processes that answer from Elasticsearch.

    BENCHMARK_INDEX=… BENCHMARK_KEPT=… ELASTICSEARCH_URL=… python benchmarks/served.py PORT

Beside the site's addresses, `/benchmark-empty` answers nothing through every middleware, and
`/benchmark-wagtail` answers a search with what Wagtail's own search finds in Elasticsearch.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from socket import create_server

ROOT = Path(__file__).resolve().parents[1]
WORKERS, THREADS = 2, 4
STARTED_WITHIN = 120.0


@contextmanager
def served(index: str, *, kept: int) -> Iterator[str]:
    """Serve the site from an index, in processes of its own that keep so many answers.

    Yields `host:port` once it answers.
    """
    with create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, __file__, str(port)],
        env=os.environ | {"BENCHMARK_INDEX": index, "BENCHMARK_KEPT": str(kept)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        told = iter(process.stdout or ())
        started = 0
        for line in told:
            started += "Started worker" in line and "runtime" in line
            if started == WORKERS:
                break
        else:
            raise RuntimeError("The site was not served; run benchmarks/served.py by hand.")
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.communicate()


class Connection:
    """A connection that is kept: one client of a server."""

    def __init__(self, address: str) -> None:
        self._connection = HTTPConnection(address, timeout=STARTED_WITHIN)

    def send(self, method: str, target: str, body: bytes | None, headers: dict[str, str]) -> bytes:
        """Return what is answered; raises RuntimeError for a failure."""
        self._connection.request(method, target, body, headers)
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status >= 400:  # noqa: PLR2004 - the first status of a failure
            raise RuntimeError(f"{target}: {answer.status} {content[:200]!r}")
        return content

    def tag(self, target: str) -> str:
        """Return the ETag of an address."""
        self._connection.request("GET", target)
        answer = self._connection.getresponse()
        answer.read()
        return answer.headers["ETag"]


def main() -> None:
    """Serve until the process is ended."""
    from granian import Granian
    from granian.constants import Interfaces, RuntimeModes

    Granian(
        "benchmarks.served_site:application",
        address="127.0.0.1",
        port=int(sys.argv[1]),
        interface=Interfaces.WSGI,
        workers=WORKERS,
        blocking_threads=THREADS,
        runtime_mode=RuntimeModes.st,
        working_dir=ROOT,
    ).serve()


if __name__ == "__main__":
    main()
