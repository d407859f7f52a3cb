"""A ledger in a schema of a PostgreSQL database, through the driver itself: two round trips a group, one flush."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import TupleRow

from shared.database import BUSY_SECONDS, UnsafeDatabase
from shared.ledger.planning import Answer, EventRow, HeadRow, KeyRow, Plan, Seen
from shared.ledger.port import Selection
from shared.ledger.store import COLUMNS, ENDS, HEAD, KEY_COLUMNS, RAW, STRAY_KEYS, selected

_SETTINGS = {
    "synchronous_commit": "on",  # a commit is answered when it is on disk
    "lock_timeout": f"{BUSY_SECONDS}s",
    "idle_in_transaction_session_timeout": f"{BUSY_SECONDS}s",  # a stopped process must not hold the head for ever
}
_MUST_BE_ON = ("fsync", "full_page_writes", "synchronous_commit")

_ANSWERS = f"""
SELECT {KEY_COLUMNS}, array(SELECT id FROM events WHERE position BETWEEN k.first AND k.last ORDER BY position)
FROM keys k WHERE key = ANY(%s)
"""
_VERSIONS = """
SELECT s.stream, (SELECT max(version) FROM events e WHERE e.stream = s.stream) FROM unnest(%s::text[]) AS s(stream)
"""
_EVENT_TYPES = ("int8", "text", "text", "int4", "text", "text", "int4", "text", "text", "bytea", "bytea", "text")
_KEY_TYPES = ("text", "text", "text", "int4", "int8", "int8")


def _insert(table: str, columns: str, types: Sequence[str]) -> str:
    # One statement for all rows of a group; %b: binary, so that the bytes are not written out as hexadecimal.
    arrays = ", ".join(f"%b::{kind}[]" for kind in types)
    return f"INSERT INTO {table} ({columns}) SELECT * FROM unnest({arrays})"


_INSERT_EVENTS = _insert("events", COLUMNS, _EVENT_TYPES)
_INSERT_KEYS = _insert("keys", KEY_COLUMNS, _KEY_TYPES)


class PostgresStore:
    """One connection to the database, looking for its tables in the ledger's schema alone."""

    errors: type[Exception] = psycopg.Error

    def __init__(self, url: str, schema: str):
        self._url, self._schema = url, schema
        self._connection: psycopg.Connection[TupleRow] = None  # type: ignore[assignment]  # until open()

    def open(self) -> None:
        settings = {**_SETTINGS, "search_path": self._schema}
        given = conninfo_to_dict(self._url).get("options") or ""
        options = " ".join([str(given), *(f"-c {name}={value}" for name, value in settings.items())])
        self._connection = psycopg.connect(self._url, options=options.strip(), autocommit=True, prepare_threshold=0)
        for setting in _MUST_BE_ON:
            value = self._one(f"SHOW {setting}")[0]
            if value != "on":
                self._connection.close()
                raise UnsafeDatabase(f"{setting} is {value}: a commit could be lost with the power")

    def close(self) -> None:
        self._connection.close()

    def begin(self, keys: Sequence[str], streams: Sequence[str]) -> Seen:
        try:
            return self._begin(keys, streams)
        except psycopg.OperationalError:
            if not self._connection.closed:
                raise
        self.open()  # the server was restarted, or cut us off; nothing of this group was sent before
        return self._begin(keys, streams)

    def _begin(self, keys: Sequence[str], streams: Sequence[str]) -> Seen:
        # Each statement sees what is committed when it runs, so what follows the lock sees all before it.
        with self._connection.pipeline():
            self._connection.execute("BEGIN ISOLATION LEVEL READ COMMITTED")
            head = self._connection.execute(f"{HEAD} FOR UPDATE")
            answers = self._connection.execute(_ANSWERS, [keys])
            versions = self._connection.execute(_VERSIONS, [streams])
        return Seen(
            HeadRow(*head.fetchall()[0]),
            {row[0]: _answer(row) for row in answers},
            {stream: version for stream, version in versions if version},
        )

    def commit(self, plan: Plan) -> None:
        with self._connection.pipeline():
            self._connection.execute(_INSERT_EVENTS, _columns(plan.events))
            self._connection.execute(_INSERT_KEYS, _columns(plan.keys))
            self._connection.execute("UPDATE head SET position = %b, hash = %b, recordedtime = %s", plan.head)
            outcome = self._connection.execute("COMMIT")
        if outcome.statusmessage != "COMMIT":  # PostgreSQL answers ROLLBACK, not an error, in a failed transaction
            raise psycopg.OperationalError(f"the commit ended in {outcome.statusmessage}")

    def rollback(self) -> None:
        if self._connection.closed:
            return
        if self._connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
            self._connection.execute("ROLLBACK")

    def beyond_repair(self, error: Exception) -> bool:
        return False  # a server whose flush fails stops itself and recovers from its log; ours is to connect again

    def head(self) -> HeadRow:
        return HeadRow(*self._one(HEAD))

    def answer(self, key: str) -> Answer | None:
        row = self._connection.execute(_ANSWERS, [[key]]).fetchone()
        return _answer(row) if row else None

    def after(self, position: int, limit: int) -> list[EventRow]:
        return self._events("WHERE position > %s ORDER BY position LIMIT %s", position, limit)

    def select(self, wanted: Selection) -> tuple[list[EventRow], int]:
        chosen, values, page, bounds = selected(wanted, "%s")
        total = int(self._one(f"SELECT count(*) FROM events WHERE {chosen}", *values)[0])
        return self._events(f"WHERE {chosen}{page}", *values, *bounds), total

    def raw_after(self, position: int, limit: int) -> list[bytes]:
        query = f"{RAW} WHERE position > %s ORDER BY position LIMIT %s".encode()
        return [raw for (raw,) in self._connection.execute(query, (position, limit), binary=True)]

    def last(self, limit: int) -> list[EventRow]:
        return self._events("ORDER BY position DESC LIMIT %s", limit)[::-1]

    def of_stream(self, stream: str) -> list[EventRow]:
        return self._events("WHERE stream = %s ORDER BY version", stream)

    def by_id(self, event_id: str) -> EventRow | None:
        return next(iter(self._events("WHERE id = %s", event_id)), None)

    def ends(self) -> tuple[HeadRow, int]:
        *head, last = self._one(ENDS)
        return HeadRow(*head), last

    def stray_keys(self) -> int:
        return int(self._one(STRAY_KEYS)[0])

    def _events(self, where: str, *values: Any) -> list[EventRow]:
        query = f"SELECT {COLUMNS} FROM events {where}".encode()
        return [EventRow(*row) for row in self._connection.execute(query, values, binary=True)]

    def _one(self, query: str, *values: Any) -> TupleRow:
        return self._connection.execute(query.encode(), values or None).fetchall()[0]


def _answer(row: TupleRow) -> Answer:
    *key, ids = row
    return Answer(KeyRow(*key), tuple(ids))


def _columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]
