"""Runs a service's clock: what it has to announce is appended once, whoever runs it and however often."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import structlog
from fastapi import APIRouter

from shared.bus.tasks import end, unbroken
from shared.command import Command
from shared.events.base import Camel
from shared.events.envelope import Proposed
from shared.handling import Asked, Handler
from shared.http.handlers import PROBLEM_RESPONSES
from shared.problems import Problem

log = structlog.get_logger("stocktake.clock")

ACTOR: Final = "clock"
"""Who is recorded as the actor of an announcement."""

PATIENCE: Final = 2.0
"""Seconds a run waits for read models to reach the ledgers."""

PAUSE: Final = 30.0
"""Seconds between two looks at whether a new day has begun; so long must the record stand still before a run."""

MOST_WAITS: Final = 120
"""Looks after which a record that never stands still is announced from all the same: an hour."""

Due = Callable[[date], Awaitable[Sequence[Proposed]]]
"""What is to be announced by a day, in order, what was announced before among it. Raises Problem to postpone."""


class Ran(Camel):
    """What a run added, and the day (UTC) it was made for."""

    announced: int
    on: date


@dataclass
class Standing:
    """The last run of this process and what it was made for, and what has postponed the one that is due."""

    last: Ran | None = None
    postponed: str | None = None
    occasion: Hashable = None


class Clock:
    """The clock of one service.

    `due` proposes, `handler` appends, `reached` tells how far the record has come: while it moves, somebody is
    loading it, and a run by itself waits. `by_itself` = at start and on each new `occasion`, and not only when asked;
    the occasion is the day unless another is given. `called` is the last part of its address.
    """

    def __init__(
        self,
        handler: Handler,
        due: Due,
        *,
        today: Callable[[], date],
        reached: Callable[[], Hashable],
        occasion: Callable[[], Hashable] | None = None,
        called: str = "clock",
        by_itself: bool = True,
        pause: float = PAUSE,
    ) -> None:
        self.name, self.called = handler.ledger.name, called
        self.standing = Standing()
        self._handler, self._due, self._today, self._reached = handler, due, today, reached
        self._occasion = occasion or today
        self._by_itself, self._pause = by_itself, pause
        self._turn = asyncio.Lock()

    async def run(self) -> Ran:
        """Announce what is due today and was not announced yet. Raises Problem when the record is not all there."""
        async with self._turn:
            occasion, day = self._occasion(), self._today()
            announced = 0
            for proposed in await self._due(day):
                appended = await self._handler.handle(_command(proposed, day), _asked(proposed))
                announced += not appended.replayed
            ran = Ran(announced=announced, on=day)
            self.standing = Standing(last=ran, occasion=occasion)
            log.info("clock ran", clock=self.called, ledger=self.name, on=day.isoformat(), announced=announced)
            return ran

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run beside the service for as long as the block lasts."""
        beside = asyncio.create_task(self._looking(), name=f"{self.name}-{self.called}") if self._by_itself else None
        try:
            yield
        finally:
            await end(beside)

    async def _looking(self) -> None:
        """A look every `pause`: a machine that slept, or whose clock was set, needs no alarm that it missed."""
        before, waited = self._reached(), 0
        while True:
            await asyncio.sleep(self._pause)
            now = self._reached()
            still, before = now == before, now
            if self.standing.last is not None and self.standing.occasion == self._occasion():
                waited = 0
            elif still or waited >= MOST_WAITS:
                await unbroken(self._tried())
            else:
                waited += 1

    async def _tried(self) -> None:
        """A run; what stands in its way is told, and the next look tries again."""
        try:
            await self.run()
        except Problem as problem:
            self._postpone(str(problem))
            log.info("clock postponed", clock=self.called, ledger=self.name, reason=str(problem))
        except Exception as failure:  # a lost database must not end the clock for good
            self._postpone(repr(failure))
            log.exception("clock failed", clock=self.called, ledger=self.name)

    def _postpone(self, reason: str) -> None:
        self.standing = replace(self.standing, postponed=reason)

    def router(self, stands_at: str = "") -> APIRouter:
        """Under /{name}/clock, or as it is called: how it stands, and a run on demand."""
        router = APIRouter(prefix=f"/{self.name}/{self.called}", tags=["operation"])

        @router.get(stands_at, summary="Its last run in this process, and what postpones the one that is due")
        async def stands() -> dict[str, Any]:
            last = self.standing.last
            return {
                "ledger": self.name,
                "byItself": self._by_itself,
                "last": last.model_dump(mode="json", by_alias=True) if last else None,
                "postponed": self.standing.postponed,
            }

        @router.post("/run", summary="Announce what is due and was not announced yet", responses=PROBLEM_RESPONSES)
        async def run() -> Ran:
            return await self.run()

        return router


def still_behind(detail: str) -> Problem:
    """The problem that postpones a run until a read model holds what its ledger does."""
    return Problem(503, "projection-behind", "The read model has not caught up with the ledger yet", detail)


def empty_record() -> Problem:
    """The problem that postpones a run until there is something to announce from."""
    return Problem(409, "record-empty", "Nothing to announce from", "no act of any State is recorded yet")


def _command(proposed: Proposed, today: date) -> Command:
    return Command(proposed.event, proposed.passages, proposed.known, proposed.effective, today)


def _asked(proposed: Proposed) -> Asked:
    """The announcement's name is its key and all of its body: with other passages it is the same announcement.

    The § keeps it apart from the keys of people, which are plain ASCII: nobody can take it before the clock does.
    """
    key = f"clock § {proposed.event.natural_key}"
    return Asked(key, hashlib.sha256(key.encode()).hexdigest(), ACTOR)
