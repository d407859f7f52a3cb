"""Read models as pure functions: the row there was and an event give the row there is.

An amendment (model §6) makes the rows of its stream anew from the facts that stand; for that each projection keeps
the events that touch its rows in a journal of its own, since it hears other services' ledgers and cannot ask them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, Self

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    delete,
    insert,
    select,
    tuple_,
)

from shared.amendments import held, standing
from shared.database import put
from shared.events.base import Event
from shared.events.envelope import Recorded
from shared.events.registry import decode
from shared.projecting.generations import of_generation

Row = dict[str, Any]
"""Column -> value; columns a function does not name keep what they hold."""

Change = Callable[[Row | None, Event, Recorded], Row | None]
"""(row or None, event, as recorded) -> new row; None leaves the table as it is. It must set the key's columns."""


Key = Callable[[Event, Recorded], Mapping[str, Any] | None]
"""Which row an event touches, by the columns of the table's primary key, always in the same order; None = none."""


EVENT_IDS: Final = "event_ids"
"""The column that holds a row's lineage: the ids of every event that made it what it is."""


def _own_stream(event: Event) -> Sequence[str]:
    return (event.stream,)


@dataclass(frozen=True)
class ReadModel:
    """One table whose rows each event changes at most one of, found by `key`.

    `streams` are those whose events make the row that an event touches; most rows are made by one stream.
    """

    table: Table
    key: Key
    change: Change
    streams: Callable[[Event], Sequence[str]] = _own_stream


@dataclass
class Rows:
    """A projection of several read models, so that an event costs one transaction however many there are."""

    name: str
    version: int
    sources: Sequence[str]
    models: Sequence[ReadModel]
    policy: Literal["stop", "park"] = "park"
    generation: int | None = None

    def __post_init__(self) -> None:
        journal = _journal(self.name)
        self.journal: Table = of_generation(journal, self.generation) if self.generation else journal
        self.tables: Sequence[Table] = [*(model.table for model in self.models), self.journal]

    def in_generation(self, generation: int) -> Self:
        """The same read models in the tables of a generation."""
        models = [replace(model, table=of_generation(model.table, generation)) for model in self.models]
        return replace(self, models=models, generation=generation)

    def apply(self, connection: Connection, events: Sequence[Recorded]) -> None:
        """For each model that an event touches: read the row, change it, write it; many rows at once."""
        together: list[Recorded] = []
        for recorded in events:
            if recorded.corrects or recorded.revises or recorded.retracts:
                self._told(connection, together)
                together = []
                self._amended(connection, recorded)
            else:
                together.append(recorded)
        self._told(connection, together)

    def _told(self, connection: Connection, events: Sequence[Recorded]) -> None:
        """Facts that amend nothing."""
        touches: list[list[Touch]] = [[] for _ in self.models]
        journalled = []
        for recorded in events:
            event, touched = decode(recorded), False
            for model, its in zip(self.models, touches, strict=True):
                if (key := model.key(event, recorded)) is not None:
                    its.append(Touch(key, event, recorded, (recorded.id,)))
                    touched = True
            if touched:
                journalled.append(_entry(recorded))
        if journalled:
            connection.execute(insert(self.journal), journalled)
        for model, its in zip(self.models, touches, strict=True):
            _change(connection, model, its)

    def _amended(self, connection: Connection, amendment: Recorded) -> None:
        """The rows of a stream from the facts that stand in it, and in those that share its rows, in their order."""
        event = decode(amendment)
        if amendment.retracts or any(model.key(event, amendment) is not None for model in self.models):
            connection.execute(insert(self.journal), _entry(amendment))
        own = held(self._journalled(connection, amendment.source, [amendment.stream]))
        streams = {stream for one in own for model in self.models for stream in model.streams(one.event)}
        together = self._journalled(connection, amendment.source, sorted(streams | {amendment.stream}))
        recorded = {one.id: one for one in together}
        events = held(together)
        for model in self.models:
            for one in events:
                key = model.key(one.event, recorded[one.id])
                if key is not None:
                    connection.execute(delete(model.table).where(_where(model, [key])))
        stand = [(fact.event.event, recorded[fact.event.id], fact.lineage) for fact in standing(events)]
        for model in self.models:
            its = [
                Touch(key, event, origin, lineage)
                for event, origin, lineage in stand
                if (key := model.key(event, origin)) is not None
            ]
            _change(connection, model, its)

    def _journalled(self, connection: Connection, source: str, streams: Sequence[str]) -> list[Recorded]:
        journal = self.journal
        ours = (journal.c.source == source, journal.c.stream.in_(streams))
        found = connection.execute(select(journal.c.raw).where(*ours).order_by(journal.c.position))
        return [Recorded(raw.encode(), b"") for raw in found.scalars()]


@dataclass(frozen=True, slots=True)
class Touch:
    """An event and the row that it touches; `lineage` are the events that it counts as."""

    key: Mapping[str, Any]
    event: Event
    recorded: Recorded
    lineage: Sequence[str]


def _change(connection: Connection, model: ReadModel, touches: Sequence[Touch]) -> None:
    """Read the rows that are touched, let each event change its own, and write what has become of them."""
    if not touches:
        return
    table = model.table
    found = connection.execute(select(table).where(_where(model, [one.key for one in touches]))).mappings()
    by = tuple(touches[0].key)
    rows: dict[tuple[Any, ...], Row] = {tuple(row[name] for name in by): dict(row) for row in found}
    changed = changes(model, rows, touches)
    if changed:
        connection.execute(put(connection, table), list(changed.values()))


def changes(model: ReadModel, rows: dict[tuple[Any, ...], Row], touches: Sequence[Touch]) -> dict[tuple[Any, ...], Row]:
    """Let each event change its own of `rows`, which are given by key; answers those that changed."""
    changed: dict[tuple[Any, ...], Row] = {}
    blank: Row = dict.fromkeys(model.table.c.keys())
    for one in touches:
        key = tuple(one.key.values())
        before = rows.get(key)
        said = model.change(before, one.event, one.recorded)
        if said is None:
            continue
        if EVENT_IDS in model.table.c:
            ids = [*(before[EVENT_IDS] if before else ()), *one.lineage]
            said = said | {EVENT_IDS: list(dict.fromkeys(ids))}
        rows[key] = changed[key] = (before or blank) | said
    return changed


def _where(model: ReadModel, keys: Sequence[Mapping[str, Any]]) -> ColumnElement[bool]:
    columns = tuple_(*(model.table.c[name] for name in keys[0]))
    return columns.in_([tuple(key.values()) for key in keys])


def _journal(name: str) -> Table:
    """The events that touch a projection's rows, as their ledgers hold them."""
    return Table(
        f"{name.replace('-', '_')}_journal",
        MetaData(),
        Column("source", String, primary_key=True),
        Column("position", Integer, primary_key=True, autoincrement=False),
        Column("stream", String, nullable=False, index=True),
        Column("raw", Text, nullable=False),
    )


def _entry(recorded: Recorded) -> Row:
    return {
        "source": recorded.source,
        "position": recorded.position,
        "stream": recorded.stream,
        "raw": recorded.raw.decode(),
    }


def by_event(*kinds: type[Event]) -> Key:
    """The key of tables that hold one row per event of these kinds."""

    def key(event: Event, recorded: Recorded) -> Mapping[str, Any] | None:
        return {"event_id": recorded.id} if isinstance(event, kinds) else None

    return key


def lineage() -> Column[Any]:
    """The column that `Rows` fills with the ids of the events that made a row what it is, the oldest first."""
    return Column(EVENT_IDS, JSON, nullable=False)


def may_be_unknown() -> JSON:
    """The type of columns that hold a date or the like as JSON, or nothing: a NULL, not the text `null`."""
    return JSON(none_as_null=True)


def rests_on() -> list[Column[Any]]:
    """The columns of `provenance`, for tables whose rows have a position and passages of their own."""
    return [
        Column("position", Integer, nullable=False, index=True),
        Column("known_time", String, nullable=False),
        Column("known_precision", String, nullable=False),
        Column("passages", JSON, nullable=False),
    ]


def provenance(recorded: Recorded) -> Row:
    """What every row says of the event it rests on: id, position, known_at and passages."""
    return {
        "event_id": recorded.id,
        "position": recorded.position,
        "known_time": recorded.fields["knowntime"],
        "known_precision": recorded.fields["knownprecision"],
        "passages": recorded.fields["passages"],
    }
