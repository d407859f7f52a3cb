"""A subscriber that keeps the members of a figure up to date from events alone: docs/subscribe.md as a program.

    python subscriber.py acme.json --gateway http://127.0.0.1:8000

`acme.json` is what `stocktake subscribers add acme --json` printed. Each line on standard output is the answer as of
the positions that it names; what was lost, and how it was healed, stands on standard error. Stop it and start it again:
it goes on where it was, by its journal.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.client import JetStreamContext

from feed import pages
from figure import NotUnderstood, NotYet, members
from journal import CloudEvent, Journal

BATCH = 100
PATIENCE = 5.0
"""Seconds to wait for a message before looking at the heartbeat."""

SILENCE = 180.0
"""Seconds without a heartbeat after which the feed is asked."""


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


class Answers:
    """Writes the members as a line of JSON, whenever the events held make it another one."""

    def __init__(self, journal: Journal, indicator: str, meeting: str) -> None:
        self._journal, self._indicator, self._meeting, self._said = journal, indicator, meeting, ""

    def show(self) -> None:
        try:
            found = members([one["data"] for one in self._journal.events.values()], self._indicator, self._meeting)
        except NotYet:
            return
        positions = dict(sorted(self._journal.through.items()))
        answer = {"indicator": self._indicator, "meeting": self._meeting, "positions": positions, "members": found}
        if (line := json.dumps(answer)) != self._said:
            print(line, flush=True)
            self._said = line


class Listener:
    """Hears one ledger on its durable consumer, and heals over the feed what it finds missing."""

    def __init__(self, consumer: dict[str, str], subjects: list[str], gateway: str, journal: Journal) -> None:
        self.ledger = consumer["ledger"]
        self._consumer, self._gateway, self._journal = consumer, gateway, journal
        self._subjects = [one for one in subjects if one.split(".")[1] == self.ledger]
        self._whole = f"ccm.{self.ledger}.*.*" in self._subjects
        self._head, self._beat = 0, time.monotonic()

    async def run(self, nc: Client, js: JetStreamContext, answers: Answers) -> None:
        """Begin with the feed, go on with NATS, without end."""
        await nc.subscribe(self._consumer["heartbeat"], cb=self._heartbeat)
        await self.heal(f"held up to {self._through}")
        answers.show()
        messages = await js.pull_subscribe_bind(self._consumer["durable"], stream=self._consumer["stream"])
        while True:
            try:
                await self._take(await messages.fetch(BATCH, timeout=PATIENCE))
            except TimeoutError:  # nats-py's own is one, too
                await self._look_at_the_heartbeat()
            except (NatsError, OSError) as fault:
                if nc.is_closed or isinstance(fault, HTTPError):
                    raise
                say(f"{self.ledger}: no messages now: {fault!r}")
                await asyncio.sleep(1)
            answers.show()

    @property
    def _through(self) -> int:
        return self._journal.through.get(self.ledger, 0)

    async def _take(self, batch: list[Msg]) -> None:
        """Keep what the messages say, and only then acknowledge them."""
        events = [json.loads(message.data) for message in batch]
        if self._whole:
            await self._in_sequence(events)
        else:  # holes are all the time: only the feed says how far nothing is missing
            self._journal.keep(self.ledger, events, self._through)
        for message in batch:
            await message.ack()

    async def _in_sequence(self, events: list[CloudEvent]) -> None:
        """Of a whole ledger `sequence` goes up by one: what is held already is a repeat, a leap is a hole."""
        run: list[CloudEvent] = []
        for event in events:
            position, expected = int(event["sequence"]), self._through + len(run) + 1
            if position > expected:
                self._keep(run)
                run = []
                await self.heal(f"a hole from {expected} to {position - 1}")
            elif position == expected:
                run.append(event)
        self._keep(run)

    def _keep(self, run: list[CloudEvent]) -> None:
        self._journal.keep(self.ledger, run, self._through + len(run))

    async def heal(self, why: str) -> None:
        """Read the feed from where the ledger is whole to its end, and say what of it was new."""
        new = 0
        for page in await self._pages(self._through):
            new += self._journal.keep(self.ledger, page["events"], page["through"])
        say(f"{self.ledger}: {why}: {new} more events from the feed; whole up to {self._through}")

    async def _pages(self, after: int) -> list[dict[str, Any]]:
        """The pages of the feed; as long as the gateway is away, they are asked for again."""
        while True:
            try:
                return await asyncio.to_thread(lambda: list(pages(self._gateway, self.ledger, after, self._subjects)))
            except OSError as fault:
                if isinstance(fault, HTTPError) and fault.code < 500:
                    raise
                say(f"{self.ledger}: no feed now: {fault}")
                await asyncio.sleep(PATIENCE)

    async def _heartbeat(self, message: Msg) -> None:
        self._head, self._beat = json.loads(message.data)["head"], time.monotonic()

    async def _look_at_the_heartbeat(self) -> None:
        """Nothing waits for us. Has the ledger come further than we are whole, the feed tells what was there."""
        if self._head > self._through:
            await self.heal(f"the heartbeat says {self._head}, whole up to {self._through}")
        elif time.monotonic() - self._beat > SILENCE:
            self._beat = time.monotonic()
            await self.heal(f"no heartbeat for {SILENCE:.0f} s")


async def listen(needs: dict[str, Any], gateway: str, journal: Journal, answers: Answers) -> None:
    """Hear every ledger that is granted. Raises when there is nothing to hope for: a revoked key, for one."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    refused: asyncio.Future[None] = loop.create_future()

    async def trouble(fault: Exception) -> None:
        say(f"NATS: {fault!r}")  # it connects again by itself
        if "authorization" in str(fault).lower() and not refused.done():
            refused.set_exception(fault)

    nc = Client()
    key = {"nkeys_seed_str": needs["seed"], "inbox_prefix": needs["inboxPrefix"]}
    async with asyncio.TaskGroup() as group:
        group.create_task(forever(refused))
        await nc.connect(needs["server"], error_cb=trouble, **key)
        js = nc.jetstream(prefix=needs["apiPrefix"])
        for consumer in needs["consumers"]:
            group.create_task(Listener(consumer, needs["subjects"], gateway, journal).run(nc, js, answers))


async def forever(unless: asyncio.Future[None]) -> None:
    """Raise what the future is told, if ever."""
    await unless


def stop() -> None:
    """End at once: what is acknowledged is on the disk, and nobody waits for a task that does not hear of its end."""
    say("stopped")
    os._exit(0)


def main() -> int:
    told = argparse.ArgumentParser(description="Keep the members of a figure up to date from events alone.")
    told.add_argument("needs", type=Path, help="what `stocktake subscribers add NAME --json` printed")
    told.add_argument("--gateway", default="http://127.0.0.1:8000", help="where the feed is")
    told.add_argument("--journal", type=Path, default=Path("journal.jsonl"), help="what was heard, kept for a restart")
    told.add_argument("--indicator", default="LAP-40.1")
    told.add_argument("--meeting", default="13MSP")
    wanted = told.parse_args()
    journal = Journal(wanted.journal)
    answers = Answers(journal, wanted.indicator, wanted.meeting)
    needs = json.loads(wanted.needs.read_text())
    faults: list[Exception] = []
    try:
        asyncio.run(listen(needs, wanted.gateway, journal, answers))
    except* (NatsError, OSError, NotUnderstood) as group:
        faults += group.exceptions
    for fault in faults:
        say(str(fault) or repr(fault))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
