"""Brings a ledger's tables up to date at start, with the migrations in `deploy/migrations`."""

from __future__ import annotations

import threading
from pathlib import Path

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    MetaData,
    Table,
    create_engine,
    event,
    inspect,
    make_url,
    select,
    text,
)
from sqlalchemy.pool import NullPool
from sqlalchemy.schema import CreateSchema

from shared.database import configure_sqlite, is_sqlite, sqlite_path

MIGRATIONS = Path(__file__).resolve().parents[2] / "deploy" / "migrations"
NEWEST = "0001"
"""The revision today's code works with."""


_one_at_a_time = threading.Lock()  # alembic keeps the migration under way in a module's globals


class NewerLedger(Exception):
    """The ledger was migrated by a later version of this program."""


def migrate(database: str, schema: str) -> None:
    """Create or update the ledger's tables in one transaction; a second process doing so at the same time waits.

    `schema` counts on PostgreSQL only. Raises NewerLedger rather than touch tables from a later version.
    """
    engine = _engine(database)
    inside = None if is_sqlite(database) else schema
    try:
        # Most starts find nothing to do: then no lock is taken and no right to create tables needed.
        with engine.connect().execution_options(reading=True) as connection:
            if _revision(connection, inside) == NEWEST:
                return
        with _one_at_a_time, engine.begin() as connection:
            if inside:
                _enter(connection, inside)
            found = _revision(connection, inside)
            if found != NEWEST:
                _upgrade(connection, inside, found)
    finally:
        engine.dispose()


def _engine(database: str) -> Engine:
    if not is_sqlite(database):
        return create_engine(make_url(database).set(drivername="postgresql+psycopg"), poolclass=NullPool)
    engine = create_engine(f"sqlite:///{sqlite_path(database)}", poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def _connect(connection: object, _record: object) -> None:
        connection.isolation_level = None  # type: ignore[attr-defined]  # BEGIN is ours, or DDL would commit
        configure_sqlite(connection)  # type: ignore[arg-type]  # a sqlite3.Connection

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        only_reads = connection.get_execution_options().get("reading")
        connection.exec_driver_sql("BEGIN" if only_reads else "BEGIN IMMEDIATE")

    return engine


def _enter(connection: Connection, schema: str) -> None:
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": f"ledger {schema}"})
    connection.execute(CreateSchema(schema, if_not_exists=True))
    connection.execute(text("SELECT set_config('search_path', :schema, true)"), {"schema": schema})


def _revision(connection: Connection, schema: str | None) -> str | None:
    if not inspect(connection).has_table("ledger_schema", schema=schema):
        return None
    table = Table("ledger_schema", MetaData(), Column("version_num"), schema=schema)
    found: str | None = connection.execute(select(table.c.version_num)).scalar()
    return found


def _upgrade(connection: Connection, schema: str | None, found: str | None) -> None:
    # Imported only when there is something to do: alembic costs a start a tenth of a second.
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found and found not in known:
        raise NewerLedger(f"the ledger's tables are at revision {found}, this program knows up to {NEWEST}")
    config.attributes.update(connection=connection, schema=schema)
    command.upgrade(config, NEWEST)
