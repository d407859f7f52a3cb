"""A wire between a subscriber and the nats-server on which chosen messages are lost."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit


class LossyWire:
    """Passes everything on, both ways, but for messages that contain one of `marks`: they are counted and dropped.

    A message that is sent again is dropped again, as if it had been taken off the stream.
    """

    def __init__(self, server: str) -> None:
        self._server = (urlsplit(server).hostname, urlsplit(server).port)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"nats://127.0.0.1:{self._listening.getsockname()[1]}"
        self.marks: tuple[bytes, ...] = ()
        self.lost: Counter[bytes] = Counter()

    def close(self) -> None:
        """Let nobody in any more; who is connected stays so."""
        self._listening.close()

    def serve(self) -> None:
        """Let in whoever comes, until it is closed."""
        with contextlib.suppress(OSError):  # closed
            while True:
                client, _ = self._listening.accept()
                server = socket.create_connection(self._server)
                for work in (self._up, self._down):
                    threading.Thread(target=work, args=(client, server), daemon=True).start()

    def _up(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):  # either side may go when it likes
            while said := client.recv(65536):
                server.sendall(said)
            server.shutdown(socket.SHUT_RDWR)

    def _down(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError), server.makefile("rb") as stream:
            while line := stream.readline():
                body = stream.read(int(line.split()[-1]) + 2) if line.startswith((b"MSG ", b"HMSG ")) else b""
                found = [mark for mark in self.marks if mark in body]
                self.lost.update(found)
                if not found:
                    client.sendall(line + body)
            client.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def lossy_wire(server: str) -> Iterator[LossyWire]:
    """A wire to the server at this address, lossless until it is given marks."""
    wire = LossyWire(server)
    threading.Thread(target=wire.serve, daemon=True).start()
    try:
        yield wire
    finally:
        wire.close()
