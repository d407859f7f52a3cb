"""What a ledger promises a single caller, on every database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.events.envelope import GENESIS, canonical, chain_hash, stored_object
from shared.events.registry import UPCASTERS, BrokenUpcasterChain
from shared.ledger import open_ledger, opening
from shared.ledger.port import Append, Appended, KeyReused, Ledger, LedgerClosed, Selection, VersionConflict
from shared.ledger.schema import NewerLedger
from tests.contracts.builders import ORIGIN, backdoor, command, ledger_on, said

STREAM = command().stream


async def test_events_are_stored_one_after_another_from_position_one(ledger: Ledger) -> None:
    first = await ledger.append(command("a", events=2))
    second = await ledger.append(command("b"))

    assert (first.first, first.last, first.version, first.replayed) == (1, 2, 2, False)
    assert (second.first, second.last, second.version) == (3, 3, 1)
    recorded = await ledger.read()
    assert [one.position for one in recorded] == [1, 2, 3]
    assert tuple(one.id for one in recorded) == first.ids + second.ids


async def test_the_stored_bytes_are_the_canonical_bytes_of_the_envelope(database: str) -> None:
    now = datetime(2026, 11, 21, 10, 0, 0, 123456, tzinfo=UTC)
    ledger = ledger_on(database, clock=lambda: now)
    await ledger.start()
    appended = await ledger.append(command(detail="ça va \u2028 \t", actor="opérateur \U0001f600", traceparent="00-1"))
    (recorded,) = await ledger.read()
    await ledger.stop()

    expected = stored_object(
        said("workplan.annual", "ça va \u2028 \t"),
        id=appended.ids[0],
        source=f"{ORIGIN}/reports",
        version=1,
        position=1,
        recordedtime=now,
        actor="opérateur \U0001f600",
    )
    assert recorded.raw == canonical(expected)
    assert recorded.hash == chain_hash(GENESIS, recorded.raw)
    assert recorded.traceparent == "00-1"


async def test_an_empty_ledger_has_a_head_at_zero(ledger: Ledger) -> None:
    head = await ledger.head()

    assert (head.ledger, head.position, head.hash, head.recordedtime) == ("reports", 0, GENESIS.hex(), None)
    assert not await ledger.read() and not await ledger.tail() and not await ledger.read_stream(STREAM)


async def test_the_head_is_the_last_event(ledger: Ledger) -> None:
    await ledger.append(command(events=3))

    head, (last,) = await ledger.head(), await ledger.tail(1)
    assert (head.position, head.hash, head.recordedtime) == (3, last.hash.hex(), last.recordedtime)


async def test_events_are_found_by_position_stream_and_id(ledger: Ledger) -> None:
    for code in "abc":
        await ledger.append(command(code, events=2))

    assert [one.position for one in await ledger.read(after=1, limit=3)] == [2, 3, 4]
    assert [one.position for one in await ledger.read(after=6)] == []
    assert [one.position for one in await ledger.tail(2)] == [5, 6]
    assert [one.version for one in await ledger.read_stream(command("b").stream)] == [1, 2]
    third = (await ledger.read(after=2, limit=1))[0]
    assert await ledger.find(third.id) == third
    assert await ledger.find("no such id") is None


async def test_a_command_said_again_gets_the_same_answer_and_adds_nothing(ledger: Ledger) -> None:
    first = await ledger.append(command(events=2))
    again = await ledger.append(command(events=2))

    assert again == Appended("reports", STREAM, 2, 1, 2, first.ids, replayed=True)
    assert await ledger.answered("workplan.annual@0", "body") == again
    assert (await ledger.head()).position == 2


async def test_a_command_is_answered_again_after_a_restart(database: str) -> None:
    before = ledger_on(database)
    await before.start()
    first = await before.append(command())
    await before.stop()

    after = ledger_on(database)
    await after.start()
    assert await after.append(command()) == Appended("reports", STREAM, 1, 1, 1, first.ids, replayed=True)
    await after.stop()


async def test_a_key_used_for_another_body_is_refused(ledger: Ledger) -> None:
    await ledger.append(command())

    with pytest.raises(KeyReused):
        await ledger.append(command(body="another"))
    with pytest.raises(KeyReused):
        await ledger.answered("workplan.annual@0", "another")
    assert await ledger.answered("new", "body") is None
    assert (await ledger.head()).position == 1


@pytest.mark.parametrize(("standing", "expected", "accepted"), [
    (0, 0, True), (0, 1, False), (1, 0, False), (1, 1, True), (2, 1, False), (2, 2, True), (2, 3, False),
])  # fmt: skip
async def test_only_a_decision_on_the_streams_present_version_is_stored(
    ledger: Ledger, standing: int, expected: int, accepted: bool
) -> None:
    for version in range(standing):
        await ledger.append(command(expected=version))

    decided = command(expected=expected, key="decision")
    if accepted:
        assert (await ledger.append(decided)).version == standing + 1
    else:
        with pytest.raises(VersionConflict) as conflict:
            await ledger.append(decided)
        assert (conflict.value.expected, conflict.value.actual) == (expected, standing)
        assert (await ledger.head()).position == standing


async def test_a_refused_command_leaves_its_key_unused(ledger: Ledger) -> None:
    await ledger.append(command())
    with pytest.raises(VersionConflict):
        await ledger.append(command(expected=0, key="decision"))

    assert not (await ledger.append(command(expected=1, key="decision"))).replayed


async def test_each_command_of_a_group_has_its_own_verdict(ledger: Ledger) -> None:
    await ledger.append(command("taken"))

    verdicts = await asyncio.gather(
        ledger.append(command("a", key="one")),
        ledger.append(command("taken", key="two")),  # the stream has moved on
        ledger.append(command("a", key="one")),  # the same command twice in the group
        ledger.append(command("b", key="one", body="another")),
        ledger.append(command("b", key="three", actor="\ud800")),  # has no canonical bytes
        ledger.append(command("b", key="four", events=2)),
        ledger.append(command("b", key="five", expected=2)),  # builds on its neighbour
        return_exceptions=True,
    )

    kinds = [type(verdict).__name__ for verdict in verdicts]
    assert kinds == [
        "Appended", "VersionConflict", "Appended", "KeyReused", "CanonicalizationError", "Appended", "Appended",
    ]  # fmt: skip
    assert isinstance(verdicts[2], Appended) and verdicts[2].replayed
    assert [one.position for one in await ledger.read()] == [1, 2, 3, 4, 5]
    assert (await ledger.verify()).fault is None


@pytest.mark.parametrize(
    "spoil",
    [
        lambda good: Append(good.stream, 0, (), "key", "body", "operator"),
        lambda good: Append("another-stream", 0, good.events, "key", "body", "operator"),
        lambda good: Append(good.stream, 0, good.events, "a \0 key", "body", "operator"),
        lambda good: Append(good.stream, 0, good.events, "a \udfff key", "body", "operator"),
    ],
    ids=["no event", "another stream's event", "NUL in the key", "lone surrogate in the key"],
)
async def test_what_no_database_could_store_is_refused_before_it_reaches_one(
    ledger: Ledger, spoil: Callable[[Append], Append]
) -> None:
    with pytest.raises(ValueError):
        await ledger.append(spoil(command()))

    assert (await ledger.head()).position == 0


async def test_a_clock_set_back_never_reorders_the_record(database: str) -> None:
    noon = datetime(2026, 11, 21, 12, tzinfo=UTC)
    times = [noon, noon - timedelta(days=400), noon + timedelta(seconds=1), noon]
    ledger = ledger_on(database, clock=lambda: times.pop(0))
    await ledger.start()
    for code in "abcd":
        await ledger.append(command(code))
    recorded = [one.recordedtime - noon for one in await ledger.read()]
    verified = await ledger.verify()
    await ledger.stop()

    assert recorded == [timedelta(0), timedelta(0), timedelta(seconds=1), timedelta(seconds=1)]
    assert verified.fault is None


async def test_who_waits_for_the_head_is_woken_by_an_append(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "POLL_SECONDS", 3600)  # so that nothing but the append can wake anybody
    waiting = asyncio.create_task(ledger.wait_beyond(0, timeout=3600))
    await asyncio.sleep(0)
    await ledger.append(command())

    assert await asyncio.wait_for(waiting, timeout=60) == 1
    assert await ledger.wait_beyond(0, timeout=60) == 1  # it already is beyond
    assert await ledger.wait_beyond(1, timeout=0.01) == 1


async def test_who_waits_for_the_head_hears_of_another_processes_append(ledger: Ledger, database: str) -> None:
    other = ledger_on(database)
    await other.start()
    waiting = asyncio.create_task(ledger.wait_beyond(0, timeout=60))
    await other.append(command())

    assert await waiting == 1
    await other.stop()


async def test_ledgers_that_start_at_the_same_time_do_not_collide(database: str) -> None:
    ledgers = [ledger_on(database) for _ in range(4)]
    await asyncio.gather(*(one.start() for one in ledgers))
    await asyncio.gather(*(one.append(command(f"c{n}")) for n, one in enumerate(ledgers)))

    assert [(await one.head()).position for one in ledgers] == [4, 4, 4, 4]
    await asyncio.gather(*(one.stop() for one in ledgers))


async def test_the_ledgers_of_several_services_start_at_the_same_time(database: str) -> None:
    names = ("reports", "meetings", "indicators")
    own = [database.replace("reports.sqlite", f"{name}.sqlite") for name in names]
    ledgers = [open_ledger(name, origin=ORIGIN, database=url) for name, url in zip(names, own, strict=True)]
    await asyncio.gather(*(one.start() for one in ledgers))

    assert [(await one.head()).ledger for one in ledgers] == list(names)
    await asyncio.gather(*(one.stop() for one in ledgers))


async def test_what_is_queued_when_the_ledger_stops_is_stored_and_what_comes_later_refused(database: str) -> None:
    ledger = ledger_on(database)
    with pytest.raises(LedgerClosed):
        await ledger.append(command())
    await ledger.start()
    queued = [asyncio.create_task(ledger.append(command(f"c{n}"))) for n in range(20)]
    await asyncio.sleep(0)
    await ledger.stop()

    assert sorted(appended.last for appended in await asyncio.gather(*queued)) == list(range(1, 21))
    with pytest.raises(LedgerClosed):
        await ledger.append(command())


async def test_whoever_stops_waiting_for_an_answer_does_not_undo_the_command(ledger: Ledger) -> None:
    given_up = asyncio.create_task(ledger.append(command()))
    await asyncio.sleep(0)
    given_up.cancel()

    assert (await ledger.append(command())).replayed
    assert (await ledger.head()).position == 1


async def test_a_ledger_migrated_by_a_later_version_is_left_alone(ledger: Ledger, database: str) -> None:
    with backdoor(database) as way_in:
        way_in.execute("UPDATE ledger_schema SET version_num = '9999'")

    with pytest.raises(NewerLedger):
        await ledger_on(database).start()


async def test_a_ledger_does_not_start_over_a_broken_upcaster_chain(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(UPCASTERS, ("ccm.reports.ReportSubmitted", 1), lambda data: data)

    with pytest.raises(BrokenUpcasterChain):
        await ledger_on(database).start()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET traceparent = 'x' WHERE position = 1",
        "DELETE FROM events WHERE position = 2",
        "UPDATE keys SET body_hash = 'x'",
        "DELETE FROM keys",
        "UPDATE head SET position = 1",
        "UPDATE head SET position = position",
        "DELETE FROM head",
    ],
)
async def test_the_database_itself_refuses_to_change_the_record(ledger: Ledger, database: str, statement: str) -> None:
    await ledger.append(command(events=2))

    with backdoor(database) as way_in, pytest.raises(way_in.refusal, match="refused"):
        way_in.execute(statement)
    assert (await ledger.verify()).fault is None


async def test_the_database_itself_refuses_the_back_doors_of_its_own_dialect(ledger: Ledger, database: str) -> None:
    await ledger.append(command(events=2))

    with backdoor(database) as way_in:
        row = "position, id, stream, version, type, schemaversion, knowntime, recordedtime, raw, hash"
        sly = [f"INSERT OR REPLACE INTO events ({row}) SELECT {row} FROM events WHERE position = 1"]
        for statement in sly if way_in.sqlite else ["TRUNCATE events", "TRUNCATE keys", "TRUNCATE head"]:
            with pytest.raises(way_in.refusal, match="refused"):
                way_in.execute(statement)
    assert (await ledger.verify()).fault is None


async def test_events_are_selected_by_type_and_state_a_page_at_a_time(ledger: Ledger) -> None:
    for code in ("a", "b", "c"):
        await ledger.append(command(code))
    kind = "ccm.reports.PracticeReported"

    async def positions(**wanted: Any) -> tuple[list[int], int]:
        found, total = await ledger.select(Selection(**wanted))
        return [one.position for one in found], total

    assert await positions(type=kind, subject="LAO", limit=2) == ([1, 2], 3)
    assert await positions(type=kind, after=2) == ([3], 3)
    assert await positions(newest_first=True, limit=2) == ([3, 2], 3)
    assert await positions(newest_first=True, after=2) == ([1], 3)
    assert await positions(type="ccm.reports.ReportSubmitted") == ([], 0)
    assert await positions(subject="AUT") == ([], 0)
