"""Engines for read models keep what they acknowledge, and do not get in one another's way."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, select, text

from shared.database import (
    async_engine,
    create_tables,
    ledger_url,
    libpq_url,
    reading,
    sqlite_durability,
    sqlite_path,
    views_durability,
    views_url,
)

POSTGRES = "postgresql+psycopg://user:secret@host/name"

metadata = MetaData()
rows = Table("rows", metadata, Column("id", Integer, primary_key=True))


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return views_url("reports", data=tmp_path)
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ((3, 40, 1), ("DELETE", "EXTRA")),
        ((3, 51, 2), ("DELETE", "EXTRA")),
        ((3, 51, 3), ("WAL", "FULL")),
        ((4, 0, 0), ("WAL", "FULL")),
    ],
)
def test_wal_is_used_only_where_its_reset_cannot_corrupt(version: tuple[int, ...], expected: tuple[str, str]) -> None:
    assert sqlite_durability(version) == expected


@pytest.mark.parametrize("version", [(3, 40, 1), (3, 51, 2), (3, 51, 3), (4, 0, 0)])
def test_read_models_keep_their_journal_and_use_wal_where_a_ledger_does(version: tuple[int, ...]) -> None:
    ledger, views = sqlite_durability(version), views_durability(version)
    assert views == (ledger if ledger[0] == "WAL" else ("PERSIST", "FULL"))


def test_ledger_and_read_models_share_a_database_but_not_a_file(tmp_path: Path) -> None:
    assert ledger_url("reports", data=tmp_path) == f"sqlite:///{tmp_path}/reports.sqlite"
    assert views_url("reports", data=tmp_path) == f"sqlite:///{tmp_path}/reports-views.sqlite"
    assert ledger_url("reports", data=tmp_path, database_url=POSTGRES) == POSTGRES
    assert views_url("reports", data=tmp_path, database_url=POSTGRES) == POSTGRES


def test_the_driver_gets_its_own_spelling_of_the_url() -> None:
    assert libpq_url(POSTGRES) == "postgresql://user:secret@host/name"


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_database_in_memory_is_refused(url: str) -> None:
    with pytest.raises(ValueError):
        sqlite_path(url)


async def test_a_sqlite_engine_runs_with_settings_that_lose_nothing(tmp_path: Path) -> None:
    engine = async_engine(views_url("reports", data=tmp_path), "reports")
    async with engine.begin() as connection:
        journal = (await connection.execute(text("PRAGMA journal_mode"))).scalar()
        synchronous = (await connection.execute(text("PRAGMA synchronous"))).scalar()
    await engine.dispose()

    assert (str(journal).upper(), synchronous) in {("PERSIST", 2), ("WAL", 2)}


async def test_two_services_create_their_tables_at_the_same_time(database: str) -> None:
    engines = [async_engine(database, "reports") for _ in range(3)]
    await asyncio.gather(*(create_tables(engine, metadata, "reports") for engine in engines))

    async with engines[0].begin() as connection:
        await connection.execute(insert(rows).values(id=1))
    async with engines[1].connect() as connection:
        assert (await connection.execute(select(rows.c.id))).scalars().all() == [1]
    for engine in engines:
        await engine.dispose()


async def test_a_reader_is_not_held_up_by_a_transaction_under_way(database: str) -> None:
    engine = async_engine(database, "reports")
    await create_tables(engine, metadata, "reports")

    async with engine.begin() as writing:
        await writing.execute(insert(rows).values(id=1))
        async with reading(engine).connect() as connection:
            assert (await connection.execute(select(rows.c.id))).scalars().all() == []
    await engine.dispose()


async def test_transactions_wait_for_one_another_instead_of_failing(database: str) -> None:
    engine = async_engine(database, "reports")
    await create_tables(engine, metadata, "reports")

    async def add(number: int) -> None:
        async with engine.begin() as connection:
            await connection.execute(select(rows.c.id))  # a read first: a lock taken later could be refused
            await connection.execute(insert(rows).values(id=number))

    await asyncio.gather(*(add(number) for number in range(5)))
    async with reading(engine).connect() as connection:
        assert len((await connection.execute(select(rows.c.id))).all()) == 5
    await engine.dispose()


async def test_a_schema_keeps_its_tables_to_itself(postgres_url: str) -> None:
    reports, meetings = async_engine(postgres_url, "reports"), async_engine(postgres_url, "meetings")
    for engine, schema in ((reports, "reports"), (meetings, "meetings")):
        await create_tables(engine, metadata, schema)
    async with reports.begin() as connection:
        await connection.execute(insert(rows).values(id=1))

    async with meetings.connect() as connection:
        assert (await connection.execute(select(rows.c.id))).all() == []
    await reports.dispose()
    await meetings.dispose()
