"""The library `eventsourcing` on the same statements: its SQLite recorder, its loop, its projection runners."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from eventsourcing.application import Application
from eventsourcing.domain import DomainEvent
from eventsourcing.persistence import Tracking
from eventsourcing.popo import POPOApplicationRecorder, POPOTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from eventsourcing.sqlite import SQLiteTrackingRecorder

from bench.synthetic import Cells, statement
from shared.database import configure_sqlite

PAGE = 1000
PATIENCE = 600.0


@dataclass(frozen=True)
class Stated(DomainEvent):
    """A statement as an event of the library; the members that ours stores besides travel in `more`."""

    state: str
    code: str
    meeting: int
    answer: str
    more: dict[str, Any]


class Statements(Application[UUID]):
    """Holds the statements."""


MORE = {
    "source": "bench/reports", "knowntime": "2025-04-30", "knownprecision": "day", "actor": "bench",
    "period_from": "2024-01-01", "period_to": "2024-12-31", "received": "2025-04-30",
    "effective": {"from": "2024-01-01", "to": "2024-12-31", "precision": "day"},
    "passages": [{"document": "CCM/MSP/2025/3", "paragraph": "17"}],
}  # fmt: skip


def events(count: int) -> Iterable[Stated]:
    """The same statements as the ledger's."""
    now = datetime.now(UTC)
    for position in range(1, count + 1):
        said = statement(position)
        yield Stated(UUID(int=position), 1, now, said.state, said.code, said.meeting, said.answer, MORE)


def filled(path: Path, count: int) -> Statements:
    """An application on a SQLite file that holds so many."""
    app = Statements({"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(path)})
    store(app, count)
    return app


def saving(path: Path) -> Statements:
    """An empty application on a SQLite file, under our own settings: it sets WAL, which is unsafe in many a SQLite."""
    app = filled(path, 0)
    with app.recorder.datastore.get_connection(commit=True) as connection:  # type: ignore[attr-defined]  # of SQLite
        configure_sqlite(connection._sqlite_conn)
    return app


def fresh(count: int) -> list[Stated]:
    """So many events of one new originator."""
    now, originator = datetime.now(UTC), uuid4()
    said = [statement(position) for position in range(1, count + 1)]
    return [
        Stated(originator, version, now, one.state, one.code, one.meeting, one.answer, MORE)
        for version, one in enumerate(said, start=1)
    ]


def store(app: Statements, count: int) -> None:
    """Put the statements into an application's recorder, many at once."""
    waiting = []
    for event in events(count):
        waiting.append(app.mapper.to_stored_event(event))
        if len(waiting) == 10_000:
            app.recorder.insert_events(waiting)
            waiting = []
    if waiting:
        app.recorder.insert_events(waiting)


def folded(app: Statements, count: int) -> Cells:
    """Its notifications, page by page, as domain events, folded by hand."""
    cells: Cells = {}
    for first in range(1, count + 1, PAGE):
        for notification in app.recorder.select_notifications(first, PAGE):
            one: Any = app.mapper.to_domain_event(notification)
            cells[one.state, one.code, one.meeting] = one.answer
    return cells


class InMemory(POPOTrackingRecorder):
    """A view in memory: the cells, and how far they have got."""

    def __init__(self) -> None:
        super().__init__()
        self.cells: Cells = {}

    def put(self, one: Stated, tracking: Tracking) -> None:
        self.cells[one.state, one.code, one.meeting] = one.answer
        self.insert_tracking(tracking)


class Held(Projection[InMemory]):
    """Puts each statement into the view in memory."""

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        self.view.put(domain_event, tracking)


class Durable(SQLiteTrackingRecorder):
    """A view in a SQLite file: a row a cell, written in one transaction with how far it has got."""

    def construct_create_table_statements(self) -> list[str]:
        columns = "state TEXT, code TEXT, meeting INTEGER, answer TEXT, PRIMARY KEY (state, code, meeting)"
        cells = f"CREATE TABLE IF NOT EXISTS cells ({columns})"
        return [*super().construct_create_table_statements(), cells]

    def put(self, one: Stated, tracking: Tracking) -> None:
        with self.datastore.transaction(commit=True) as cursor:
            cursor.execute(
                "INSERT OR REPLACE INTO cells VALUES (?, ?, ?, ?)", (one.state, one.code, one.meeting, one.answer)
            )
            self._insert_tracking(cursor, tracking)

    @property
    def cells(self) -> Cells:
        with self.datastore.transaction(commit=False) as cursor:
            cursor.execute("SELECT state, code, meeting, answer FROM cells")
            rows = cursor.fetchall()
        return {(row[0], row[1], row[2]): row[3] for row in rows}


class Kept(Projection[Durable]):
    """Puts each statement into the view on disk."""

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        self.view.put(domain_event, tracking)


class Ready(Statements):
    """Statements that are in memory before any clock starts: the library's SQLite recorder gives no subscriptions."""

    filled: POPOApplicationRecorder

    def construct_recorder(self) -> POPOApplicationRecorder:
        return self.filled


def ready(count: int) -> type[Ready]:
    """An application class for a runner to read so many statements from."""
    source = Statements()
    store(source, count)
    return type("ReadyOf", (Ready,), {"filled": source.recorder})


def run(application: type[Ready], count: int, kept: type[Projection[Any]], env: dict[str, str]) -> Cells:
    """The library's runner over all statements; what its view holds when the last is tracked."""
    view = Durable if kept is Kept else InMemory
    runner = ProjectionRunner(application_class=application, projection_class=kept, view_class=view, env=env)
    with runner:
        runner.wait(count, PATIENCE)
        cells: Cells = runner.view.cells
        return cells
