"""Opens a ledger on the database a URL names."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from opentelemetry import trace

from shared.database import is_sqlite, libpq_url, sqlite_path
from shared.events.envelope import Recorded
from shared.events.registry import check_chain
from shared.ledger.appender import Appender
from shared.ledger.planning import EventRow, prepare
from shared.ledger.port import Append, Appended, Head, Ledger, Selection, Verification
from shared.ledger.readers import Readers
from shared.ledger.schema import migrate
from shared.ledger.sqlite import SqliteStore
from shared.ledger.store import Store
from shared.ledger.verification import Walk

T = TypeVar("T")

POLL_SECONDS = 0.25
"""How soon `wait_beyond` sees an append by another process; those of its own wake it at once."""

PAGE = 256

_tracer = trace.get_tracer("stocktake.ledger")


def _now() -> datetime:
    return datetime.now(UTC)


def open_ledger(name: str, *, origin: str, database: str, clock: Callable[[], datetime] = _now) -> Ledger:
    """The ledger `name` in a SQLite file (`sqlite:////path`) or in its own schema of a PostgreSQL database.

    `origin` is the deployment's name, the first part of every event's source. Nothing is touched before `start()`.
    """
    if not re.fullmatch("[a-z][a-z_]*", name):
        raise ValueError(f"{name!r} is no ledger's name")
    return SqlLedger(name, origin=origin, database=database, clock=clock)


class SqlLedger:
    """The port over one database: prepares commands, hands them to the appender, turns rows into recorded events."""

    def __init__(self, name: str, *, origin: str, database: str, clock: Callable[[], datetime]):
        self.name, self.source = name, f"{origin}/{name}"
        self._database = database
        self._appender = Appender(name, self._store(), clock, self._advance)
        # On SQLite the writer's connection reads too: in this journal mode a second one would only wait for it.
        self._readers: Appender | Readers = self._appender if is_sqlite(database) else Readers(name, self._store)
        self._latest = 0
        self._moved = asyncio.Event()

    def _store(self) -> Store:
        if is_sqlite(self._database):
            return SqliteStore(sqlite_path(self._database))
        from shared.ledger.postgres import PostgresStore  # its driver is loaded only where it is used

        return PostgresStore(libpq_url(self._database), self.name)

    async def start(self) -> None:
        check_chain()
        await asyncio.to_thread(migrate, self._database, self.name)
        await self._appender.start()
        if self._readers is not self._appender:
            await self._readers.start()
        self._latest = (await self.head()).position

    async def stop(self) -> None:
        await self._appender.stop()
        if self._readers is not self._appender:
            await self._readers.stop()
        self._moved.set()

    async def append(self, command: Append) -> Appended:
        with _tracer.start_as_current_span("append", attributes={"stocktake.ledger": self.name}) as span:
            prepared = prepare(command, ledger=self.name, source=self.source)
            appended = await self._appender.append(prepared)
            span.set_attribute("stocktake.position", appended.last)
            return appended

    async def answered(self, key: str, body_hash: str) -> Appended | None:
        answer = await self._readers.run(lambda store: store.answer(key))
        return answer.replay(self.name, body_hash) if answer else None

    async def head(self) -> Head:
        row = await self._readers.run(lambda store: store.head())
        self._advance(row.position)
        recordedtime = datetime.fromisoformat(row.recordedtime) if row.recordedtime else None
        return Head(self.name, row.position, row.hash.hex(), recordedtime)

    async def read(self, after: int = 0, limit: int = PAGE) -> Sequence[Recorded]:
        return await self._recorded(lambda store: store.after(after, limit))

    async def select(self, wanted: Selection) -> tuple[Sequence[Recorded], int]:
        rows, total = await self._readers.run(lambda store: store.select(wanted))
        return [_recorded(row) for row in rows], total

    async def read_stream(self, stream: str) -> Sequence[Recorded]:
        return await self._recorded(lambda store: store.of_stream(stream))

    async def tail(self, limit: int = 20) -> Sequence[Recorded]:
        return await self._recorded(lambda store: store.last(limit))

    async def find(self, event_id: str) -> Recorded | None:
        row = await self._readers.run(lambda store: store.by_id(event_id))
        return _recorded(row) if row else None

    async def wait_beyond(self, position: int, timeout: float) -> int:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout
        while self._latest <= position:
            self._moved.clear()
            left = deadline - loop.time()
            try:
                await asyncio.wait_for(self._moved.wait(), max(0, min(left, POLL_SECONDS)))
            except TimeoutError:
                await self.head()  # another process may have appended
                if left <= POLL_SECONDS:
                    break
        return self._latest

    async def verify(self) -> Verification:
        head, last_stored = await self._readers.run(lambda store: store.ends())
        walk = Walk(self.source)
        fault = None
        while not fault and walk.position < head.position:
            rows = await self._readers.run(lambda store: store.after(walk.position, PAGE))
            rows = [row for row in rows if row.position <= head.position]
            if not rows:
                fault = f"position {walk.position + 1}: missing, and so is everything up to {head.position}"
                break
            fault = await asyncio.to_thread(walk.check, rows)
        fault = fault or walk.reaches(head, last_stored)
        if not fault:
            strays = await self._readers.run(lambda store: store.stray_keys())
            fault = f"{strays} idempotency keys do not agree with the events" if strays else None
        return Verification(self.name, walk.position, head.hash.hex(), fault)

    async def _recorded(self, question: Callable[[Store], list[EventRow]]) -> list[Recorded]:
        return [_recorded(row) for row in await self._readers.run(question)]

    def _advance(self, position: int) -> None:
        if position > self._latest:
            self._latest = position
            self._moved.set()


def _recorded(row: EventRow) -> Recorded:
    return Recorded(row.raw, row.hash, row.traceparent)
