"""Handling a command: answered before? else load, decide, append; decided again when somebody else was faster."""

from __future__ import annotations

import asyncio
import hashlib
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from weakref import WeakValueDictionary

from shared import amendments
from shared.amendments import held
from shared.command import Amends, Command
from shared.decider import Decider, Refused
from shared.events.base import CLOCK, RETRACT, Event
from shared.events.envelope import Proposed, Recorded
from shared.events.registry import decode
from shared.ledger.port import Append, Appended, Ledger, VersionConflict
from shared.telemetry import current_traceparent, tracer

__all__ = ["Asked", "Command", "Handler"]

ATTEMPTS = 8
"""Decisions tried before a conflict is answered: only other processes conflict, ours wait for one another."""

FIRST_PAUSE = 0.005
"""Seconds at most before the second decision; doubled before each further one."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, and how a repetition is recognised."""

    key: str
    body_hash: str
    actor: str
    onbehalfof: str | None = None

    @classmethod
    def of(
        cls, command: str, canonical_body: bytes, *, actor: str, key: str | None = None, onbehalfof: str | None = None
    ) -> Asked:
        """Hashes the command's name and its body in canonical form; without a key the body itself is the key."""
        digest = hashlib.sha256(command.encode() + b"\n" + canonical_body).hexdigest()
        return cls(key or f"body:{digest}", digest, actor, onbehalfof)


class Handler:
    """Handles the commands of one ledger.

    `decider_for` names the decider of an event type; `prepare` adds what it must know from elsewhere, as plain data.
    """

    def __init__(
        self,
        ledger: Ledger,
        decider_for: Callable[[type[Event]], Decider[Any, Any]],
        prepare: Callable[[Command], Awaitable[Command]] | None = None,
    ):
        self.ledger, self._decider_for, self._prepare = ledger, decider_for, prepare
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def handle(self, command: Command, asked: Asked) -> Appended:
        """Where the fact stands, now or since it was first asked for.

        Raises Refused (the decider's verdict on form, identity or sequence), KeyReused, VersionConflict.
        """
        name = command.fact.command
        with tracer().start_as_current_span("command", attributes={"stocktake.command": name}) as span:
            answered = await self.ledger.answered(asked.key, asked.body_hash)
            if answered is None:
                answered = await self._decided(command, asked)
            span.set_attribute("stocktake.position", answered.last)
            span.set_attribute("stocktake.replayed", answered.replayed)
            return answered

    async def target(self, amends: Amends) -> Recorded:
        """The event to be amended; events never change, so that it may be read ahead. Raises Refused."""
        found = await self.ledger.find(amends.target)
        if found is None:
            detail = f"the {self.ledger.name} ledger holds no such event"
            raise Refused("target-unknown", detail, field=amends.field)
        amendments.refuse_target(found, amends)
        return found

    async def _decided(self, command: Command, asked: Asked) -> Appended:
        """One command per stream at a time in this process: a queue is cheaper than deciding in vain."""
        turn = self._turns.setdefault(command.fact.stream, asyncio.Lock())
        async with turn:
            if self._prepare is not None:
                command = await self._prepare(command)
            try:
                return await self._tried(command, asked)
            except Refused:
                # Refused perhaps by its own twin, sent at the same time and recorded since: then it is a repetition.
                if twin := await self.ledger.answered(asked.key, asked.body_hash):
                    return twin
                raise

    async def _tried(self, command: Command, asked: Asked) -> Appended:
        for attempt in range(ATTEMPTS - 1):
            try:
                return await self._attempt(command, asked)
            except VersionConflict:
                # Another process appended to the stream: decide again on what it holds now, out of step with it.
                await asyncio.sleep(random.uniform(0, FIRST_PAUSE * 2**attempt))
        return await self._attempt(command, asked)

    async def _attempt(self, command: Command, asked: Asked) -> Appended:
        stream = command.fact.stream
        recorded = await self.ledger.read_stream(stream)
        return await self.ledger.append(
            Append(
                stream=stream,
                expected_version=recorded[-1].version if recorded else 0,
                events=tuple(await self._events(command, recorded)),
                key=asked.key,
                body_hash=asked.body_hash,
                actor=asked.actor,
                onbehalfof=asked.onbehalfof,
                traceparent=current_traceparent(),
            )
        )

    async def _events(self, command: Command, recorded: Sequence[Recorded]) -> Sequence[Proposed]:
        """What is decided on the facts that stand: those retracted are gone, those mended are as they are now."""
        events = held(recorded)
        if command.amends is not None:
            asked_again = [await self._again(one, command.today) for one in recorded]
            commands = {one.id: again for one, again in zip(recorded, asked_again, strict=True) if again is not None}
            proposed = amendments.decided(events, command, self._decider_for, commands)
            if command.amends.link == "corrects":
                amendments.refuse_no_change(command, next(one for one in recorded if one.id == command.amends.target))
            return proposed
        facts = amendments.standing(events)
        decider = self._decider_for(type(command.fact))
        state = decider.fold(fact.event.event for fact in facts)
        return decider.decide(state, replace(command, head=facts[-1].event.id if facts else None))

    async def _again(self, recorded: Recorded, today: date) -> Command | None:
        """A fact as its decider would be asked for it today; None for what nobody asks a decider for."""
        fact = decode(recorded)
        if fact.command in (CLOCK, RETRACT):
            return None
        known, effective = amendments.known_of_target(recorded), amendments.effective_of_target(recorded)
        again = Command(fact, (), known, effective, today)
        return again if self._prepare is None else await self._prepare(again)
