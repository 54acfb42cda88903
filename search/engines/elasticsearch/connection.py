"""The wire to a cluster: one pooled client per process, its secrets, and the breaker that rests it.

Nothing here knows what is asked. Secrets come from the settings and appear in no message.
"""

import logging
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import orjson
from django.conf import settings
from elastic_transport import ApiResponseMeta, HttpHeaders
from elastic_transport.client_utils import basic_auth_to_header
from elasticsearch import ApiError, Elasticsearch, TransportError
from elasticsearch.serializer import OrjsonSerializer

from search.engines import EngineUnavailable

from .sending import SERVER_FAILED, send

logger = logging.getLogger(__name__)
_DEFAULT_PORTS = {"http": 9200, "https": 443}
_MEDIA_TYPE = "application/vnd.elasticsearch+json; compatible-with=8"
"""What the client says of bodies and answers: any server from 8 on understands it."""
_JSON = {"content-type": _MEDIA_TYPE, "accept": _MEDIA_TYPE}
_FAILED = 300
_CONNECTIONS = 32
"""Connections kept to a node: the threads of a worker process that may search at once."""
FAILURES_TOLERATED = 2
"""So many failures in a row, and the cluster rests."""


@cache
def client(urls: str, seconds: float) -> Elasticsearch:
    """Return the pooled client of this process for a cluster, named by comma-separated addresses.

    A node that refuses the connection is followed by the next one; a node that is slow is not:
    whoever asks has the database, whoever writes tries again later.
    """
    logging.getLogger("elastic_transport").setLevel(logging.ERROR)  # else a line for each request
    nodes = [_with_port(url) for url in urls.split(",")]
    return Elasticsearch(
        nodes,
        request_timeout=seconds,
        max_retries=len(nodes) - 1,
        retry_on_timeout=False,
        retry_on_status=(),
        connections_per_node=_CONNECTIONS,
        serializers={"application/json": OrjsonSerializer()},
        headers=_authorization(),
        **_trust(nodes),
    )


def post(server: Elasticsearch, target: str, body: Mapping[str, Any], seconds: float) -> Any:
    """Return the decoded answer to a body, sent to a node of the client within a time.

    This is the path of each search. Raises ApiError for a status of failure, and TransportError
    where nobody answers in time.
    """
    begin = time.monotonic()
    headers = [f"{name}: {value}" for name, value in (_JSON | _authorization()).items()]
    node, status, content = send(
        server.transport.node_pool, target, orjson.dumps(body), headers, seconds
    )
    if status >= _FAILED:
        meta = ApiResponseMeta(status, "1.1", HttpHeaders(), time.monotonic() - begin, node.config)
        reason = content.decode("utf-8", "replace")
        raise ApiError(reason, meta=meta, body=reason)
    return orjson.loads(content)


def _with_port(url: str) -> str:
    parts = urlsplit(url.strip())
    if parts.port is None:
        place = f"{parts.netloc.removesuffix(':')}:{_DEFAULT_PORTS[parts.scheme]}"
        return parts._replace(netloc=place).geturl()
    return url.strip()


def _authorization() -> dict[str, str]:
    """Return the header that tells who asks, where the settings name somebody."""
    if key := settings.CLEARINGHOUSE_ELASTICSEARCH_API_KEY:
        return {"authorization": f"ApiKey {key}"}
    if name := settings.CLEARINGHOUSE_ELASTICSEARCH_USER:
        password = settings.CLEARINGHOUSE_ELASTICSEARCH_PASSWORD
        return {"authorization": basic_auth_to_header((name, password))}
    return {}


def _trust(nodes: list[str]) -> dict[str, Any]:
    """Return how certificates are verified: by the CA file of the settings, else the system's."""
    ca_file = settings.CLEARINGHOUSE_ELASTICSEARCH_CA_FILE
    if ca_file and all(node.startswith("https:") for node in nodes):
        return {"ca_certs": ca_file, "verify_certs": True}
    return {}


@contextmanager
def reached() -> Iterator[None]:
    """Tell a server that is away or refuses apart from faults of this code."""
    try:
        yield
    except (ApiError, TransportError) as error:
        raise EngineUnavailable(f"{type(error).__name__}: {error}") from error


class Breaker:
    """Rests a cluster that failed, so that nobody waits for it; lets one try it after the rest.

    Shared by the threads of a process.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failures = 0
        self._until = 0.0
        self._told = False

    @property
    def rests(self) -> bool:
        """Whether the cluster rests now."""
        return self._failures >= FAILURES_TOLERATED and time.monotonic() < self._until

    @contextmanager
    def guarding(self) -> Iterator[None]:
        """Let a request through and note how it went; raises EngineUnavailable during the rest."""
        with self._lock:
            if self._failures >= FAILURES_TOLERATED:
                now = time.monotonic()
                if now < self._until:
                    raise EngineUnavailable("It failed a moment ago and is not asked yet.")
                self._until = now + settings.CLEARINGHOUSE_ELASTICSEARCH_REST_SECONDS
        try:
            yield
        except EngineUnavailable as error:
            self.noted(error)
            raise
        self.succeeded()

    def noted(self, error: EngineUnavailable) -> None:
        """Note a request that failed; a cluster that says what is wrong with it is not away."""
        if not self._told:
            self._told = True  # so that one outage is one warning
            logger.warning("The database searches, since the search engine is away: %s", error)
        cause = error.__cause__
        if isinstance(cause, ApiError) and cause.status_code < SERVER_FAILED:
            return
        with self._lock:
            self._failures += 1
            self._until = time.monotonic() + settings.CLEARINGHOUSE_ELASTICSEARCH_REST_SECONDS

    def succeeded(self) -> None:
        """Note an answer: the cluster is asked as usual."""
        if self._failures or self._told:
            with self._lock:
                self._failures = 0
                self._told = False


@cache
def breaker(urls: str) -> Breaker:  # noqa: ARG001 - what the cache keeps breakers by
    """Return the breaker of this process for a cluster."""
    return Breaker()
