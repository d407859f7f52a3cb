"""Where each generation stands, what it is trying, and what it has set aside: three tables beside its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    case,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.database import upsert
from shared.events.envelope import Recorded, timestamp
from shared.projecting.projection import subject_key

metadata = MetaData()

positions = Table(
    "projection_positions",
    metadata,
    Column("projection", String(80), primary_key=True),
    Column("generation", Integer, primary_key=True, autoincrement=False),
    Column("source", String(40), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("event_id", String(40), nullable=False),
)

attempts = Table(
    "projection_attempts",
    metadata,
    Column("projection", String(80), primary_key=True),
    Column("generation", Integer, primary_key=True, autoincrement=False),
    Column("source", String(40), primary_key=True),
    Column("first", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("error", Text),
)

parked = Table(
    "projection_parked",
    metadata,
    Column("projection", String(80), primary_key=True),
    Column("generation", Integer, primary_key=True, autoincrement=False),
    Column("source", String(40), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("event_id", String(40), nullable=False),
    Column("type", String(120), nullable=False),
    Column("key", String(200), nullable=False),
    Column("error", Text, nullable=False),
    Column("parked_at", String(40), nullable=False),
)


@dataclass(frozen=True, slots=True)
class Stand:
    """The last position applied (0 = none) and the id of the event there."""

    position: int
    event_id: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """The latest try: at positions `first`..`last`, begun `attempts` times; `error` None = it ended unheard, or ran.

    All of them 0: someone tries without counting, or ended while doing so.
    """

    first: int
    last: int
    attempts: int
    error: str | None

    @property
    def uncounted(self) -> bool:
        """Whether this stands for tries that are not counted one by one."""
        return self.first == 0


class Dropped(Exception):
    """The generation is no more: another one was built since, perhaps by another process."""


class Books:
    """The bookkeeping of one generation and one source; each method works in the caller's transaction."""

    def __init__(self, projection: str, generation: int, source: str) -> None:
        self.projection, self.generation, self.source = projection, generation, source

    def _mine(self, table: Table) -> Any:
        return _of(table, self.projection, self.generation) & (table.c.source == self.source)

    @property
    def _key(self) -> dict[str, Any]:
        return {"projection": self.projection, "generation": self.generation, "source": self.source}

    def stand(self, connection: Connection) -> Stand:
        """Where the source stands. Raises Dropped: a generation has its row from its first moment to its last."""
        query = select(positions.c.position, positions.c.event_id).where(self._mine(positions))
        row = connection.execute(query).first()
        if row is None:
            raise Dropped(f"generation {self.generation} of {self.projection} was dropped")
        return Stand(row.position, row.event_id)

    def move(self, connection: Connection, before: int, events: Sequence[Recorded]) -> bool:
        """Advance from `before` to the last of `events`; False when someone else has moved it meanwhile."""
        moved = connection.execute(
            update(positions)
            .where(self._mine(positions), positions.c.position == before)
            .values(position=events[-1].position, event_id=events[-1].id)
        )
        return bool(moved.rowcount == 1)

    def attempt(self, connection: Connection) -> Attempt | None:
        """The latest try, if any."""
        row = connection.execute(select(attempts).where(self._mine(attempts))).first()
        return Attempt(row.first, row.last, row.attempts, row.error) if row else None

    def begin(self, connection: Connection, first: int, last: int) -> int:
        """Count a try at `first`..`last` and answer the how-manieth it is; to be committed before the try."""
        again = (attempts.c.first == first) & (attempts.c.last == last)
        count = case((again, attempts.c.attempts + 1), else_=1)
        return self._put_attempt(connection, {"first": first, "last": last, "attempts": 1}, {"attempts": count})

    def begin_uncounted(self, connection: Connection) -> None:
        """Say that tries are made from now on which are not counted; to be committed before the first."""
        self._put_attempt(connection, {"first": 0, "last": 0, "attempts": 0}, {})

    def end_uncounted(self, connection: Connection) -> None:
        """Take that back: whoever made them has stopped, and none of them ended the process."""
        connection.execute(delete(attempts).where(self._mine(attempts), attempts.c.first == 0))

    def take_back(self, connection: Connection, first: int, last: int) -> None:
        """Uncount the latest try, if it was one at `first`..`last` and did not fail."""
        latest = self.attempt(connection)
        if latest and (latest.first, latest.last) == (first, last) and latest.attempts and latest.error is None:
            self._write_attempt(connection, attempts=latest.attempts - 1)

    def failed(self, connection: Connection, error: str) -> None:
        """Note why the latest try failed: it did not kill the process."""
        self._write_attempt(connection, error=error)

    def forgive(self, connection: Connection, count: int) -> None:
        """Set the number of tries, so that a repaired event gets another one."""
        self._write_attempt(connection, attempts=count)

    def _put_attempt(self, connection: Connection, first_time: dict[str, int], again: dict[str, Any]) -> int:
        # In one statement: two processes may come here at the same time, also for the very first try.
        put = (
            upsert(connection, attempts)
            .values(**self._key, **first_time)
            .on_conflict_do_update(index_elements=list(attempts.primary_key), set_=first_time | again | {"error": None})
            .returning(attempts.c.attempts)
        )
        return int(connection.execute(put).scalar_one())

    def _write_attempt(self, connection: Connection, **values: Any) -> None:
        connection.execute(update(attempts).where(self._mine(attempts)).values(**values))

    def park(self, connection: Connection, events: Sequence[tuple[Recorded, str]]) -> None:
        """Set these events aside, each for the reason given."""
        now = timestamp(datetime.now(UTC))
        rows = [
            {
                **self._key,
                "position": event.position,
                "event_id": event.id,
                "type": event.type,
                "key": subject_key(event),
                "error": error,
                "parked_at": now,
            }
            for event, error in events
        ]
        connection.execute(insert(parked), rows)

    def parked_keys(self, connection: Connection) -> dict[str, int]:
        """key -> position of the first event parked for it."""
        query = select(parked.c.key, func.min(parked.c.position)).where(self._mine(parked)).group_by(parked.c.key)
        return {row[0]: row[1] for row in connection.execute(query)}

    def parked_count(self, connection: Connection) -> int:
        """How many events are set aside."""
        query = select(func.count()).select_from(parked).where(self._mine(parked))
        return int(connection.execute(query).scalar_one())


async def open_books(connection: AsyncConnection, projection: str, generation: int, sources: Sequence[str]) -> None:
    """A generation begins: every source stands at 0."""
    rows = [
        {"projection": projection, "generation": generation, "source": one, "position": 0, "event_id": ""}
        for one in sources
    ]
    await connection.execute(insert(positions), rows)


async def close_books(connection: AsyncConnection, projection: str, kept: Sequence[int]) -> None:
    """Forget every generation of a projection but those that are kept."""
    for table in (positions, attempts, parked):
        gone = (table.c.projection == projection) & table.c.generation.not_in(kept)
        await connection.execute(delete(table).where(gone))


async def stands(
    connection: AsyncConnection, projection: str, generation: int, *, held: bool = False
) -> dict[str, int]:
    """source -> position of a generation; `held` = none of them moves before the transaction ends."""
    query = select(positions.c.source, positions.c.position).where(_of(positions, projection, generation))
    query = query.order_by(positions.c.source)
    rows = await connection.execute(query.with_for_update() if held else query)
    return {row.source: row.position for row in rows}


async def set_aside(connection: AsyncConnection, projection: str, generation: int) -> int:
    """How many events a generation has set aside."""
    query = select(func.count()).select_from(parked).where(_of(parked, projection, generation))
    return int((await connection.execute(query)).scalar_one())


def _of(table: Table, projection: str, generation: int) -> Any:
    return (table.c.projection == projection) & (table.c.generation == generation)
