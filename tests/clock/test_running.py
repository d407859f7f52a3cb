"""Running a clock on real ledgers: whoever runs it, and however often, each announcement is recorded once."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from services.meetings.clock import HeldAct, announcements
from services.meetings.deciders import decider_for
from shared.clock import ACTOR, Clock, Ran, empty_record
from shared.events.envelope import Proposed
from shared.events.meetings import InstrumentDeposited
from shared.handling import Asked, Handler
from shared.ledger.opening import open_ledger
from shared.ledger.port import Ledger
from shared.treaty.membership import Act
from tests.given_when_then import asking

TODAY = date(2026, 11, 21)
STATES = ("AFG", "ALB", "CHL", "LAO", "LBN", "MRT", "SOM", "TCD")
ACTS = [
    HeldAct(Act(state, "deposit", date(2010, 1, 5 + at), instrument="accession")) for at, state in enumerate(STATES)
]
WITHDRAWAL = HeldAct(Act("LAO", "withdrawal", date(2026, 5, 22)))
PATIENCE = 60.0
"""Seconds waited for what must happen; only there to end a hanging test."""


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'meetings.sqlite'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@asynccontextmanager
async def opened(database: str) -> AsyncIterator[Ledger]:
    """The meetings ledger, opened as a process of its own would."""
    ledger = open_ledger("meetings", origin="test.local", database=database)
    await ledger.start()
    try:
        yield ledger
    finally:
        await ledger.stop()


@dataclass
class Calendar:
    """The day, how far the record has come, and the acts it holds; counts how often it was asked."""

    day: date = TODAY
    reached: int = 0
    acts: list[HeldAct] = field(default_factory=lambda: list(ACTS))
    asked: int = 0
    fault: Exception | None = None

    async def due(self, on: date) -> Sequence[Proposed]:
        self.asked += 1
        if self.fault:
            raise self.fault
        return announcements(self.acts, on)

    def clock(self, ledger: Ledger, *, by_itself: bool = False, pause: float = 0.02) -> Clock:
        return Clock(
            Handler(ledger, decider_for),
            self.due,
            today=lambda: self.day,
            reached=lambda: self.reached,
            by_itself=by_itself,
            pause=pause,
        )


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            if holds():
                return
            await asyncio.sleep(0.005)


async def test_two_processes_at_once_announce_each_once(database: str) -> None:
    calendar = Calendar()
    async with opened(database) as one, opened(database) as other:
        ran = await asyncio.gather(calendar.clock(one).run(), calendar.clock(other).run(), calendar.clock(one).run())
        again = await calendar.clock(other).run()
        recorded = await one.read()

        assert sum(run.announced for run in ran) == len(recorded) == len(STATES)
        assert {event.subject for event in recorded} == set(STATES)
        assert {(event.kind, event.fields["actor"]) for event in recorded} == {("EntryIntoForceReached", ACTOR)}
        assert again == Ran(announced=0, on=TODAY)


async def test_announcing_goes_on_where_acts_are_recorded_in_the_same_stream_meanwhile(database: str) -> None:
    """An act that comes between decision and append is a conflict of versions, and is decided again."""
    calendar = Calendar()
    async with opened(database) as one, opened(database) as other:
        acts = Handler(other, decider_for)

        async def deposits() -> None:
            for at, state in enumerate(STATES):
                fact = InstrumentDeposited(state=state, instrument="accession", deposited=date(2010, 1, 5 + at))
                await acts.handle(asking(fact), Asked(state, state, "test"))

        ran, _ = await asyncio.gather(calendar.clock(one).run(), deposits())

        assert ran.announced == len(STATES)
        assert (await one.head()).position == 2 * len(STATES)
        assert (await one.verify()).fault is None


async def test_after_downtime_it_catches_up_and_a_restart_on_the_same_day_adds_nothing(database: str) -> None:
    calendar = Calendar(day=date(2010, 7, 31))
    async with opened(database) as ledger:
        assert (await calendar.clock(ledger).run()).announced == 0

    calendar.day, calendar.acts = date(2026, 11, 22), [*ACTS, WITHDRAWAL]
    async with opened(database) as ledger:
        assert (await calendar.clock(ledger).run()).announced == len(STATES) + 1
        head = await ledger.head()

    async with opened(database) as ledger:
        assert (await calendar.clock(ledger).run()).announced == 0
        assert await ledger.head() == head


@pytest.fixture
async def ledger(tmp_path: Path) -> AsyncIterator[Ledger]:
    async with opened(f"sqlite:///{tmp_path / 'meetings.sqlite'}") as ledger:
        yield ledger


async def test_by_itself_it_runs_once_a_day(ledger: Ledger) -> None:
    calendar = Calendar(acts=[*ACTS, WITHDRAWAL])
    clock = calendar.clock(ledger, by_itself=True)
    async with clock.running():
        await until(lambda: clock.standing.last is not None)
        await asyncio.sleep(0.2)  # ten looks, all of them on the day that it has run for
        assert (calendar.asked, clock.standing.last) == (1, Ran(announced=len(STATES), on=TODAY))

        calendar.day = date(2026, 11, 22)
        await until(lambda: clock.standing.last == Ran(announced=1, on=date(2026, 11, 22)))


async def test_it_does_not_run_while_the_record_is_being_loaded(ledger: Ledger) -> None:
    calendar = Calendar()
    clock = calendar.clock(ledger, by_itself=True, pause=0.1)
    async with clock.running():
        for _ in range(100):  # half a second in which something comes between any two looks
            calendar.reached += 1
            await asyncio.sleep(0.005)
        assert calendar.asked == 0

        await until(lambda: clock.standing.last is not None)
        assert (await ledger.head()).position == len(STATES)


async def test_with_an_occasion_of_its_own_it_runs_again_for_all_that_came_together(ledger: Ledger) -> None:
    calendar = Calendar()
    clock = Clock(
        Handler(ledger, decider_for), calendar.due, today=lambda: TODAY, reached=lambda: calendar.reached,
        occasion=lambda: calendar.reached, called="changes", pause=0.1,
    )  # fmt: skip
    async with clock.running():
        await until(lambda: calendar.asked == 1)
        for _ in range(100):  # half a second in which something comes between any two looks
            calendar.reached += 1
            await asyncio.sleep(0.005)
        assert calendar.asked == 1

        await until(lambda: calendar.asked == 2)
        await asyncio.sleep(0.5)  # five looks at a record that stands still
        assert calendar.asked == 2


async def test_a_record_that_never_stands_still_is_announced_from_in_the_end(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.clock.MOST_WAITS", 5)
    calendar, looks = Calendar(), itertools.count()
    clock = Clock(
        Handler(ledger, decider_for), calendar.due, today=lambda: TODAY, reached=lambda: next(looks), pause=0.01
    )
    async with clock.running():
        await until(lambda: clock.standing.last is not None)

    assert next(looks) > 5


async def test_what_postpones_a_run_is_told_and_the_next_look_tries_again(ledger: Ledger) -> None:
    calendar = Calendar(fault=empty_record())
    clock = calendar.clock(ledger, by_itself=True)
    async with clock.running():
        await until(lambda: calendar.asked > 1)
        assert (clock.standing.last, clock.standing.postponed) == (None, "no act of any State is recorded yet")
        assert (await ledger.head()).position == 0

        calendar.fault = None
        await until(lambda: clock.standing.last is not None)
        assert clock.standing.postponed is None


async def test_a_failure_of_ours_does_not_end_the_clock(ledger: Ledger) -> None:
    calendar = Calendar(fault=OSError("no disk"))
    clock = calendar.clock(ledger, by_itself=True)
    async with clock.running():
        await until(lambda: clock.standing.postponed is not None)
        assert "no disk" in str(clock.standing.postponed)

        calendar.fault = None
        await until(lambda: clock.standing.last is not None)


async def test_a_clock_that_is_to_be_asked_does_not_run_by_itself(ledger: Ledger) -> None:
    calendar = Calendar()
    async with calendar.clock(ledger, by_itself=False).running():
        await asyncio.sleep(0.2)

    assert calendar.asked == 0
