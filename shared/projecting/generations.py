"""Generations of a projection's tables: the pointer row that says which answers, their tables, and the exchange.

Everything that a crash must not lose is in these tables, and each step is one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MetaData,
    RowMapping,
    String,
    Table,
    Text,
    delete,
    insert,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.schema import CreateSchema

from shared.projecting.bookkeeping import close_books, metadata, open_books, stands
from shared.projecting.projection import Projection
from shared.projecting.roles import Generation, Roles, begun

pointers = Table(
    "projection_generations",
    metadata,
    Column("projection", String(80), primary_key=True),
    Column("live", Integer, nullable=False),
    Column("live_version", Integer, nullable=False),
    Column("candidate", Integer),
    Column("candidate_version", Integer),
    Column("previous", Integer),
    Column("previous_version", Integer),
    Column("latest", Integer, nullable=False),
)

registry = Table(  # the names of tables that code of another version may have made
    "projection_tables",
    metadata,
    Column("projection", String(80), primary_key=True),
    Column("generation", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, primary_key=True),
    Column("stored_as", Text, nullable=False),
)


class Apart(Exception):
    """Two generations do not stand at the positions that are needed; the message says where they do."""


class OtherVersion(Exception):
    """A generation was made by another version of the projection than this code has."""


@lru_cache(maxsize=512)
def of_generation(table: Table, generation: int) -> Table:
    """The table as it is called in a generation: `facts` is `facts_g2` in the second."""
    return table.to_metadata(MetaData(), name=f"{table.name}_g{generation}")


async def make_tables(connection: AsyncConnection, projection: Projection) -> Roles:
    """Make what is missing of pointer, bookkeeping and first generation; two processes may do so at the same time."""
    if connection.dialect.name == "postgresql":
        await _make_schema(connection)
    await connection.run_sync(_leave_earlier_layout)
    await connection.run_sync(metadata.create_all)
    roles = await roles_of(connection, projection.name)
    if roles is not None:
        return roles
    for table in reversed(projection.tables):  # as they were called before there were generations
        await connection.run_sync(table.drop, checkfirst=True)
    first = Roles(Generation(1, projection.version))
    await connection.execute(insert(pointers).values(projection=projection.name, **_columns(first)))
    await _open(connection, projection, first.live)
    return first


async def roles_of(connection: AsyncConnection, projection: str, *, held: bool = False) -> Roles | None:
    """What the pointer says; `held` = nobody else changes it before the transaction ends. None before a first start."""
    query = select(pointers).where(pointers.c.projection == projection)
    row = (await connection.execute(query.with_for_update() if held else query)).mappings().first()
    return _roles(row) if row else None


async def begin(connection: AsyncConnection, projection: Projection) -> Roles:
    """Start a candidate with empty tables; drop the generation that gives way to it."""
    roles = await _held_roles(connection, projection.name)
    after = begun(roles, projection.version)
    await close_books(connection, projection.name, after.numbers)  # first, so that nobody feeds it any more
    await _drop_tables(connection, projection.name, after.numbers)
    assert after.candidate
    await _open(connection, projection, after.candidate)
    await _point(connection, projection.name, after)
    return after


async def exchange(connection: AsyncConnection, projection: Projection, change: Callable[[Roles], Roles]) -> Roles:
    """Let another generation be live, which must hold all that the live one does; neither moves meanwhile.

    Raises NotHeld (by `change`), OtherVersion and Apart.
    """
    name = projection.name
    roles = await _held_roles(connection, name)
    after = change(roles)
    if after.live.version != projection.version:
        raise OtherVersion(
            f"generation {after.live.number} was made by version {after.live.version} of {name}; "
            f"this code has version {projection.version} and cannot answer from it"
        )
    now = await stands(connection, name, roles.live.number, held=True)
    then = await stands(connection, name, after.live.number, held=True)
    if any(then.get(source, 0) < position for source, position in now.items()):
        raise Apart(
            f"generation {after.live.number} stands at {told(then)}, "
            f"behind generation {roles.live.number} at {told(now)}"
        )
    await _point(connection, name, after)
    return after


async def stored_tables(connection: AsyncConnection, projection: str, generation: int) -> dict[str, str]:
    """Name -> name in the database, of every table of a generation, whichever version made it."""
    query = select(registry.c.name, registry.c.stored_as).where(
        registry.c.projection == projection, registry.c.generation == generation
    )
    return {row.name: row.stored_as for row in await connection.execute(query)}


async def against_dropping(connection: AsyncConnection, projection: str) -> None:
    """Keep every generation there while this transaction reads; on SQLite reading alone does."""
    if connection.dialect.name == "postgresql":
        await connection.execute(text("SELECT pg_advisory_xact_lock_shared(hashtext(:key))"), {"key": _key(projection)})


def told(positions: dict[str, int]) -> str:
    """`meetings:5, reports:7`."""
    return ", ".join(f"{source}:{position}" for source, position in sorted(positions.items()))


async def _held_roles(connection: AsyncConnection, projection: str) -> Roles:
    roles = await roles_of(connection, projection, held=True)
    if roles is None:
        raise LookupError(f"{projection} was never started")
    return roles


async def _open(connection: AsyncConnection, projection: Projection, generation: Generation) -> None:
    tables = [(table.name, of_generation(table, generation.number)) for table in projection.tables]
    for _, table in tables:
        await connection.run_sync(table.create)
    await connection.execute(
        insert(registry),
        [
            {"projection": projection.name, "generation": generation.number, "name": name, "stored_as": table.name}
            for name, table in tables
        ],
    )
    await open_books(connection, projection.name, generation.number, projection.sources)


async def _drop_tables(connection: AsyncConnection, projection: str, kept: Sequence[int]) -> None:
    if connection.dialect.name == "postgresql":  # who reads finishes first
        await connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:key))"), {"key": _key(projection)})
    gone = (registry.c.projection == projection) & registry.c.generation.not_in(kept)
    for name in (await connection.execute(select(registry.c.stored_as).where(gone))).scalars().all():
        await connection.run_sync(Table(name, MetaData()).drop, checkfirst=True)
    await connection.execute(delete(registry).where(gone))


async def _point(connection: AsyncConnection, projection: str, roles: Roles) -> None:
    await connection.execute(update(pointers).where(pointers.c.projection == projection).values(**_columns(roles)))


def _columns(roles: Roles) -> dict[str, int | None]:
    found: dict[str, int | None] = {"latest": roles.latest}
    for role in ("live", "candidate", "previous"):
        generation: Generation | None = getattr(roles, role)
        found[role] = generation.number if generation else None
        found[f"{role}_version"] = generation.version if generation else None
    return found


def _roles(row: RowMapping) -> Roles:
    def one(role: str) -> Generation | None:
        return Generation(row[role], row[f"{role}_version"]) if row[role] is not None else None

    live = Generation(row["live"], row["live_version"])
    return Roles(live, one("candidate"), one("previous"), row["latest"])


def _key(projection: str) -> str:
    return f"generations of {projection}"


def _leave_earlier_layout(connection: Connection) -> None:
    """Bookkeeping without generations belongs to rows without them: both are made anew from the ledgers."""
    look = inspect(connection)
    earlier = look.get_columns("projection_positions") if look.has_table("projection_positions") else []
    if earlier and "generation" not in {column["name"] for column in earlier}:
        metadata.drop_all(connection)


async def _make_schema(connection: AsyncConnection) -> None:
    """The schema that the engine looks in, if it is not there yet; two processes may start at the same time."""
    await connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('projection tables'))"))
    if (await connection.execute(text("SELECT current_schema()"))).scalar_one() is None:
        first = str((await connection.execute(text("SHOW search_path"))).scalar_one()).split(",")[0]
        await connection.execute(CreateSchema(first.strip(' "'), if_not_exists=True))
