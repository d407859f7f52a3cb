"""Ends background tasks for certain, and lets what must not be cut in half come to its end first."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

LAST_WORDS = 5.0
"""Seconds a piece of work may go on after it should have ended, before it is cancelled after all."""


async def unbroken(work: Coroutine[Any, Any, T], patience: float = LAST_WORDS) -> T:
    """The result of `work`, which a cancellation does not cut in half: it ends first, then we are cancelled.

    For transactions: a cancelled one leaves its connection to a task that nobody waits for, and the event loop may
    be gone before that task is done.
    """
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await _ended(task, patience)
        raise


async def _ended(task: asyncio.Task[Any], patience: float) -> None:
    clock = asyncio.get_running_loop().time
    until = clock() + patience
    while not task.done() and clock() < until:
        try:
            await asyncio.wait({task}, timeout=until - clock())
        except asyncio.CancelledError:
            continue  # told again to end; the time that is left is the same
    await end(task)


async def end(*tasks: asyncio.Task[Any] | None) -> None:
    """Cancel the tasks and wait until they have ended; their failures were theirs to show.

    Cancelling once is not enough: until Python 3.12 `asyncio.wait_for` loses a cancellation that comes just as the
    awaited thing is done, and then the task goes on.
    """
    left = {task for task in tasks if task is not None}
    while left:
        for task in left:
            task.cancel()
        ended, left = await asyncio.wait(left, timeout=0.2)
        for task in ended:
            if not task.cancelled():
                task.exception()  # looked at, or the loop would complain
