"""Commands to append, and a second way into the same database for tests that go behind the ledger's back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import psycopg

from shared.database import BUSY_SECONDS, is_sqlite, libpq_url, sqlite_path
from shared.events.base import Effective, Known, Passage
from shared.events.envelope import Proposed
from shared.events.reports import PracticeReported
from shared.ledger import open_ledger
from shared.ledger.port import Append, Ledger
from shared.ledger.postgres import PostgresStore
from shared.ledger.sqlite import SqliteStore
from shared.ledger.store import Store

NAME = "reports"
ORIGIN = "test.local"


def said(code: str, detail: str | None = None) -> Proposed:
    """Laos said yes to a practice code in the 13MSP cycle."""
    event = PracticeReported(
        reporter="LAO",
        code=code,
        answer="yes",
        detail=detail,
        received="2025-04-30",
        period_from=date(2024, 7, 1),
        period_to=date(2025, 6, 30),
    )
    return Proposed(
        event=event,
        known=Known(time=date(2025, 4, 30)),
        effective=Effective(from_=date(2024, 7, 1), to=date(2025, 6, 30)),
        passages=(Passage(document="CCM/MSP/2025/5", paragraph="38"),),
    )


def command(
    code: str = "workplan.annual",
    *,
    expected: int = 0,
    events: int = 1,
    key: str | None = None,
    body: str = "body",
    actor: str = "operator",
    detail: str | None = None,
    traceparent: str | None = None,
) -> Append:
    """A command on the stream of that code; its key is by default the stream and the version it builds on."""
    proposed = said(code, detail)
    return Append(
        stream=proposed.event.stream,
        expected_version=expected,
        events=(proposed,) * events,
        key=key or f"{code}@{expected}",
        body_hash=body,
        actor=actor,
        traceparent=traceparent,
    )


def ledger_on(database: str, **how: Any) -> Ledger:
    """A ledger of the tests' own name and origin, not started."""
    return open_ledger(NAME, origin=ORIGIN, database=database, **how)


def store_on(database: str) -> Store:
    """A bare connection with the ledger's statements."""
    if is_sqlite(database):
        return SqliteStore(sqlite_path(database))
    return PostgresStore(libpq_url(database), NAME)


class Backdoor:
    """A plain connection to a ledger's database, as somebody with a database shell has."""

    def __init__(self, database: str):
        self.sqlite = is_sqlite(database)
        self._connection: Any
        if self.sqlite:
            self._connection = sqlite3.connect(sqlite_path(database), isolation_level=None, timeout=BUSY_SECONDS)
            self.refusal: type[Exception] = sqlite3.IntegrityError
        else:
            self._connection = psycopg.connect(
                libpq_url(database), autocommit=True, options=f"-c search_path={NAME},public"
            )
            self.refusal = psycopg.errors.RaiseException

    def execute(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Run one statement (placeholders are `?`) and answer its rows."""
        if self.sqlite:
            return list(self._connection.execute(statement, values))
        cursor = self._connection.execute(statement.replace("?", "%s"), values or None)
        return list(cursor) if cursor.description else []

    def drop_triggers(self) -> None:
        """What an insider does first."""
        if not self.sqlite:
            for table in ("events", "keys", "head"):
                self.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            return
        for (name,) in self.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'"):
            self.execute(f"DROP TRIGGER {name}")

    def close(self) -> None:
        self._connection.close()


@contextmanager
def backdoor(database: str) -> Iterator[Backdoor]:
    """A way in, closed afterwards."""
    way_in = Backdoor(database)
    try:
        yield way_in
    finally:
        way_in.close()
