"""Reads one ledger's stream from a position on, and says so when nothing comes although something should."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import orjson
import structlog
from nats.aio.subscription import Subscription
from nats.errors import Error as NatsError
from nats.js import api

from shared.bus.connection import Bus, stream_name
from shared.events.envelope import Recorded, from_cloudevent

log = structlog.get_logger("stocktake.bus.reader")

AT_ONCE = 256
"""Messages asked for in one pull; the next is asked for when these have been taken."""

PULL = 1.0
"""Seconds a pull stays open on the server, which then answers: so silence is never longer than this."""

PATIENCE = 2.0
FORGET_AFTER = 30.0


_Message = tuple[bytes, bytes, bytes | None]
"""Reply subject, body and headers, as they came."""


class Resubscribe(Exception):
    """The subscription is of no use any more: gone, silent, or not telling what the stream holds."""


class ForeignMessage(Exception):
    """A message on the stream is no event of its ledger, or does not stand at its own position."""


class StreamReader:
    """An ephemeral pull consumer, without acknowledgements: the position is the reader's, kept with its rows.

    However slow the taker, what waits for it here or is under way is no more than AT_ONCE messages: the server sends
    what was asked for and nothing else, so that no limit of the client's is ever met and nothing is dropped.
    """

    def __init__(self, bus: Bus, ledger: str, consumer: str, inbox: str) -> None:
        self._bus, self._ledger, self._stream = bus, ledger, stream_name(ledger)
        self._next = f"$JS.API.CONSUMER.MSG.NEXT.{self._stream}.{consumer}"
        self._inbox = inbox
        self._buffer: list[_Message] = []
        self._asked = 0
        self._gone: str | None = None
        self._foreign: ForeignMessage | None = None
        self._something = asyncio.Event()

    async def next(self) -> list[Recorded]:
        """The events that have come, in the order of the stream; empty after a pull that found none.

        Raises Resubscribe and ForeignMessage.
        """
        if self._asked <= 0:  # the next messages travel while these are taken
            await self._pull()
        try:
            await asyncio.wait_for(self._something.wait(), PATIENCE)
        except TimeoutError as error:
            raise Resubscribe(f"nothing was heard of {self._stream} for {PATIENCE} s") from error
        self._something.clear()
        messages, self._buffer = self._buffer, []
        events = self._decode_until_foreign(messages)
        if not events and self._foreign:
            raise self._foreign
        if not events and self._gone:
            raise Resubscribe(self._gone)
        return events

    def take(self, _subject: bytes, reply: bytes, body: bytes, headers: bytes | None) -> None:
        """Called with what comes into the inbox: an event, or a status that ends the pull."""
        status = b"" if body or headers is None else headers.removeprefix(b"NATS/1.0").split(b"\r\n", 1)[0].strip()
        if not status:
            self._buffer.append((reply, body, headers))
            self._asked -= 1
        elif status[:3] in (b"404", b"408"):
            self._asked = 0
        elif status[:3] != b"100":
            self._gone = f"{self._stream}: {status.decode('utf-8', 'replace')}"
        self._something.set()

    def lost(self) -> None:
        """The connection was lost: the server has forgotten the consumer, or at least the pull."""
        self._gone = "the connection was lost in between"
        self._something.set()

    async def _pull(self) -> None:
        self._asked = AT_ONCE
        request = {"batch": AT_ONCE, "expires": int(PULL * 1e9)}
        await self._bus.nc.publish(self._next, orjson.dumps(request), reply=self._inbox)

    def _decode_until_foreign(self, messages: Sequence[_Message]) -> list[Recorded]:
        """What stands before a foreign message is still good; the message itself is raised by the next `next`."""
        events: list[Recorded] = []
        if self._foreign:
            return events
        for message in messages:
            try:
                events.append(self._decode(*message))
            except ForeignMessage as error:
                self._foreign = error
                self._something.set()
                break
        return events

    def _decode(self, reply: bytes, body: bytes, headers: bytes | None) -> Recorded:
        try:
            sequence = _sequence(reply)
        except (ValueError, IndexError) as error:
            raise ForeignMessage(f"a message said to be of {self._stream} came from {reply!r}") from error
        try:
            event = from_cloudevent(body, traceparent=_traceparent(headers))
            fits = (event.ledger, event.position) == (self._ledger, sequence)
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise ForeignMessage(f"message {sequence} of {self._stream} is no event: {error!r}") from error
        if not fits:
            raise ForeignMessage(
                f"message {sequence} of {self._stream} is event {event.position} of {event.ledger}: out of its place"
            )
        return event


def _sequence(reply: bytes) -> int:
    """Where on the stream a message stands, from `$JS.ACK.<stream>.<consumer>.<delivered>.<sequence>…` (ADR-15)."""
    tokens = reply.split(b".")
    return int(tokens[5 if len(tokens) == 9 else 7])  # the longer form has domain and account before the stream


def _traceparent(headers: bytes | None) -> str | None:
    _, found, rest = (headers or b"").partition(b"\r\ntraceparent:")
    return rest.split(b"\r\n", 1)[0].strip().decode("ascii", "replace") if found else None


@asynccontextmanager
async def reading(bus: Bus, ledger: str, first: int) -> AsyncIterator[StreamReader]:
    """Read the ledger's stream from position `first` on; NotFoundError while there is no stream."""
    stream = stream_name(ledger)
    consumer = await bus.js.add_consumer(
        stream,
        api.ConsumerConfig(
            deliver_policy=api.DeliverPolicy.BY_START_SEQUENCE,
            opt_start_seq=first,
            ack_policy=api.AckPolicy.NONE,
            max_deliver=-1,
            mem_storage=True,
            inactive_threshold=FORGET_AFTER,
        ),
    )
    inbox = bus.nc.new_inbox()
    reader = StreamReader(bus, ledger, consumer.name, inbox)
    subscription = await bus.nc.subscribe_directly(inbox, reader.take)
    bus.reconnected.add(reader.lost)
    try:
        yield reader
    finally:
        bus.reconnected.discard(reader.lost)
        await _leave(bus, subscription, stream, consumer.name)


async def _leave(bus: Bus, subscription: Subscription, stream: str, consumer: str) -> None:
    """Tidy up, if the server is there to hear it; it forgets an idle consumer by itself."""
    try:
        await bus.nc.unsubscribe_directly(subscription)
        if bus.nc.is_connected:
            await bus.js.delete_consumer(stream, consumer)
    except NatsError as error:
        log.debug("consumer was not deleted", stream=stream, error=repr(error))
