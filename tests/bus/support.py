"""Real ledgers with plain events in them, and looks into a stream."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

from shared.bus.connection import Bus, stream_name
from shared.bus.server import NatsServer
from shared.events.base import Effective, Event, Known, Passage
from shared.events.envelope import Proposed, Recorded, from_cloudevent
from shared.events.meetings import InstrumentDeposited, MeetingScheduled
from shared.events.reports import SourceRegistered
from shared.ledger.opening import open_ledger
from shared.ledger.port import Append, Ledger
from shared.telemetry import current_traceparent

TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@asynccontextmanager
async def ledger_at(path: Path, name: str = "meetings") -> AsyncIterator[Ledger]:
    """The ledger `name` in a SQLite file with an absolute path."""
    ledger = open_ledger(name, origin="test.local", database=f"sqlite:///{path}")
    await ledger.start()
    try:
        yield ledger
    finally:
        await ledger.stop()


async def say(ledger: Ledger, count: int, *, together: bool = True) -> int:
    """Append `count` plain facts, in one command or in one each; answers the head."""
    first = (await ledger.head()).position + 1
    numbers = range(first, first + count)
    groups = [tuple(numbers)] if together else [(number,) for number in numbers]
    for group in groups:
        events = tuple(_proposed(_plain(ledger.name, str(group[0]), str(n))) for n in group)
        stream = events[0].event.stream
        await ledger.append(Append(stream, 0, events, f"k{group[0]}", "b", "test", None, TRACEPARENT))
    return (await ledger.head()).position


async def deposit(ledger: Ledger, *states: str) -> int:
    """Append one deposit per State, within the current trace; answers the head."""
    for state in states:
        event = InstrumentDeposited(state=state, instrument="accession", deposited=date(2010, 1, 1))
        version = len(await ledger.read_stream(event.stream))
        key = f"{event.stream}-{version}"
        command = Append(event.stream, version, (_proposed(event),), key, "b", "test", None, current_traceparent())
        await ledger.append(command)
    return (await ledger.head()).position


def _plain(ledger: str, group: str, number: str) -> Event:
    if ledger == "reports":
        return SourceRegistered(source_id=f"S{group}", title=f"Source {number}", kind="other", issuer="test")
    return MeetingScheduled(meeting=f"M{group}", kind="MSP", title=f"Meeting {number}")


def _proposed(event: Event) -> Proposed:
    day = date(2020, 1, 1)
    return Proposed(event, Known(time=day), Effective(from_=day), (Passage(document="D/1", paragraph="1"),))


async def whole(ledger: Ledger) -> list[Recorded]:
    """Every event of the ledger."""
    return list(await ledger.read(after=0, limit=1_000_000))


async def on_stream(bus: Bus, ledger: str = "meetings") -> list[Recorded]:
    """What the stream holds, by sequence."""
    last = (await bus.js.stream_info(stream_name(ledger))).state.last_seq
    found = [await bus.js.get_msg(stream_name(ledger), seq=n) for n in range(1, last + 1)]
    return [from_cloudevent(message.data or b"") for message in found]


async def same_as_ledger(bus: Bus, ledger: Ledger) -> None:
    """Assert: sequence n of the stream is position n of the ledger, to the byte, nothing lost and nothing double."""
    assert [event.raw for event in await on_stream(bus, ledger.name)] == [event.raw for event in await whole(ledger)]


PATIENCE = 60.0
"""Seconds waited for what must happen; only there to end a hanging test, since machines here are busy."""


async def eventually(holds: Callable[[], bool | Awaitable[bool]], patience: float = PATIENCE) -> None:
    """Wait until it holds; fails after `patience` seconds."""
    async with asyncio.timeout(patience):
        while True:
            answer = holds()
            if answer if isinstance(answer, bool) else await answer:
                return
            await asyncio.sleep(0.05)


def kill(server: NatsServer) -> int:
    """kill -9 of the nats-server; answers which process that was."""
    assert server.pid
    killed = server.pid
    os.kill(killed, signal.SIGKILL)
    return killed


async def replaced(server: NatsServer, killed: int) -> None:
    """Wait until another process runs in the place of the killed one, which `pid` names until its end is noticed."""
    await eventually(lambda: server.pid not in (None, killed))


async def watched(server: NatsServer, blocks: bool = True) -> None:
    """Wait until the server's supervision knows the store as it is, so that it can miss something."""
    await eventually(
        lambda: any(path.suffix == ".blk" or not blocks for path in server.watched if "msgs" in path.parts)
    )
