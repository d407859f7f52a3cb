"""Compares the live generation with the one beside it, table by table, in one snapshot and at equal positions."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

import orjson
from sqlalchemy import Connection, MetaData, Table, and_, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.projecting.bookkeeping import set_aside, stands
from shared.projecting.generations import Apart, against_dropping, roles_of, stored_tables, told
from shared.projecting.projection import Projection
from shared.projecting.roles import Generation, NotHeld

Computation = Callable[[], Mapping[str, str]]
"""Name -> hash of each thing that rows already read amount to, such as figure sets."""

SetsOf = Callable[[AsyncConnection, int], Awaitable[Computation]]
"""(connection, generation) -> reads the generation's rows; what they amount to is computed after the snapshot."""

MOST_NAMED = 20
"""Differing rows named of each table; all are counted."""

AT_ONCE = 500


async def no_sets(_: AsyncConnection, __: int) -> Computation:
    """The rows amount to nothing but themselves."""
    return dict


@dataclass(frozen=True, slots=True)
class RowDifference:
    """A row that is not the same: `added` and `removed` as seen from the live generation.

    `columns` of a changed row: name -> (live value, other value), where they differ.
    """

    key: Mapping[str, Any]
    change: Literal["added", "removed", "changed"]
    columns: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Content:
    """How many rows a table has, and the SHA-256 of them in the order of their keys."""

    rows: int
    hash: str


@dataclass(frozen=True, slots=True)
class TableDifference:
    """One table in both generations; None = that generation has no such table. `named`: the first differing rows."""

    table: str
    live: Content | None
    other: Content | None
    equal: bool
    differing: int = 0
    named: tuple[RowDifference, ...] = ()


@dataclass(frozen=True, slots=True)
class SetDifference:
    """The hash of one set by each generation; None = that generation does not give the set."""

    name: str
    live: str | None
    other: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """Two generations at the same positions. `parked`: (live, other) numbers of events set aside."""

    projection: str
    live: Generation
    other: Generation
    role: Literal["candidate", "previous"]
    positions: Mapping[str, int]
    tables: tuple[TableDifference, ...]
    sets: tuple[SetDifference, ...]
    parked: tuple[int, int]

    @property
    def equal(self) -> bool:
        """Whether both give the same answers to everything."""
        same_sets = all(one.live == one.other for one in self.sets)
        return same_sets and self.parked[0] == self.parked[1] and all(one.equal for one in self.tables)

    def shown(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self) | {"equal": self.equal}

    def summary(self) -> dict[str, Any]:
        """For a line of the log: which tables differ, in how many rows, and the keys of the first."""
        differing = [one for one in self.tables if not one.equal]
        return {
            "live": self.live.number,
            "other": self.other.number,
            "equal": self.equal,
            "differing": {one.table: one.differing for one in differing},
            "named": {one.table: [dict(row.key) for row in one.named] for one in differing},
            "sets": [one.name for one in self.sets if one.live != one.other],
        }


async def difference(views: AsyncEngine, projection: Projection, sets_of: SetsOf) -> Difference:
    """The two generations as one snapshot holds them. Raises NotHeld, and Apart when their positions differ there.

    On SQLite nothing is committed to the read models while the rows are read.
    """
    async with views.connect() as guard, views.connect() as connection:
        await against_dropping(guard, projection.name)
        if connection.dialect.name == "postgresql":
            await connection.execution_options(isolation_level="REPEATABLE READ")
        found, computations = await _in_snapshot(connection, projection, sets_of)
    sets = [await asyncio.to_thread(computation) for computation in computations]
    names = sorted({*sets[0], *sets[1]})
    return replace(found, sets=tuple(SetDifference(name, sets[0].get(name), sets[1].get(name)) for name in names))


async def _in_snapshot(
    connection: AsyncConnection, projection: Projection, sets_of: SetsOf
) -> tuple[Difference, list[Computation]]:
    roles = await roles_of(connection, projection.name)
    if roles is None or roles.other is None:
        raise NotHeld("there is no second generation to compare with; a rebuild makes one")
    both = (roles.live, roles.other)
    at = [await stands(connection, projection.name, one.number) for one in both]
    if at[0] != at[1]:
        raise Apart(
            "; ".join(f"generation {one.number} stands at {told(on)}" for one, on in zip(both, at, strict=True))
        )
    stored = [await _tables(connection, projection.name, one.number) for one in both]
    names = sorted({*stored[0], *stored[1]})
    tables = [await _compared(connection, name, stored[0].get(name), stored[1].get(name)) for name in names]
    live, other = [await set_aside(connection, projection.name, one.number) for one in both]
    role: Literal["candidate", "previous"] = "candidate" if roles.candidate else "previous"
    found = Difference(projection.name, *both, role, at[0], tuple(tables), (), (live, other))
    wanted = {table.name: {column.name for column in table.c} for table in projection.tables}
    readers = [sets_of if _columns(one) == wanted else no_sets for one in stored]  # other code may have made them
    return found, [await reader(connection, one.number) for reader, one in zip(readers, both, strict=True)]


def _columns(tables: Mapping[str, Table]) -> dict[str, set[str]]:
    return {name: {str(column.name) for column in table.c} for name, table in tables.items()}


async def _tables(connection: AsyncConnection, projection: str, generation: int) -> dict[str, Table]:
    """The tables as the database describes them: other code may have made them."""
    names = await stored_tables(connection, projection, generation)

    def reflected(sync: Connection) -> dict[str, Table]:
        return {name: Table(stored, MetaData(), autoload_with=sync) for name, stored in names.items()}

    return await connection.run_sync(reflected)


async def _compared(connection: AsyncConnection, name: str, live: Table | None, other: Table | None) -> TableDifference:
    contents = [await _content(connection, table) if table is not None else None for table in (live, other)]
    if contents[0] == contents[1] or live is None or other is None:
        rows = sum(one.rows for one in contents if one) if contents[0] != contents[1] else 0
        return TableDifference(name, contents[0], contents[1], contents[0] == contents[1], rows)
    differing, named = await _differing(connection, live, other)
    return TableDifference(name, contents[0], contents[1], False, differing, named)


async def _content(connection: AsyncConnection, table: Table) -> Content:
    digest, rows = hashlib.sha256(), 0
    async for row in _rows(connection, table):
        digest.update(_digest(row))
        rows += 1
    return Content(rows, digest.hexdigest())


async def _differing(connection: AsyncConnection, live: Table, other: Table) -> tuple[int, tuple[RowDifference, ...]]:
    ours = {_key(live, row): _digest(row) async for row in _rows(connection, live)}
    named: list[RowDifference] = []
    count = 0
    async for row in _rows(connection, other):
        before = ours.pop(key := _key(other, row), None)
        if before == _digest(row):
            continue
        count += 1
        if len(named) < MOST_NAMED:
            named.append(await _named(connection, live, other, row, is_new=before is None))
    for key in list(ours)[: MOST_NAMED - len(named)]:
        named.append(RowDifference(orjson.loads(key), "removed"))
    return count + len(ours), tuple(named)


async def _named(
    connection: AsyncConnection, live: Table, other: Table, row: Mapping[str, Any], *, is_new: bool
) -> RowDifference:
    key = {column: row[column] for column in _key_columns(other)}
    if is_new:
        return RowDifference(key, "added")
    where = and_(*(live.c[column] == value for column, value in key.items()))
    found = (await connection.execute(select(live).where(where))).mappings().one()
    before = {str(name): value for name, value in found.items()}
    names = dict.fromkeys([*before, *row])
    columns = {name: (before.get(name), row.get(name)) for name in names if before.get(name) != row.get(name)}
    return RowDifference(key, "changed", columns)


async def _rows(connection: AsyncConnection, table: Table) -> AsyncIterator[Mapping[str, Any]]:
    query = select(table).order_by(*(table.c[name] for name in _key_columns(table)))
    names = [str(column.name) for column in table.c]  # a reflected name is a kind of str that JSON refuses
    async with connection.stream(query) as found:
        async for some in found.partitions(AT_ONCE):
            for row in some:
                yield dict(zip(names, row, strict=True))


def _key_columns(table: Table) -> list[str]:
    return [str(column.name) for column in table.primary_key] or [str(column.name) for column in table.c]


def _key(table: Table, row: Mapping[str, Any]) -> bytes:
    return _bytes({name: row[name] for name in _key_columns(table)})


def _digest(row: Mapping[str, Any]) -> bytes:
    return hashlib.sha256(_bytes(row)).digest()


def _bytes(row: Mapping[str, Any]) -> bytes:
    return orjson.dumps(row, option=orjson.OPT_SORT_KEYS, default=str)
