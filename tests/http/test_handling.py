"""Handling a command: asked twice at once it is recorded once; overtaken by others it is decided again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from shared.decider import Decider, Refused
from shared.events.base import Effective, Event, Known, Passage
from shared.events.reports import ObligationReported
from shared.handling import Asked, Command, Handler
from shared.ledger.opening import open_ledger
from shared.ledger.port import Ledger, VersionConflict
from shared.plain_fact import plain_fact

DAY = date(2025, 1, 1)


@pytest.fixture
async def ledger(tmp_path: Path) -> AsyncIterator[Ledger]:
    ledger = open_ledger("reports", origin="test.local", database=f"sqlite:///{tmp_path / 'reports.sqlite'}")
    await ledger.start()
    yield ledger
    await ledger.stop()


def plain(_: type[Event]) -> Decider[Any, Any]:
    return plain_fact


def command(year: int) -> Command:
    fact = ObligationReported(
        state="LAO", article=4, status="outstanding", effective=str(year), cause="report", received="2025-01-01"
    )
    return Command(fact, (Passage(document="D", paragraph="1"),), Known(time=DAY), Effective(from_=DAY), DAY)


def asked(key: str) -> Asked:
    return Asked.of("ReportObligation", key.encode(), actor="test", key=key)


async def test_a_command_and_its_twin_are_one_event(ledger: Ledger) -> None:
    handler = Handler(ledger, plain)

    one, other = await asyncio.gather(*(handler.handle(command(2010), asked("k")) for _ in range(2)))

    assert one.ids == other.ids
    assert {one.replayed, other.replayed} == {False, True}
    assert (await ledger.head()).position == 1


async def test_two_processes_with_the_same_command_record_one_event(ledger: Ledger) -> None:
    """Two handlers do not wait for one another, as two processes would not."""
    first, second = Handler(ledger, plain), Handler(ledger, plain)

    answers = await asyncio.gather(
        *(handler.handle(command(2010), asked("k")) for handler in (first, second) for _ in range(4))
    )

    assert len({answer.ids for answer in answers}) == 1
    assert (await ledger.head()).position == 1


async def until_recorded(handler: Handler, wanted: Command, key: str) -> None:
    """Send it again after a conflict, as the answer 409 `conflict` asks for."""
    while True:
        try:
            await handler.handle(wanted, asked(key))
            return
        except VersionConflict:
            continue


async def test_writers_that_overtake_one_another_lose_nothing(ledger: Ledger) -> None:
    handlers = [Handler(ledger, plain) for _ in range(4)]

    await asyncio.gather(*(until_recorded(handlers[n % 4], command(2000 + n), f"k{n}") for n in range(40)))

    recorded = await ledger.read_stream("obligation-LAO-4")
    assert sorted(event.data["effective"] for event in recorded) == [str(2000 + n) for n in range(40)]
    assert [event.version for event in recorded] == list(range(1, 41))


async def test_a_refusal_appends_nothing(ledger: Ledger) -> None:
    handler = Handler(ledger, plain)
    await handler.handle(command(2010), asked("k"))

    with pytest.raises(Refused, match="recorded already"):
        await handler.handle(command(2010), asked("another key"))
    assert (await ledger.head()).position == 1


async def test_a_decider_that_is_always_overtaken_ends_in_a_conflict(ledger: Ledger) -> None:
    """Each time it decides, somebody else appends first."""
    others = iter(range(2000, 2100))
    intruder = Handler(ledger, plain)

    class Slow:
        """The ledger, with somebody else at work between reading and appending."""

        def __getattr__(self, name: str) -> Any:
            return getattr(ledger, name)

        async def append(self, wanted: Any) -> Any:
            year = next(others)
            await intruder.handle(command(year), asked(f"other {year}"))
            return await ledger.append(wanted)

    with pytest.raises(VersionConflict):
        await Handler(Slow(), plain).handle(command(1999), asked("k"))


async def test_a_decider_learns_the_head_of_its_stream(ledger: Ledger) -> None:
    heads: list[str | None] = []

    def decide(state: Any, asking: Command) -> Any:
        heads.append(asking.head)
        return plain_fact.decide(state, asking)

    handler = Handler(ledger, lambda _: replace(plain_fact, decide=decide))
    first = await handler.handle(command(2010), asked("a"))
    await handler.handle(command(2011), asked("b"))

    assert heads == [None, first.ids[0]]
