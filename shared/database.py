"""Database URLs, and engines for read models, with the settings under which nothing acknowledged is lost."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any, Protocol

import orjson
from sqlalchemy import Connection, Engine, Insert, MetaData, Table, create_engine, event, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.schema import CreateSchema

WAL_RESET_FIXED = (3, 51, 3)
"""The first SQLite whose WAL survives a reset under several connections; 3.7.0 to 3.51.2 could corrupt it."""

JSON = {"json_serializer": lambda value: orjson.dumps(value).decode(), "json_deserializer": orjson.loads}
"""How engines write and read columns of JSON: several times faster than by the standard library."""

BUSY_SECONDS = 30
"""How long a connection waits for another one's lock before it gives up."""


class UnsafeDatabase(Exception):
    """The database runs with settings under which an acknowledged event could be lost."""


class DriverConnection(Protocol):
    """What `sqlite3` and SQLAlchemy's aiosqlite adapter have in common."""

    def cursor(self) -> Any: ...


def ledger_url(name: str, *, data: Path, database_url: str | None = None) -> str:
    """Where a ledger lives: its own schema of `database_url`, or `<data>/<name>.sqlite`."""
    return database_url or f"sqlite:///{(data / f'{name}.sqlite').resolve()}"


def views_url(name: str, *, data: Path, database_url: str | None = None) -> str:
    """Where a service's read models live: beside its ledger, on SQLite in a file of their own."""
    # A file of their own: on SQLite a projection's transaction would otherwise hold up the appends.
    return database_url or f"sqlite:///{(data / f'{name}-views.sqlite').resolve()}"


def is_sqlite(database_url: str) -> bool:
    """Whether the URL names a SQLite file."""
    return make_url(database_url).get_backend_name() == "sqlite"


def sqlite_path(database_url: str) -> Path:
    """The file behind `sqlite:///...`; its folder is created. ValueError for a database in memory."""
    database = make_url(database_url).database
    if not database or database == ":memory:":
        raise ValueError(f"{database_url!r} names no file; write sqlite:////absolute/path/name.sqlite")
    path = Path(database)
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def libpq_url(database_url: str) -> str:
    """`postgresql+psycopg://...` as the driver itself wants it."""
    return make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)


def sqlite_durability(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> tuple[str, str]:
    """(journal_mode, synchronous) under which this SQLite loses nothing at a power cut: never NORMAL, which does."""
    return ("WAL", "FULL") if version >= WAL_RESET_FIXED else ("DELETE", "EXTRA")


def views_durability(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> tuple[str, str]:
    """The same for a file of read models: without WAL its journal is kept, and only its header is zeroed.

    With FULL, SQLite syncs those zeros before a commit returns, so that nothing is lost here either, and no directory
    is written for a transaction. (pager.c, zeroJournalHdr; sqlite.org/pragma.html#pragma_journal_mode)
    """
    return ("WAL", "FULL") if version >= WAL_RESET_FIXED else ("PERSIST", "FULL")


def configure_sqlite(connection: DriverConnection, durability: tuple[str, str] | None = None) -> None:
    """Set the pragmas every connection of ours runs with; raises UnsafeDatabase when the journal mode is refused.

    `durability`: (journal_mode, synchronous); None = as a ledger has it.
    """
    journal, synchronous = durability or sqlite_durability()
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    cursor.execute(f"PRAGMA journal_mode = {journal}")
    (actual,) = cursor.fetchone()
    if str(actual).upper() != journal:
        raise UnsafeDatabase(f"journal_mode is {actual}, not {journal}: another process holds the file open")
    cursor.execute(f"PRAGMA synchronous = {synchronous}")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA recursive_triggers = ON")  # else REPLACE would delete rows behind a trigger's back
    cursor.close()


def async_engine(database_url: str, schema: str) -> AsyncEngine:
    """An engine for read models: the SQLite file (aiosqlite), or the `schema` of the PostgreSQL database (psycopg).

    On SQLite a transaction takes the write lock when it begins (BEGIN IMMEDIATE), so that it cannot fail halfway
    for want of it; use `reading(engine)` for transactions that only read. On PostgreSQL tables without a schema of
    their own are looked for in `schema` alone.
    """
    if is_sqlite(database_url):
        return _sqlite_engine(database_url)
    url = make_url(database_url).set(drivername="postgresql+psycopg")
    options = " ".join(filter(None, (_text(url.query.get("options")), f"-csearch_path={schema}")))
    return create_async_engine(url.update_query_dict({"options": options}), pool_pre_ping=True, **JSON)


def engine_for_threads(engine: AsyncEngine) -> Engine:
    """The same database under the same settings, for code that runs in a thread of its own.

    There a statement is a plain call of the driver; aiosqlite hands each one to another thread and back.
    """
    if engine.dialect.name == "sqlite":
        return _configured(create_engine(engine.url.set(drivername="sqlite"), **JSON))
    return create_engine(engine.url, pool_pre_ping=True, **JSON)


def reading(engine: AsyncEngine) -> AsyncEngine:
    """The same engine for transactions that only read: on SQLite they then take no write lock."""
    return engine.execution_options(reading=True)


async def create_tables(engine: AsyncEngine, metadata: MetaData, schema: str) -> None:
    """Create what is missing of the schema and of the tables; two services may do so at the same time."""
    async with engine.begin() as connection:  # on SQLite this holds the write lock
        if connection.dialect.name == "postgresql":
            await connection.execute(
                text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": f"tables {schema}"}
            )
            await connection.execute(CreateSchema(schema, if_not_exists=True))
        await connection.run_sync(metadata.create_all)


def upsert(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    """An insert that can say what happens to a row that is there already; both databases write it alike."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def put(connection: Connection, table: Table) -> Insert:
    """Insert whole rows, or replace those with the same primary key."""
    statement = upsert(connection, table)
    others = {name: statement.excluded[name] for name, column in table.c.items() if not column.primary_key}
    return statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=others)


def _sqlite_engine(database_url: str) -> AsyncEngine:
    engine = create_async_engine(f"sqlite+aiosqlite:///{sqlite_path(database_url)}", **JSON)
    _configured(engine.sync_engine)
    return engine


def _configured(engine: Engine) -> Engine:
    """Our settings on every connection of a SQLite engine."""

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver would open transactions by itself, and too late
        configure_sqlite(connection, views_durability())

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        only_reads = connection.get_execution_options().get("reading")
        connection.exec_driver_sql("BEGIN" if only_reads else "BEGIN IMMEDIATE")

    return engine


def _text(value: str | tuple[str, ...] | None) -> str:
    return " ".join(value) if isinstance(value, tuple) else value or ""
