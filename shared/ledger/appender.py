"""The one writer of a ledger: a thread that puts all commands that wait into one transaction (group commit)."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from queue import Empty, SimpleQueue
from time import perf_counter
from typing import Any, TypeAlias, TypeVar

import structlog
from opentelemetry import metrics

from shared.ledger.planning import Plan, Prepared, plan
from shared.ledger.port import Appended, AppendFailed, LedgerBroken, LedgerClosed
from shared.ledger.store import Store

T = TypeVar("T")

LARGEST_GROUP = 512
"""Commands in one transaction, so that its first one never waits for thousands."""

_log = structlog.get_logger(__name__)
_meter = metrics.get_meter("stocktake.ledger")
_seconds = _meter.create_histogram("stocktake.append.duration", unit="s", description="One group, lock to durable.")
_commands = _meter.create_histogram("stocktake.append.group", unit="{command}", description="Commands in one group.")
_failures = _meter.create_counter("stocktake.append.failures", unit="{group}", description="Groups not stored.")


@dataclass(slots=True)
class _Command:
    """A command, and the future of whoever waits for its verdict."""

    prepared: Prepared
    future: asyncio.Future[Any]


@dataclass(slots=True)
class _Question:
    """Something to ask the store, and the future of whoever waits for the answer."""

    ask: Callable[[Store], Any]
    future: asyncio.Future[Any]


_Waiting: TypeAlias = _Command | _Question


class Appender:
    """Owns a store's connection: appends, and on SQLite reads too, are done by its thread alone, group after group."""

    def __init__(self, name: str, store: Store, clock: Callable[[], datetime], moved: Callable[[int], None]):
        self._name, self._store, self._clock, self._moved = name, store, clock, moved
        self._queue: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=f"ledger-{name}", daemon=True)
        self._broken: Exception | None = None
        self._closed = True
        self._labels = {"ledger": name}
        self._loop: asyncio.AbstractEventLoop

    async def start(self) -> None:
        """Connect and begin to work; raises what the store's `open` raises."""
        self._loop = asyncio.get_running_loop()
        await asyncio.to_thread(self._store.open)
        self._thread.start()
        self._closed = False

    async def stop(self) -> None:
        """Finish what waits, then disconnect."""
        if self._closed:
            return
        self._closed = True
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join)

    async def append(self, prepared: Prepared) -> Appended:
        """The verdict on the command once its group is durable; raises it when it is a refusal."""
        waiting = _Command(prepared, self._loop_of_open().create_future())
        self._queue.put(waiting)
        appended: Appended = await waiting.future
        return appended

    async def run(self, question: Callable[[Store], T]) -> T:
        """The store's answer, asked between two groups."""
        waiting = _Question(question, self._loop_of_open().create_future())
        self._queue.put(waiting)
        answer: T = await waiting.future
        return answer

    def _loop_of_open(self) -> asyncio.AbstractEventLoop:
        if self._closed:
            raise LedgerClosed(self._name)
        return self._loop

    # -- everything below runs in the thread ------------------------------------------------------------------

    def _run(self) -> None:
        going_on = True
        while going_on:
            waiting, going_on = self._take()
            questions = [one for one in waiting if isinstance(one, _Question)]
            if questions:  # first: they are quick, and whoever decides next joins the following group
                self._deliver(questions, [self._ask(one.ask) for one in questions])
            group = [one for one in waiting if isinstance(one, _Command)]
            if group:
                began = perf_counter()
                verdicts = self._append([one.prepared for one in group])
                self._deliver(group, verdicts, perf_counter() - began)
        self._store.close()

    def _take(self) -> tuple[list[_Waiting], bool]:
        """All that wait, at least one; False when nothing comes after them."""
        taken = []
        item = self._queue.get()
        try:
            while item is not None:
                taken.append(item)
                if len(taken) == LARGEST_GROUP:
                    return taken, True
                item = self._queue.get_nowait()
        except Empty:
            return taken, True
        return taken, False

    def _ask(self, question: Callable[[Store], Any]) -> Any:
        try:
            return question(self._store)
        except Exception as error:  # it is the asker's: raised where the answer is awaited
            return error

    def _append(self, group: Sequence[Prepared]) -> Sequence[Appended | Exception]:
        if self._broken is None:
            try:
                return self._transact(group).verdicts
            except Exception as error:
                # Every member is told; none was acknowledged, and its key makes a repetition safe.
                if not self._given_up(error):
                    return [AppendFailed(self._name, error) for _ in group]
        cause = self._broken
        assert cause is not None
        return [LedgerBroken(self._name, cause) for _ in group]

    def _transact(self, group: Sequence[Prepared]) -> Plan:
        commands = [prepared.command for prepared in group]
        keys = list({command.key: None for command in commands})
        streams = list({command.stream: None for command in commands})
        seen = self._store.begin(keys, streams)
        planned = plan(group, seen, self._clock(), ledger=self._name)
        if planned.events:
            self._store.commit(planned)
        else:
            self._store.rollback()
        return planned

    def _given_up(self, error: Exception) -> bool:
        """End the failed transaction; whether the ledger is broken by it."""
        _failures.add(1, self._labels)
        _log.error("append failed", ledger=self._name, error=repr(error))
        fatal = self._store.beyond_repair(error)
        try:
            self._store.rollback()
        except self._store.errors as second:
            fatal = True
            _log.error("rollback failed", ledger=self._name, error=repr(second))
        if fatal:
            # After a failed fsync the kernel may have dropped the pages: trying again could acknowledge a loss.
            self._broken = error
        return fatal

    def _deliver(self, waiting: Sequence[_Waiting], results: Sequence[Any], took: float | None = None) -> None:
        try:
            # once: each call wakes the loop's thread
            self._loop.call_soon_threadsafe(self._settle, waiting, results, took)
        except RuntimeError:
            if not self._loop.is_closed():
                raise
            # The loop is gone and with it everybody who waited.

    # -- and this on the event loop again ---------------------------------------------------------------------

    def _settle(self, waiting: Sequence[_Waiting], results: Sequence[Any], took: float | None) -> None:
        for one, result in zip(waiting, results, strict=True):
            if isinstance(result, Appended):
                self._moved(result.last)
            if one.future.done():  # whoever waited was cancelled; the event stands all the same
                continue
            if isinstance(result, Exception):
                one.future.set_exception(result)
            else:
                one.future.set_result(result)
        if took is not None:
            # After those who were answered have gone on, so that measuring goes beside the next group's commit.
            self._loop.call_soon(self._measure, took, len(waiting))

    def _measure(self, took: float, commands: int) -> None:
        _seconds.record(took, self._labels)
        _commands.record(commands, self._labels)
