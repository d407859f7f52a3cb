"""Many writers and a polling reader: nothing lost, no hole, no disorder; and the same reader loses with a sequence."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import chain

import psycopg
import pytest

from shared.database import libpq_url
from shared.ledger.planning import plan, prepare
from shared.ledger.port import Appended, Ledger, VersionConflict
from tests.contracts.builders import NAME, ORIGIN, backdoor, command, ledger_on, store_on
from tests.contracts.following import Follower
from tests.contracts.processes import acknowledgements, writing
from tests.contracts.writing import contend


def follower(ledger: Ledger) -> Follower:
    async def read(after: int) -> Sequence[tuple[int, str]]:
        return [(one.position, one.id) for one in await ledger.read(after, limit=50)]

    return Follower(read)


async def follow(reader: Follower, done: asyncio.Event) -> None:
    while not done.is_set():
        await reader.poll()
        await asyncio.sleep(0.005)


async def stored(ledger: Ledger) -> list[tuple[int, str]]:
    everything = await ledger.read(limit=1_000_000)
    return [(one.position, one.id) for one in everything]


async def roll_back(database: str, times: int) -> None:
    """Take the next position, write there, and give up, as a process does that dies before its commit."""

    def once() -> None:
        with backdoor(database) as way_in:
            way_in.execute("BEGIN IMMEDIATE" if way_in.sqlite else "BEGIN")
            locked = "SELECT position FROM head" + ("" if way_in.sqlite else " FOR UPDATE")
            ((position,),) = way_in.execute(locked)
            way_in.execute(
                "INSERT INTO events (position, id, stream, version, type, schemaversion, knowntime, recordedtime, raw,"
                " hash) VALUES (?, ?, 'given up', 1, 't', 1, '', '', ?, ?)",
                *(position + 1, "given up", b"{}", b""),
            )
            way_in.execute("UPDATE head SET position = position + 1, recordedtime = '9999'")
            way_in.execute("ROLLBACK")

    for _ in range(times):
        await asyncio.to_thread(once)


async def test_eight_writers_lose_nothing_and_leave_no_hole(ledger: Ledger, database: str) -> None:
    second = ledger_on(database)  # half of them go through another appender, as in a second process
    await second.start()
    reader, done = follower(ledger), asyncio.Event()
    following = asyncio.create_task(follow(reader, done))

    writers = [contend((ledger, second)[n % 2], f"w{n}", 30) for n in range(8)]
    acknowledged, _ = await asyncio.gather(asyncio.gather(*writers), roll_back(database, 20))
    done.set()
    await following
    while len(reader.seen) < (await ledger.head()).position:
        await reader.poll()

    everything = await stored(ledger)
    assert sorted(chain.from_iterable(acknowledged)) == everything
    assert reader.missed(everything) == [] and reader.in_order_without_a_hole()
    assert (await ledger.verify()).fault is None
    await second.stop()


async def test_eight_processes_lose_nothing_and_leave_no_hole(database: str) -> None:
    ledger = ledger_on(database)
    await ledger.start()
    reader, done = follower(ledger), asyncio.Event()
    following = asyncio.create_task(follow(reader, done))
    process = await writing(database, "p", 8, 15)
    (output, _), _ = await asyncio.gather(process.communicate(), roll_back(database, 20))
    done.set()
    await following
    while len(reader.seen) < (await ledger.head()).position:
        await reader.poll()

    everything = await stored(ledger)
    assert process.returncode == 0
    assert sorted(acknowledgements(output)) == everything
    assert reader.missed(everything) == [] and reader.in_order_without_a_hole()
    assert (await ledger.verify()).fault is None
    await ledger.stop()


async def test_a_reader_sees_nothing_beyond_a_writer_that_stalls_before_its_commit(
    ledger: Ledger, database: str
) -> None:
    stalled = prepare(command("stalled"), ledger=NAME, source=f"{ORIGIN}/{NAME}")
    store = store_on(database)
    await asyncio.to_thread(store.open)
    other = ledger_on(database)
    await other.start()
    seen = await asyncio.to_thread(store.begin, [stalled.command.key], [stalled.command.stream])
    planned = plan([stalled], seen, datetime.now(UTC), ledger=NAME)  # position 1 is taken, not yet committed
    reader = follower(ledger)

    quick = asyncio.create_task(other.append(command("quick")))
    for _ in range(20):
        await reader.poll()
        await asyncio.sleep(0.005)
    assert reader.seen == [] and not quick.done()
    await asyncio.to_thread(store.commit, planned)
    await quick
    await reader.poll()

    assert reader.missed(await stored(ledger)) == [] and reader.in_order_without_a_hole()
    await asyncio.to_thread(store.close)
    await other.stop()


async def test_the_same_reader_loses_an_event_that_a_sequence_numbered(postgres_url: str) -> None:
    """The control: the interleaving above, on a table that counts with bigserial, must show a loss."""
    url = libpq_url(postgres_url)
    async with (
        await psycopg.AsyncConnection.connect(url) as stalled,
        await psycopg.AsyncConnection.connect(url, autocommit=True) as quick,
    ):
        await quick.execute("CREATE TABLE naive (position bigserial PRIMARY KEY, id text NOT NULL)")

        async def read(after: int) -> Sequence[tuple[int, str]]:
            found = await quick.execute("SELECT position, id FROM naive WHERE position > %s ORDER BY 1", [after])
            return [(position, id) for position, id in await found.fetchall()]

        reader = Follower(read)
        await stalled.execute("INSERT INTO naive (id) VALUES ('stalled')")
        await quick.execute("INSERT INTO naive (id) VALUES ('quick')")
        await reader.poll()
        await stalled.commit()
        await reader.poll()

        assert reader.seen == [(2, "quick")]
        assert reader.missed(await read(0)) == [(1, "stalled")]
        assert not reader.in_order_without_a_hole()


@pytest.mark.parametrize("standing", [0, 1])
async def test_one_of_sixty_four_writers_wins_a_version(ledger: Ledger, database: str, standing: int) -> None:
    for version in range(standing):
        await ledger.append(command(expected=version))
    second = ledger_on(database)
    await second.start()

    verdicts = await asyncio.gather(
        *((ledger, second)[n % 2].append(command(expected=standing, key=f"writer {n}")) for n in range(64)),
        return_exceptions=True,
    )

    assert sum(isinstance(verdict, Appended) for verdict in verdicts) == 1
    losers = [verdict for verdict in verdicts if isinstance(verdict, VersionConflict)]
    assert [loser.actual for loser in losers] == [standing + 1] * 63
    await second.stop()


async def test_one_key_sent_to_two_appenders_at_once_stores_one_command(ledger: Ledger, database: str) -> None:
    second = ledger_on(database)
    await second.start()

    for turn in range(10):
        asked = command(f"c{turn}", key=f"key {turn}")
        verdicts = await asyncio.gather(*((ledger, second)[n % 2].append(asked) for n in range(4)))
        assert sorted(verdict.replayed for verdict in verdicts) == [False, True, True, True]
        assert {verdict.ids for verdict in verdicts} == {verdicts[0].ids}
    assert (await ledger.head()).position == 10
    await second.stop()
