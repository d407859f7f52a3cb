"""Work that must not be cut in half: a cancellation waits for its end, but not for ever."""

import asyncio

import pytest

from shared.bus.tasks import unbroken


async def test_a_cancellation_waits_for_the_end_of_the_work() -> None:
    done: list[str] = []

    async def work() -> None:
        await asyncio.sleep(0.05)
        done.append("all of it")

    task = asyncio.create_task(unbroken(work()))
    await asyncio.sleep(0)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert done == ["all of it"]


async def test_told_twice_it_still_ends_once() -> None:
    done: list[str] = []

    async def work() -> None:
        await asyncio.sleep(0.05)
        done.append("all of it")

    task = asyncio.create_task(unbroken(work()))
    for _ in range(3):
        await asyncio.sleep(0.01)
        task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert done == ["all of it"]


async def test_work_without_an_end_is_cancelled_after_all() -> None:
    hanging = asyncio.Event()
    task = asyncio.create_task(unbroken(hanging.wait(), patience=0.05))
    await asyncio.sleep(0.01)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 60)


async def test_a_failure_is_the_callers() -> None:
    async def work() -> None:
        raise ValueError("no such row")

    with pytest.raises(ValueError, match="no such row"):
        await unbroken(work())
