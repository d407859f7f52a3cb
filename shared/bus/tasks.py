"""Ends background tasks for certain."""

from __future__ import annotations

import asyncio
from typing import Any


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
