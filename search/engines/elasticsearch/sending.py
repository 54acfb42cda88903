"""Sends the body of a search to a node of the cluster by curl, which keeps the connections.

The client's own way takes twice as long as all else that a search does in Python. It chooses the
node here, too, and goes on doing everything that is asked less often.
"""

import threading
from collections.abc import Sequence
from typing import Final

import certifi
import pycurl
from django.conf import settings
from elastic_transport import BaseNode, ConnectionTimeout, NodePool, TlsError
from elastic_transport import ConnectionError as NotReached

_TLS_FAILED: Final = {
    pycurl.E_SSL_CONNECT_ERROR,
    pycurl.E_SSL_CERTPROBLEM,
    pycurl.E_SSL_CACERT,
    pycurl.E_SSL_CACERT_BADFILE,
    pycurl.E_PEER_FAILED_VERIFICATION,
}
SERVER_FAILED: Final = 429
"""From this status on it is the server that cannot answer, not the request."""
_READ_AT_ONCE: Final = 128 * 1024
"""Bytes; an answer with the texts of twenty records has about seventy thousand."""


class _Handle(threading.local):
    """A thread's own curl: it keeps a connection to each node."""

    def __init__(self) -> None:
        self.curl = pycurl.Curl()
        self.curl.setopt(pycurl.NOSIGNAL, 1)  # signals belong to the server, not to one thread
        self.curl.setopt(pycurl.POST, 1)
        self.curl.setopt(pycurl.PROXY, "")  # as the client: none, whatever the environment says
        self.curl.setopt(pycurl.BUFFERSIZE, _READ_AT_ONCE)
        self.curl.setopt(
            pycurl.CAINFO, settings.CLEARINGHOUSE_ELASTICSEARCH_CA_FILE or certifi.where()
        )


_handle = _Handle()


def send(
    nodes: NodePool, target: str, content: bytes, headers: Sequence[str], seconds: float
) -> tuple[BaseNode, int, bytes]:
    """Return the node that answers a body, the status and what it says, each within a time.

    A node that refuses the connection is followed by the next one. Raises ConnectionTimeout for a
    node that is slow, and elastic_transport.ConnectionError where none can be reached.
    """
    left = len(nodes)
    while True:
        left -= 1
        node = nodes.get()
        try:
            status, answer = _perform(node, target, content, headers, seconds)
        except ConnectionTimeout:
            nodes.mark_dead(node)
            raise
        except NotReached:
            nodes.mark_dead(node)
            if not left:
                raise
        else:
            (nodes.mark_live if status < SERVER_FAILED else nodes.mark_dead)(node)
            return node, status, answer


def _perform(
    node: BaseNode, target: str, content: bytes, headers: Sequence[str], seconds: float
) -> tuple[int, bytes]:
    curl = _handle.curl
    parts: list[bytes] = []
    curl.setopt(pycurl.URL, f"{node.base_url}{target}")
    curl.setopt(pycurl.HTTPHEADER, [*headers, "Expect:"])  # never wait for a 100
    curl.setopt(pycurl.POSTFIELDS, content)
    curl.setopt(pycurl.TIMEOUT_MS, max(1, round(seconds * 1000)))
    curl.setopt(pycurl.WRITEFUNCTION, parts.append)
    try:
        curl.perform()
    except pycurl.error as error:
        code, reason = error.args
        if code == pycurl.E_OPERATION_TIMEDOUT:
            raise ConnectionTimeout(reason, errors=(error,)) from error
        if code in _TLS_FAILED:
            raise TlsError(reason, errors=(error,)) from error
        raise NotReached(reason, errors=(error,)) from error
    return curl.getinfo(pycurl.RESPONSE_CODE), b"".join(parts)
