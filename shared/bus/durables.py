"""Keeps each subscriber's durable consumer on a ledger's stream: made by us alone, made again after a wipe."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import structlog
from nats.errors import Error as NatsError
from nats.js import api
from nats.js.errors import NotFoundError

from shared.bus.connection import Bus, stream_name
from shared.bus.subscribers import Register, Subscriber
from shared.bus.tasks import end

log = structlog.get_logger("stocktake.bus.durables")

EVERY = 2.0
"""Seconds between looks at the register and the stream's consumers."""

ACK_WAIT = 30.0
MOST_UNACKNOWLEDGED = 1000

OF = "stocktake-subscriber"
"""Metadata of a consumer that we keep: the subscriber's public key, so that a later namesake inherits no position."""


class Durables:
    """The consumers of one ledger's stream, held equal to the register.

    They are ours to make, since whoever may create a consumer may choose what it delivers, and where to.
    """

    def __init__(self, bus: Bus, ledger: str, register: Path, *, every: float = EVERY):
        self._bus, self._ledger, self._stream, self._every = bus, ledger, stream_name(ledger), every
        self._register = Register(register)
        self._task: asyncio.Task[None] | None = None
        self._error: str | None = None
        self._none_left = False

    async def start(self) -> None:
        """Begin to keep them; returns at once."""
        self._task = asyncio.create_task(self._run(), name=f"durables {self._ledger}")

    async def stop(self) -> None:
        """Stop; the consumers stay, so that nobody misses what is published meanwhile."""
        await end(self._task)
        self._task = None

    async def settle(self) -> None:
        """Make what is missing, take away what is granted no more."""
        wanted = {one.name: one for one in self._register.read() if one.filters(self._ledger)}
        if not wanted and self._none_left:
            return  # the usual case costs the server nothing
        kept = await self._kept()
        for name, key in kept.items():
            if name not in wanted or wanted[name].key != key:
                await self._bus.js.delete_consumer(self._stream, name)
                log.info("consumer taken away", ledger=self._ledger, subscriber=name)
        for name, one in wanted.items():
            if kept.get(name) != one.key:
                await self._bus.js.add_consumer(self._stream, consumer_of(one, self._ledger))
                log.info("consumer made", ledger=self._ledger, subscriber=name)
        self._none_left = not wanted

    async def _kept(self) -> Mapping[str, str]:
        """Name and subscriber's key of each consumer that we keep here."""
        found: dict[str, str] = {}
        offset = 0
        while page := await self._bus.js.consumers_info(self._stream, offset):
            offset += len(page)
            for info in page:
                if key := (info.config.metadata or {}).get(OF):
                    found[info.name] = key
        return found

    async def _run(self) -> None:
        while True:
            try:
                await self.settle()
                self._error = None
            except NotFoundError:
                pass  # no stream yet, or none any more: the relay makes it
            except Exception as error:
                expected = isinstance(error, NatsError | OSError | TimeoutError)
                if repr(error) != self._error:
                    log.warning("consumers not settled", ledger=self._ledger, error=repr(error), exc_info=not expected)
                self._error = repr(error)
            await asyncio.sleep(self._every)


def consumer_of(one: Subscriber, ledger: str) -> api.ConsumerConfig:
    """A pull consumer from the first event on; unacknowledged messages come again for ever, none is dropped."""
    return api.ConsumerConfig(
        name=one.name,
        durable_name=one.name,
        deliver_policy=api.DeliverPolicy.ALL,
        ack_policy=api.AckPolicy.EXPLICIT,
        ack_wait=ACK_WAIT,
        max_deliver=-1,
        max_ack_pending=MOST_UNACKNOWLEDGED,
        filter_subjects=one.filters(ledger),
        metadata={OF: one.key},
    )
