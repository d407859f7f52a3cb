"""A load that costs little itself: one epoll loop over keep-alive connections; of an answer only its length is read."""

from __future__ import annotations

import re
import select
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter

from bench.load import Load, Unexpected

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_ROOM = 1 << 20


@dataclass(slots=True)
class _Waiting:
    """A connection whose request was sent: when, and how many bytes of its answer are still to come."""

    connection: socket.socket
    sent: float = 0.0
    left: int = 0
    head: bytes = b""
    """Of an answer whose head has not come whole yet."""


class KeepAlive:
    """Connections to 127.0.0.1, opened anew for each run: a server hangs up on those that say nothing for seconds."""

    def __init__(self, port: int, requests: Iterator[bytes], connections: int):
        self._port, self._requests, self._connections = port, requests, connections
        self._room = bytearray(_ROOM)

    def ask(self) -> bytes:
        """One answer's body."""
        with socket.create_connection(("127.0.0.1", self._port)) as connection:
            connection.sendall(next(self._requests))
            read = b""
            while b"\r\n\r\n" not in read:
                read += connection.recv(_ROOM)
            head, _, body = read.partition(b"\r\n\r\n")
            while len(body) < _length(head):
                body += connection.recv(_ROOM)
            return body

    def run(self, seconds: float) -> Load:
        """Send the next request on each connection when its last was answered, for so long; raises Unexpected."""
        opened = [socket.create_connection(("127.0.0.1", self._port)) for _ in range(self._connections)]
        waiting = {one.fileno(): _Waiting(one) for one in opened}
        took: list[float] = []
        with select.epoll() as ready:
            for number in waiting:
                ready.register(number, select.EPOLLIN)
            began = perf_counter()
            ends = began + seconds
            for one in waiting.values():
                self._send(one)
            while waiting:
                for number, _ in ready.poll():
                    one = waiting[number]
                    if not self._received(one):
                        continue
                    now = perf_counter()
                    took.append(now - one.sent)
                    if now < ends:
                        self._send(one)
                    else:
                        ready.unregister(number)
                        waiting.pop(number).connection.close()
        return Load(len(took) / (perf_counter() - began), took)

    def _send(self, one: _Waiting) -> None:
        one.sent, one.left, one.head = perf_counter(), 0, b""
        one.connection.sendall(next(self._requests))

    def _received(self, one: _Waiting) -> bool:
        """Whether all of the answer is there."""
        count = one.connection.recv_into(self._room)
        if not count:
            raise Unexpected("the server closed the connection")
        if one.left:
            one.left -= count
        else:
            one.head += self._room[:count]
            head, found, body = one.head.partition(b"\r\n\r\n")
            if not found:
                return False
            one.left, one.head = _length(head) - len(body), b""
        return one.left == 0


def _length(head: bytes) -> int:
    length = _LENGTH.search(head)
    if not head.startswith(b"HTTP/1.1 200") or not length:
        raise Unexpected(head.decode(errors="replace"))
    return int(length[1])
