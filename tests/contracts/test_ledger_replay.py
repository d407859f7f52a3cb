"""What a replay reads of a ledger's store: the stored bytes and nothing else, on every database."""

from __future__ import annotations

from shared.database import is_sqlite, libpq_url, sqlite_path
from shared.ledger.port import Ledger
from shared.ledger.postgres import PostgresStore
from shared.ledger.sqlite import SqliteStore
from shared.ledger.store import Store
from tests.contracts.builders import command


def store_of(database: str) -> Store:
    if is_sqlite(database):
        return SqliteStore(sqlite_path(database))
    return PostgresStore(libpq_url(database), "reports")


async def test_the_bytes_beyond_a_position_are_those_of_the_events(ledger: Ledger, database: str) -> None:
    await ledger.append(command("a", events=3))
    recorded = [one.raw for one in await ledger.read()]
    store = store_of(database)
    store.open()

    assert store.raw_after(0, 2) == recorded[:2]
    assert store.raw_after(2, 9) == recorded[2:]
    assert store.raw_after(3, 9) == []
    store.close()
