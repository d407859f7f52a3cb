"""What is changed behind the ledger's back is found; only a rewrite of the whole chain needs an outside witness."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from shared.ledger.port import Ledger
from tests.contracts.builders import Backdoor, backdoor, command

RAW, HASH = "SELECT raw FROM events WHERE position = ?", "SELECT hash FROM events WHERE position = ?"


def put(way_in: Backdoor, position: int, column: str, value: object) -> None:
    way_in.execute(f"UPDATE events SET {column} = ? WHERE position = ?", value, position)


def get(way_in: Backdoor, query: str, position: int) -> bytes:
    return bytes(way_in.execute(query, position)[0][0])


def flip_a_bit(way_in: Backdoor) -> None:
    raw = bytearray(get(way_in, RAW, 3))
    raw[len(raw) // 2] ^= 1
    put(way_in, 3, "raw", bytes(raw))


def swap_two(way_in: Backdoor) -> None:
    for query, column in ((RAW, "raw"), (HASH, "hash")):
        second, third = get(way_in, query, 2), get(way_in, query, 3)
        put(way_in, 2, column, third)
        put(way_in, 3, column, second)


def delete_in_the_middle(way_in: Backdoor) -> None:
    way_in.execute("DELETE FROM events WHERE position = 3")


def delete_and_close_the_gap(way_in: Backdoor) -> None:
    way_in.execute("DELETE FROM events WHERE position = 3")
    for position in (4, 5):
        way_in.execute("UPDATE events SET position = ? WHERE position = ?", position - 1, position)


def cut_off_the_end(way_in: Backdoor) -> None:
    way_in.execute("DELETE FROM events WHERE position = 5")


def append_by_hand(way_in: Backdoor) -> None:
    columns = "stream, type, schemaversion, knowntime, recordedtime, raw, hash"
    way_in.execute(
        f"INSERT INTO events (position, id, version, {columns}) SELECT 6, 'new', 2, {columns} FROM events"
        " WHERE position = 5"
    )


def rewrite_a_hash(way_in: Backdoor) -> None:
    put(way_in, 3, "hash", bytes(32))


@pytest.mark.parametrize(
    ("tamper", "found"),
    [
        (flip_a_bit, "position 3: the chain is broken"),
        (swap_two, "position 2: the chain is broken"),
        (delete_in_the_middle, "position 3: missing"),
        (delete_and_close_the_gap, "position 3: the chain is broken"),
        (cut_off_the_end, "position 5: missing"),
        (append_by_hand, "the last event stands at 6"),
        (rewrite_a_hash, "position 3: the chain is broken"),
        (lambda way_in: put(way_in, 3, "subject", "AFG"), "position 3: column subject"),
        (lambda way_in: put(way_in, 3, "knowntime", "2024-01-01"), "position 3: column knowntime"),
        (lambda way_in: put(way_in, 3, "type", "ccm.reports.Other"), "position 3: column type"),
        (lambda way_in: put(way_in, 3, "stream", "another"), "position 3: column stream"),
        (lambda way_in: way_in.execute("UPDATE head SET position = 4"), "the head row says position 4"),
        (lambda way_in: way_in.execute("UPDATE head SET position = 6"), "position 6: missing"),
        (lambda way_in: way_in.execute("UPDATE head SET hash = ?", bytes(32)), "head row's hash"),
        (lambda way_in: way_in.execute("DELETE FROM keys WHERE first = 3"), "idempotency keys"),
        (lambda way_in: way_in.execute("UPDATE keys SET stream = 'another' WHERE first = 3"), "idempotency keys"),
    ],
)
async def test_a_change_behind_the_ledgers_back_is_found(
    ledger: Ledger, database: str, tamper: Callable[[Backdoor], object], found: str
) -> None:
    for code in "abcde":
        await ledger.append(command(code))
    assert (await ledger.verify()).fault is None

    with backdoor(database) as way_in:
        way_in.drop_triggers()
        tamper(way_in)

    verified = await ledger.verify()
    assert verified.fault is not None and found in verified.fault
