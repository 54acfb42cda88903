"""The body of a search is sent to a node that answers, in time, and to nobody else."""

import datetime as dt
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from elastic_transport import ConnectionError as NotReached
from elastic_transport import ConnectionTimeout, NodePool, TlsError

from search.engines.elasticsearch.connection import client
from search.engines.elasticsearch.sending import send

IN_TIME = 5.0


class Node(ThreadingHTTPServer):
    """A server that says what it was asked, and counts its connections."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.connections = 0
        self.asked: list[tuple[str, str, bytes]] = []
        self.status = 200
        self.wait = threading.Event()
        self.wait.set()
        self.closes = False

    def get_request(self) -> Any:
        self.connections += 1
        return super().get_request()

    def handle_error(self, *_of_whom: Any) -> None:
        """Say nothing: a client that does not trust this node hangs up."""


class _Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Node

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["content-length"]))
        self.server.asked.append((self.path, self.headers.get("authorization", ""), content))
        self.server.wait.wait(IN_TIME)
        self.send_response(self.server.status)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        self.close_connection = self.server.closes

    def log_message(self, *_arguments: Any) -> None:
        pass


@pytest.fixture
def start() -> Iterator[Callable[[], Node]]:
    """Return what starts a node."""
    started: list[Node] = []

    def begin() -> Node:
        node = Node()
        started.append(node)
        threading.Thread(target=node.serve_forever, args=(0.01,)).start()
        return node

    yield begin
    for node in started:
        node.wait.set()
        node.shutdown()
        node.server_close()


def pool(*addresses: str) -> NodePool:
    return client(",".join(addresses), IN_TIME).transport.node_pool


def address(node: Node) -> str:
    return f"http://127.0.0.1:{node.server_port}"


def refusing() -> str:
    """Return an address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return f"http://127.0.0.1:{listening.getsockname()[1]}"


def ask(nodes: NodePool, seconds: float = IN_TIME) -> tuple[int, bytes]:
    _, status, answer = send(
        nodes, "/catalog/_search?x=1", b'{"size":0}', ["authorization: ApiKey x"], seconds
    )
    return status, answer


def test_a_body_is_answered_over_one_connection(start: Callable[[], Node]) -> None:
    node = start()
    nodes = pool(address(node))
    for _ in range(3):
        assert ask(nodes) == (200, b'{"size":0}')
    assert node.asked == [("/catalog/_search?x=1", "ApiKey x", b'{"size":0}')] * 3
    assert node.connections == 1


def test_a_connection_that_the_node_closed_is_made_anew(start: Callable[[], Node]) -> None:
    node = start()
    node.closes = True
    nodes = pool(address(node))
    for _ in range(3):
        assert ask(nodes)[0] == 200
    assert node.connections == 3


def test_a_node_that_is_gone_is_followed_by_the_next(start: Callable[[], Node]) -> None:
    nodes = pool(refusing(), address(start()))
    for _ in range(4):
        assert ask(nodes)[0] == 200
    with pytest.raises(NotReached, match="connect"):
        ask(pool(refusing(), refusing()))


def test_a_slow_node_is_not_waited_for_and_nobody_else_is_asked(
    start: Callable[[], Node],
) -> None:
    slow, other = start(), start()
    for node in (slow, other):
        node.wait.clear()
    nodes = pool(address(slow), address(other))
    with pytest.raises(ConnectionTimeout):
        ask(nodes, seconds=0.2)
    assert len(slow.asked + other.asked) == 1
    slow.wait.set()
    other.wait.set()
    assert ask(nodes)[0] == 200


@pytest.mark.parametrize("status", [400, 503])
def test_a_failure_is_what_the_node_says(start: Callable[[], Node], status: int) -> None:
    node = start()
    node.status = status
    assert ask(pool(address(node))) == (status, b'{"size":0}')


def test_no_proxy_is_asked_whatever_the_environment_says(
    start: Callable[[], Node], monkeypatch: pytest.MonkeyPatch
) -> None:
    node = start()
    for name in ("http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, refusing())
    with ThreadPoolExecutor(1) as fresh:  # a thread that has no connection yet
        assert fresh.submit(ask, pool(address(node))).result() == (200, b'{"size":0}')


def _certificate(folder: Path) -> Path:
    """Return a file with the key and the certificate of localhost, which nobody knows."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "localhost.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path


def by_the_client(url: str, seconds: float) -> int:
    """Ask as all that is no search does; `seconds` tell one client from another."""
    headers = {"content-type": "application/json"}
    meta, _ = client(url, seconds).transport.perform_request("POST", "/", body={}, headers=headers)
    return meta.status


def test_a_node_has_to_prove_itself(
    start: Callable[[], Node], tmp_path: Path, settings: Any
) -> None:
    node = start()
    certificate = _certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    node.socket = context.wrap_socket(node.socket, server_side=True)
    url = f"https://localhost:{node.server_port}"
    with ThreadPoolExecutor(1) as fresh, pytest.raises(TlsError):
        fresh.submit(ask, pool(url)).result()
    with pytest.raises(TlsError):
        by_the_client(url, 1.0)
    assert not node.asked
    settings.CLEARINGHOUSE_ELASTICSEARCH_CA_FILE = str(certificate)
    with ThreadPoolExecutor(1) as fresh:
        assert fresh.submit(ask, pool(url)).result() == (200, b'{"size":0}')
    assert by_the_client(url, 2.0) == 200
    wrong = url.replace("localhost", "127.0.0.1")  # the certificate names another host
    with ThreadPoolExecutor(1) as fresh, pytest.raises(TlsError):
        fresh.submit(ask, pool(wrong)).result()
