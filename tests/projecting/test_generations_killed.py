"""kill -9 before each commit of a rebuild, a switch and a rollback: what is there afterwards is whole and goes on."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

from shared.bus.connection import Bus
from shared.bus.relay import Relay
from shared.bus.server import NatsServer
from shared.ledger.port import Ledger
from shared.projecting import ProjectionRunner
from tests.bus.support import PATIENCE, say, whole
from tests.projecting.support import Heard, engine_at, remade, started

KILLED = """
import asyncio, os, shutil, sys
from pathlib import Path
from sqlalchemy import event
from shared.bus.connection import Bus
from tests.bus.support import PATIENCE
from tests.projecting.support import Heard, engine_at, remade, started

url, folder = sys.argv[1], Path(sys.argv[2])

async def main(file, last):
    bus, engine = await Bus.connect(url, name="killed"), engine_at(file)
    commits = 0

    @event.listens_for(engine.sync_engine, "commit")
    def _(connection):
        nonlocal commits
        commits += 1
        if commits == last:
            os.kill(os.getpid(), 9)

    runner = await started(Heard(), engine, bus)
    await runner.wait_for("meetings", 3, PATIENCE)
    await remade(runner)
    await runner.roll_back()
    await runner.rebuild()
    await runner.stop()
    await bus.close()

for last in range(1, 100):
    file = folder / f"killed-{last}.sqlite"
    shutil.copy(folder / "before.sqlite", file)
    child = os.fork()
    if child == 0:
        asyncio.run(main(file, last))
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    print("status", status, flush=True)
    if status != -9:
        break
"""


def whole_pointer(file: Path) -> str:
    """Assert that every generation the pointer names has its table and its place; which of them there are."""
    with sqlite3.connect(file) as database:
        (row,) = database.execute("SELECT live, candidate, previous FROM projection_generations").fetchall()
        named = {number for number in row if number is not None}
        stored = {
            name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE name LIKE 'heard_rows_g%'")
        }
        kept = {number for (number,) in database.execute("SELECT generation FROM projection_positions")}
        known = {number for (number,) in database.execute("SELECT generation FROM projection_tables")}
        for number in named:
            held = database.execute(f"SELECT position FROM heard_rows_g{number} ORDER BY row").fetchall()
            (stand,) = database.execute("SELECT position FROM projection_positions WHERE generation = ?", (number,))
            assert [position for (position,) in held] == list(range(1, stand[0] + 1))
    assert stored == {f"heard_rows_g{number}" for number in named}
    assert kept == known == named
    return ",".join("-" if number is None else str(number) for number in row)


async def test_kill_9_before_each_commit_of_rebuild_switch_and_rollback(
    server: NatsServer, bus: Bus, ledger: Ledger, relay: Relay, tmp_path: Path
) -> None:
    await relay.wait_for(await say(ledger, 3), timeout=PATIENCE)
    before = engine_at(tmp_path / "before.sqlite")
    runner = await started(Heard(), before, bus)
    await runner.wait_for("meetings", 3, PATIENCE)
    await runner.stop()
    await before.dispose()

    done = subprocess.run(  # noqa: ASYNC221 - nothing else runs in this loop meanwhile
        [sys.executable, "-c", KILLED, server.url, str(tmp_path)], capture_output=True, text=True
    )

    statuses = [int(line.split()[1]) for line in done.stdout.splitlines() if line.startswith("status")]
    assert len(statuses) > 5
    assert statuses == [-signal.SIGKILL] * (len(statuses) - 1) + [0], done.stderr
    files = [tmp_path / f"killed-{number}.sqlite" for number in range(1, len(statuses) + 1)]
    assert {whole_pointer(file) for file in files} == {"1,-,-", "1,2,-", "2,-,1", "1,3,-"}, "each step was caught"
    for file in files:
        await _goes_on(file, bus, ledger)


async def _goes_on(file: Path, bus: Bus, ledger: Ledger) -> None:
    """Started again, it finishes what was begun, and its rows are the fold of the ledger."""
    heard, engine = Heard(), engine_at(file)
    runner: ProjectionRunner = await started(heard, engine, bus)
    await runner.wait_for("meetings", 3, PATIENCE)
    roles = {row["role"] for row in runner.overview()}
    if "candidate" in roles:
        await runner.wait_built(PATIENCE)
        await runner.switch()
    elif "previous" in roles:
        await runner.roll_back()
    else:
        await remade(runner)
    assert await heard.rows(engine) == [(event.position, event.id) for event in await whole(ledger)]
    await runner.stop()
    await engine.dispose()
