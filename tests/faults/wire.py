"""A wire between a client and a server that breaks when a test says so."""

import socket
from threading import Lock, Thread


class Wire:
    """Carries bytes both ways; breaks, in the middle of whatever it carries, after so many."""

    def __init__(self, server: tuple[str, int]) -> None:
        self._server = server
        self._lock = Lock()
        self._left: int | None = None
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.carried = 0
        Thread(target=self._accept, daemon=True).start()

    def break_after(self, count: int) -> None:
        """Carry so many bytes more, then break and stay broken."""
        with self._lock:
            self._left = count

    def mend(self) -> None:
        """Carry everything again."""
        with self._lock:
            self._left = None

    def cut(self) -> None:
        """Take the wire away for good."""
        self.break_after(0)
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:  # taken away
                return
            if self._left == 0:
                client.close()
                continue
            server = socket.create_connection(self._server)
            for source, target in ((client, server), (server, client)):
                Thread(target=self._carry, args=(source, target), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with source:
            try:
                while data := source.recv(65_536):
                    carried = self._allowed(data)
                    target.sendall(carried)
                    if len(carried) < len(data):
                        break
                target.shutdown(socket.SHUT_RDWR)
                source.shutdown(socket.SHUT_RDWR)
            except OSError:  # the other direction has ended
                return

    def _allowed(self, data: bytes) -> bytes:
        with self._lock:
            if self._left is not None:
                data = data[: self._left]
                self._left -= len(data)
            self.carried += len(data)
            return data
