"""An event that cannot be applied stops the projection or is set aside, by policy; it is never skipped unseen."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.bus.connection import Bus
from shared.bus.relay import Relay
from shared.bus.server import NatsServer
from shared.events.envelope import Recorded
from shared.ledger.port import Ledger
from shared.projecting import NotProjected
from shared.projecting.applying import FEW, MOST_ATTEMPTS
from shared.projecting.bookkeeping import attempts, parked
from shared.projecting.transient import is_transient
from tests.bus.support import PATIENCE, deposit, eventually, say
from tests.projecting.support import Heard, engine_at, remade, started


async def positions(heard: Heard, engine: AsyncEngine) -> list[int]:
    return [position for position, _ in await heard.rows(engine)]


async def test_poison_stops_a_projection_that_must_not_skip(
    bus: Bus, ledger: Ledger, relay: Relay, engine: AsyncEngine
) -> None:
    heard = Heard(policy="stop")
    heard.poison = {7}
    runner = await started(heard, engine, bus)
    await say(ledger, 20)

    with pytest.raises(NotProjected, match="cannot stomach 7"):
        await runner.wait_for("meetings", 20, timeout=PATIENCE)

    (row,) = runner.status()
    assert (row["state"], row["position"], row["parked"]) == ("stopped", 6, 0)
    assert "event 7 of meetings" in row["error"] and "MeetingScheduled" in row["error"]
    assert runner.fault()
    assert await positions(heard, engine) == [1, 2, 3, 4, 5, 6]
    assert heard.tries.count(7) <= MOST_ATTEMPTS + 1  # once within the batch
    await runner.stop()


async def test_one_poisoned_source_does_not_hold_up_another_projection(
    bus: Bus, ledger: Ledger, relay: Relay, engine: AsyncEngine
) -> None:
    sick, well = Heard(name="sick"), Heard(name="well")
    sick.poison = {2}
    runners = [await started(sick, engine, bus), await started(well, engine, bus)]
    head = await say(ledger, 5)

    await runners[1].wait_for("meetings", head, timeout=PATIENCE)
    await eventually(lambda: runners[0].status()[0]["state"] == "stopped")

    assert await positions(well, engine) == [1, 2, 3, 4, 5]
    assert await positions(sick, engine) == [1]
    for runner in runners:
        await runner.stop()


async def test_a_repaired_projection_goes_on_at_the_next_start(
    bus: Bus, ledger: Ledger, relay: Relay, engine: AsyncEngine
) -> None:
    heard = Heard(policy="stop")
    heard.poison = {3}
    head = await say(ledger, 5)
    for _ in range(2):  # the second start finds it poisonous still
        runner = await started(heard, engine, bus)
        with pytest.raises(NotProjected):
            await runner.wait_for("meetings", head, timeout=PATIENCE)
        await runner.stop()

    heard.poison = set()
    runner = await started(heard, engine, bus)
    await runner.wait_for("meetings", head, timeout=PATIENCE)

    assert await positions(heard, engine) == [1, 2, 3, 4, 5]
    await runner.stop()


async def test_a_rebuild_starts_a_stopped_projection_again(
    bus: Bus, ledger: Ledger, relay: Relay, engine: AsyncEngine
) -> None:
    heard = Heard(policy="stop")
    heard.poison = {3}
    runner = await started(heard, engine, bus)
    head = await say(ledger, 5)
    with pytest.raises(NotProjected):
        await runner.wait_for("meetings", head, timeout=PATIENCE)

    heard.poison = set()
    await remade(runner)
    await runner.wait_for("meetings", head, timeout=PATIENCE)

    assert await positions(heard, engine) == [1, 2, 3, 4, 5]
    await runner.stop()


async def test_poison_is_parked_with_every_later_event_about_the_same_state(
    bus: Bus, ledger: Ledger, relay: Relay, engine: AsyncEngine
) -> None:
    heard = Heard(policy="park")
    heard.poison = {2}
    runner = await started(heard, engine, bus)
    head = await deposit(ledger, "LAO", "ZMB", "NOR", "ZMB", "LAO", "ZMB")

    await runner.wait_for("meetings", head, timeout=PATIENCE)

    assert await positions(heard, engine) == [1, 3, 5]
    (row,) = runner.status()
    assert (row["state"], row["position"], row["parked"]) == ("running", 6, 3)
    async with engine.connect() as connection:
        kept = await connection.execute(select(parked.c.position, parked.c.key, parked.c.error))
        assert [tuple(one) for one in kept] == [
            (2, "ZMB", "ValueError: cannot stomach 2"),
            (4, "ZMB", "waits behind position 2"),
            (6, "ZMB", "waits behind position 2"),
        ]
    await runner.stop()


async def test_what_is_parked_stays_so_after_a_restart_and_goes_with_a_rebuild(
    bus: Bus, ledger: Ledger, relay: Relay, engine: AsyncEngine
) -> None:
    heard = Heard(policy="park")
    heard.poison = {1}
    runner = await started(heard, engine, bus)
    await runner.wait_for("meetings", await deposit(ledger, "ZMB", "LAO"), timeout=PATIENCE)
    await runner.stop()
    heard.poison = set()

    runner = await started(heard, engine, bus)
    await runner.wait_for("meetings", await deposit(ledger, "ZMB"), timeout=PATIENCE)
    assert await positions(heard, engine) == [2]
    assert runner.status()[0]["parked"] == 2

    await remade(runner)
    await runner.wait_for("meetings", 3, timeout=PATIENCE)
    assert await positions(heard, engine) == [1, 2, 3]
    assert runner.status()[0]["parked"] == 0
    await runner.stop()


class Watching(Heard):
    """Looks, while applying, at what a second connection sees of the bookkeeping."""

    def __init__(self, engine: AsyncEngine, file: Path) -> None:
        super().__init__()
        self.seen: list[tuple[int, int, int]] = []
        self._command = [
            sys.executable,
            "-c",
            "import sqlite3, sys\n"
            f"print(*sqlite3.connect('file:{file}?mode=ro', uri=True)"
            ".execute('SELECT first, last, attempts FROM projection_attempts').fetchone())",
        ]

    def apply(self, connection: Connection, events: Sequence[Recorded]) -> None:
        answer = subprocess.run(self._command, capture_output=True, text=True, check=True)
        first, last, tries = map(int, answer.stdout.split())
        self.seen.append((first, last, tries))
        super().apply(connection, events)


class Committing(Heard):
    """Notes how many transactions have changed the file before each batch."""

    def __init__(self) -> None:
        super().__init__()
        self.versions: list[int] = []

    def apply(self, connection: Connection, events: Sequence[Recorded]) -> None:
        file = connection.exec_driver_sql("PRAGMA database_list").one().file
        self.versions.append(int.from_bytes(Path(file).read_bytes()[24:28], "big"))  # its change counter
        super().apply(connection, events)


async def test_that_it_is_tried_is_committed_before_the_event_is_handled(
    bus: Bus, ledger: Ledger, relay: Relay, engine: AsyncEngine, tmp_path: Path
) -> None:
    heard = Watching(engine, tmp_path / "views.sqlite")
    heard.poison = {1}
    runner = await started(heard, engine, bus)
    await say(ledger, 1)
    await eventually(lambda: runner.status()[0]["state"] == "stopped")

    counted_afterwards, *counted_before = heard.seen
    assert counted_afterwards == (0, 0, 0)
    assert counted_before == [(1, 1, tries) for tries in range(2, MOST_ATTEMPTS + 1)]
    await runner.stop()


@pytest.mark.parametrize("ended", ["killed", "stopped"])
async def test_only_after_a_kill_are_a_few_events_gone_through_one_by_one(
    bus: Bus, ledger: Ledger, relay: Relay, engine: AsyncEngine, tmp_path: Path, ended: str
) -> None:
    runner = await started(Heard(), engine, bus)
    await runner.wait_for("meetings", await say(ledger, 1), timeout=PATIENCE)
    if ended == "stopped":
        await runner.stop()
    shutil.copy(tmp_path / "views.sqlite", tmp_path / "left.sqlite")
    left = engine_at(tmp_path / "left.sqlite")
    await runner.stop()
    head = await relay.wait_for(await say(ledger, 3 * FEW), timeout=PATIENCE)

    heard = Heard()
    runner = await started(heard, left, bus)
    await runner.wait_for("meetings", head, timeout=PATIENCE)

    one_by_one = list(takewhile(lambda batch: len(batch) == 1, heard.batches))
    assert len(one_by_one) == (FEW if ended == "killed" else 0)
    assert await positions(heard, left) == list(range(1, head + 1))
    await runner.stop()
    await left.dispose()


async def test_a_few_events_cost_one_commit(bus: Bus, ledger: Ledger, relay: Relay, engine: AsyncEngine) -> None:
    heard = Committing()
    runner = await started(heard, engine, bus)
    for _ in range(5):
        await runner.wait_for("meetings", await say(ledger, 1), timeout=PATIENCE)

    assert len(heard.versions) == 5
    first, last = heard.versions[0], heard.versions[-1]
    assert last - first == 4
    await runner.stop()


DEADLY = """
import asyncio, os, sys
from pathlib import Path
from shared.bus.connection import Bus
from tests.bus.support import PATIENCE
from tests.projecting.support import Heard, engine_at, started

class Deadly(Heard):
    def apply(self, connection, events):
        super().apply(connection, events)
        if 3 in [event.position for event in events]:
            os.kill(os.getpid(), 9)

async def main():
    bus = await Bus.connect(sys.argv[1], name="deadly")
    heard, engine = Deadly(policy=sys.argv[3]), engine_at(Path(sys.argv[2]))
    runner = await started(heard, engine, bus)
    try:
        await runner.wait_for("meetings", 5, timeout=PATIENCE)
    except TimeoutError as error:
        print(error)
    await runner.stop()
    await bus.close()

for _ in range(int(sys.argv[4])):  # each child is a fresh start of the process, without its imports
    child = os.fork()
    if child == 0:
        asyncio.run(main())
        sys.stdout.flush()
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    print("status", status, flush=True)
    if status == 0:
        break
"""


@pytest.mark.parametrize(("policy", "left"), [("stop", [1, 2]), ("park", [1, 2, 4, 5])])
async def test_an_event_that_kills_the_process_ends_no_more_than_a_few_starts(
    server: NatsServer,
    bus: Bus,
    ledger: Ledger,
    relay: Relay,
    engine: AsyncEngine,
    tmp_path: Path,
    policy: str,
    left: list[int],
) -> None:
    await relay.wait_for(await deposit(ledger, "LAO", "ZMB", "NOR", "FRA", "DEU"), timeout=PATIENCE)
    starts = MOST_ATTEMPTS + 2  # once within a batch, then alone as often as allowed, and once more

    done = subprocess.run(  # noqa: ASYNC221 - nothing else runs in this loop meanwhile
        [sys.executable, "-c", DEADLY, server.url, str(tmp_path / "views.sqlite"), policy, str(starts)],
        capture_output=True,
        text=True,
    )

    statuses = [int(line.split()[1]) for line in done.stdout.splitlines() if line.startswith("status")]
    assert statuses == [-signal.SIGKILL] * (starts - 1) + [0], done.stderr
    assert await positions(Heard(), engine) == left
    assert (policy == "stop") == ("it ended the process each time" in done.stdout)


@pytest.mark.parametrize(("few", "counted"), [(FEW, 0), (0, 1)])
async def test_a_locked_database_is_waited_for_and_counts_as_no_failure(
    bus: Bus,
    ledger: Ledger,
    relay: Relay,
    engine: AsyncEngine,
    monkeypatch: pytest.MonkeyPatch,
    few: int,
    counted: int,
) -> None:
    monkeypatch.setattr("shared.projecting.applying.FEW", few)

    class Locked(Heard):
        times = 2 * MOST_ATTEMPTS

        def apply(self, connection: Connection, events: Sequence[Recorded]) -> None:
            super().apply(connection, events)
            if self.times:
                self.times -= 1
                raise OperationalError("INSERT", {}, sqlite3.OperationalError("database is locked"))

    heard = Locked(policy="stop")
    runner = await started(heard, engine, bus)
    await runner.wait_for("meetings", await say(ledger, 1), timeout=PATIENCE)

    assert await positions(heard, engine) == [1]
    async with engine.connect() as connection:
        assert (await connection.execute(select(attempts.c.attempts))).scalar_one() == counted
    await runner.stop()


async def test_a_wrong_statement_is_no_transient_failure(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        with pytest.raises(OperationalError) as missing:
            await connection.execute(text("SELECT * FROM nowhere"))
    assert not is_transient(missing.value)
    assert not is_transient(ValueError("no"))
    assert is_transient(ConnectionResetError())
