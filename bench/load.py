"""A load of keep-alive HTTP/1.1 connections, each sending its next request when its last was answered."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median, quantiles
from time import perf_counter

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Load:
    """What one run saw: answers per second, and the seconds each took."""

    rate: float
    seconds: list[float]

    @property
    def p50(self) -> float:
        return median(self.seconds)

    @property
    def p99(self) -> float:
        return quantiles(self.seconds, n=100)[98] if len(self.seconds) > 1 else self.seconds[0]


class Unexpected(Exception):
    """An answer that is no success; a rate of refusals would mean nothing."""


class _Connection(asyncio.Protocol):
    """Sends one request after the other; reads just enough of an answer to know where it ends."""

    def __init__(self, requests: Iterator[bytes], seconds: list[float], done: asyncio.Future[None]):
        self._requests, self._seconds, self._done = requests, seconds, done
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._send()

    def _send(self) -> None:
        request = next(self._requests, None)
        if request is None:
            self._end(None)
        else:
            self._sent = perf_counter()
            self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return
        length = _LENGTH.search(head)
        if not head.startswith((b"HTTP/1.1 201", b"HTTP/1.1 200")) or not length:
            self._end(Unexpected(self._buffer.decode(errors="replace")))
        elif len(rest) >= int(length[1]):
            self._seconds.append(perf_counter() - self._sent)
            self._buffer = b""
            self._send()

    def connection_lost(self, error: Exception | None) -> None:
        self._end(error or Unexpected("the server closed the connection"))

    def _end(self, error: Exception | None) -> None:
        if self._done.done():
            return
        self._transport.close()
        if error:
            self._done.set_exception(error)
        else:
            self._done.set_result(None)


async def load(port: int, requests: list[bytes], connections: int) -> Load:
    """Send all requests over that many connections to 127.0.0.1; raises Unexpected at the first that fails."""
    loop = asyncio.get_running_loop()
    waiting, seconds = iter(requests), list[float]()
    ends = [loop.create_future() for _ in range(connections)]
    began = perf_counter()
    await asyncio.gather(
        *(
            loop.create_connection(lambda end=end: _Connection(waiting, seconds, end), "127.0.0.1", port)  # type: ignore[misc]  # bound now
            for end in ends
        )
    )
    await asyncio.gather(*ends)
    return Load(len(requests) / (perf_counter() - began), seconds)
