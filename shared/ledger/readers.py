"""Threads that read a ledger beside its writer, each with a connection of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from shared.ledger.port import LedgerClosed
from shared.ledger.store import Store

T = TypeVar("T")

THREADS = 4


class Readers:
    """Answers questions to the store without waiting for the appender."""

    def __init__(self, name: str, connect: Callable[[], Store]):
        self._name, self._connect = name, connect
        self._own = threading.local()
        self._opened: list[Store] = []
        self._threads: ThreadPoolExecutor | None = None

    async def start(self) -> None:
        """Be ready; connections are made when first needed."""
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix=f"read-{self._name}")

    async def stop(self) -> None:
        """Wait for the questions under way, then disconnect."""
        threads, self._threads = self._threads, None
        if threads:
            await asyncio.to_thread(threads.shutdown)
        for store in self._opened:
            store.close()
        self._opened.clear()

    async def run(self, question: Callable[[Store], T]) -> T:
        """The store's answer."""
        if self._threads is None:
            raise LedgerClosed(self._name)
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._ask, question)

    def _ask(self, question: Callable[[Store], T]) -> T:
        store: Store | None = getattr(self._own, "store", None)
        if store is not None:
            try:
                return question(store)
            except store.errors:
                self._drop(store)  # perhaps the connection has died meanwhile: asked once more, of a new one
        store = self._connect()
        store.open()
        self._own.store = store
        self._opened.append(store)
        return question(store)

    def _drop(self, store: Store) -> None:
        del self._own.store
        self._opened.remove(store)
        store.close()
