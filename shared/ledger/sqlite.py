"""A ledger in a SQLite file, through the driver itself: an ORM's thread hops would cost five times the commit."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from shared.database import configure_sqlite
from shared.ledger.planning import Answer, EventRow, HeadRow, KeyRow, Plan, Seen
from shared.ledger.port import Selection
from shared.ledger.store import COLUMNS, ENDS, HEAD, KEY_COLUMNS, RAW, STRAY_KEYS, selected

_INSERT_EVENT = f"INSERT INTO events ({COLUMNS}) VALUES ({', '.join('?' * len(EventRow._fields))})"
_INSERT_KEY = f"INSERT INTO keys ({KEY_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)"
_LOST = (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


class SqliteStore:
    """One connection to the file."""

    errors: type[Exception] = sqlite3.Error

    def __init__(self, path: Path):
        self._path = path
        self._connection: sqlite3.Connection = None  # type: ignore[assignment]  # until open()

    def open(self) -> None:
        # Opened in one thread and used in another, never in two at once.
        self._connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
        configure_sqlite(self._connection)

    def close(self) -> None:
        self._connection.close()

    def begin(self, keys: Sequence[str], streams: Sequence[str]) -> Seen:
        self._connection.execute("BEGIN IMMEDIATE")  # the file's write lock is the head's lock
        answers = {key: answer for key in keys if (answer := self.answer(key))}
        return Seen(self.head(), answers, {stream: self._version(stream) for stream in streams})

    def commit(self, plan: Plan) -> None:
        execute = self._connection.execute
        if len(plan.events) == 1:  # a third faster than executemany
            execute(_INSERT_EVENT, plan.events[0])
            execute(_INSERT_KEY, plan.keys[0])
        else:
            self._connection.executemany(_INSERT_EVENT, map(tuple, plan.events))  # plain tuples bind faster
            self._connection.executemany(_INSERT_KEY, plan.keys)
        execute("UPDATE head SET position = ?, hash = ?, recordedtime = ?", plan.head)
        execute("COMMIT")

    def rollback(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def beyond_repair(self, error: Exception) -> bool:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the primary code of an extended one
        return code in _LOST

    def head(self) -> HeadRow:
        return HeadRow(*self._connection.execute(HEAD).fetchone())

    def answer(self, key: str) -> Answer | None:
        found = self._connection.execute(f"SELECT {KEY_COLUMNS} FROM keys WHERE key = ?", (key,)).fetchone()
        if not found:
            return None
        row = KeyRow(*found)
        ids = self._connection.execute(
            "SELECT id FROM events WHERE position BETWEEN ? AND ? ORDER BY position", (row.first, row.last)
        )
        return Answer(row, tuple(id for (id,) in ids))

    def after(self, position: int, limit: int) -> list[EventRow]:
        return self._events("WHERE position > ? ORDER BY position LIMIT ?", position, limit)

    def select(self, wanted: Selection) -> tuple[list[EventRow], int]:
        chosen, values, page, bounds = selected(wanted, "?")
        total = self._number(f"SELECT count(*) FROM events WHERE {chosen}", *values)
        return self._events(f"WHERE {chosen}{page}", *values, *bounds), total

    def raw_after(self, position: int, limit: int) -> list[bytes]:
        rows = self._connection.execute(f"{RAW} WHERE position > ? ORDER BY position LIMIT ?", (position, limit))
        return [raw for (raw,) in rows]

    def last(self, limit: int) -> list[EventRow]:
        return self._events("ORDER BY position DESC LIMIT ?", limit)[::-1]

    def of_stream(self, stream: str) -> list[EventRow]:
        return self._events("WHERE stream = ? ORDER BY version", stream)

    def by_id(self, event_id: str) -> EventRow | None:
        return next(iter(self._events("WHERE id = ?", event_id)), None)

    def ends(self) -> tuple[HeadRow, int]:
        *head, last = self._connection.execute(ENDS).fetchone()
        return HeadRow(*head), last

    def stray_keys(self) -> int:
        return self._number(STRAY_KEYS)

    def _version(self, stream: str) -> int:
        return self._number("SELECT coalesce(max(version), 0) FROM events WHERE stream = ?", stream)

    def _events(self, where: str, *values: object) -> list[EventRow]:
        return [EventRow(*row) for row in self._connection.execute(f"SELECT {COLUMNS} FROM events {where}", values)]

    def _number(self, statement: str, *values: object) -> int:
        (number,) = self._connection.execute(statement, values).fetchone()
        return int(number)
