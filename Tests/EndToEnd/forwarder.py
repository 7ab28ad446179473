"""A forwarder of TCP connections that can silently die."""

import contextlib
import socket
import threading
from collections.abc import Iterator


class Forwarder:
    """Forwards to a port of this machine."""

    def __init__(self, to: int) -> None:
        self.to = to
        self.connections = 0
        self.dead: set[int] = set()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def kill_silently(self) -> None:
        """Discards all further data of the current connections, which stay open."""
        self.dead.update(range(self.connections))

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                server = socket.create_connection(("127.0.0.1", self.to))
                for pair in (client, server), (server, client):
                    threading.Thread(target=self._pump, args=(*pair, self.connections), daemon=True).start()
                self.connections += 1

    def _pump(self, source: socket.socket, sink: socket.socket, number: int) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if number not in self.dead:
                    sink.sendall(data)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def forwarding(to: int) -> Iterator[Forwarder]:
    forwarder = Forwarder(to)
    try:
        yield forwarder
    finally:
        forwarder.listener.close()
