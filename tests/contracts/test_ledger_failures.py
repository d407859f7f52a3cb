"""Processes that are killed, disks that are full or fail, servers that hang up: what was acknowledged stands."""

from __future__ import annotations

import asyncio
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from shared.database import sqlite_path
from shared.ledger.appender import Appender
from shared.ledger.port import AppendFailed, Ledger, LedgerBroken
from tests.contracts.builders import backdoor, command, ledger_on
from tests.contracts.processes import acknowledgements, writing


async def test_a_killed_process_loses_nothing_that_it_acknowledged(database: str) -> None:
    acknowledged: list[tuple[int, str]] = []
    for round in range(3):
        process = await writing(database, f"round{round}-", 1, 100_000)
        assert process.stdout is not None
        heard = b"".join([await process.stdout.readline() for _ in range(20)])
        for writer in psutil.Process(process.pid).children():
            writer.kill()
        heard += await process.stdout.read()
        await process.wait()
        acknowledged += acknowledgements(heard)

    ledger = ledger_on(database)
    await ledger.start()
    verified, everything = await ledger.verify(), await ledger.read(limit=1_000_000)
    after = await ledger.append(command("afterwards"))
    await ledger.stop()

    assert verified.fault is None
    assert len(acknowledged) >= 60
    assert set(acknowledged) <= {(one.position, one.id) for one in everything}
    assert after.first == verified.checked + 1


@contextmanager
def no_file_grows_beyond(size: int) -> Iterator[None]:
    """Writes beyond this size fail with EFBIG, which SQLite reports as an input/output error."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def sqlite(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'reports.sqlite'}"


async def test_after_a_failed_write_the_ledger_takes_nothing_more_until_it_is_started_again(sqlite: str) -> None:
    ledger = ledger_on(sqlite)
    await ledger.start()
    await ledger.append(command("before"))
    with no_file_grows_beyond(sqlite_path(sqlite).stat().st_size):
        failed = await asyncio.gather(
            *(ledger.append(command(f"c{n}", detail="x" * 100_000)) for n in range(3)), return_exceptions=True
        )
    with pytest.raises(LedgerBroken):
        await ledger.append(command("after"))
    still_read = await ledger.read()
    await ledger.stop()

    assert [type(verdict) for verdict in failed] == [LedgerBroken] * 3
    assert len(still_read) == 1
    again = ledger_on(sqlite)
    await again.start()
    assert (await again.append(command("after"))).first == 2
    assert (await again.verify()).fault is None
    await again.stop()


async def test_a_full_database_fails_the_whole_group_and_goes_on_when_there_is_room(sqlite: str) -> None:
    ledger = ledger_on(sqlite)
    await ledger.start()
    await ledger.append(command("before"))
    await limit_pages(ledger, 1)
    full = await asyncio.gather(
        *(ledger.append(command(f"c{n}", detail="x" * 100_000)) for n in range(3)), return_exceptions=True
    )
    head = await ledger.head()
    await limit_pages(ledger, 1_000_000)

    assert [type(verdict) for verdict in full] == [AppendFailed] * 3
    assert head.position == 1
    assert (await ledger.append(command("c0"))).first == 2
    assert (await ledger.verify()).fault is None
    await ledger.stop()


async def limit_pages(ledger: Ledger, pages: int) -> None:
    """The database file may hold so many pages (never fewer than it does): the next one is refused as SQLITE_FULL."""
    appender: Appender = ledger._appender  # type: ignore[attr-defined]  # the limit belongs to its connection
    await appender.run(lambda store: store._connection.execute(f"PRAGMA max_page_count = {pages}"))  # type: ignore


async def test_a_connection_the_server_cut_off_is_replaced(postgres_url: str) -> None:
    ledger = ledger_on(postgres_url)
    await ledger.start()
    await ledger.append(command("before"))
    with backdoor(postgres_url) as way_in:
        way_in.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid()"
        )

    assert len(await ledger.read()) == 1
    assert (await ledger.append(command("after"))).first == 2
    assert (await ledger.verify()).fault is None
    await ledger.stop()


async def test_a_group_that_the_database_does_not_take_leaves_nothing(database: str) -> None:
    ledger = ledger_on(database)
    await ledger.start()
    await ledger.append(command("before"))
    with backdoor(database) as way_in:
        way_in.execute("ALTER TABLE keys RENAME TO hidden")
        failed = await asyncio.gather(*(ledger.append(command(c)) for c in "abc"), return_exceptions=True)
        way_in.execute("ALTER TABLE hidden RENAME TO keys")

    assert [type(verdict) for verdict in failed] == [AppendFailed] * 3
    assert [(await ledger.append(command(c))).first for c in "abc"] == [2, 3, 4]
    assert (await ledger.verify()).fault is None
    await ledger.stop()
