"""The thread in which a projection's rows are written: a whole transaction is one hop from the event loop and back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.bus.tasks import unbroken
from shared.database import engine_for_threads

T = TypeVar("T")


class Writer:
    """One thread with connections of its own to the database of `engine`.

    What is asked of it is done one after another: those who share it never wait for one another's locks.
    """

    def __init__(self, engine: AsyncEngine, name: str) -> None:
        self._engine = engine_for_threads(engine)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"write-{name}")

    async def transaction(self, work: Callable[[Connection], T]) -> T:
        """What `work` answers, once its transaction is committed; raises what it raised, after the rollback.

        A cancellation does not cut it in half: it comes to its end first.
        """
        return await unbroken(self._run(work))

    async def _run(self, work: Callable[[Connection], T]) -> T:
        # The context goes along: spans of statements belong under the span that is current here.
        return await asyncio.get_running_loop().run_in_executor(self._thread, copy_context().run, self._do, work)

    def _do(self, work: Callable[[Connection], T]) -> T:
        with self._engine.begin() as connection:
            return work(connection)

    async def close(self) -> None:
        """Wait for the transaction under way, and disconnect."""
        await asyncio.to_thread(self._thread.shutdown)
        self._engine.dispose()
