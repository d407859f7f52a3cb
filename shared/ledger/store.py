"""What the appender and the readers ask of a database; one object is one connection, used by one thread at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from shared.ledger.planning import Answer, EventRow, HeadRow, KeyRow, Plan, Seen
from shared.ledger.port import Selection

# The statements that both databases understand.
COLUMNS = ", ".join(EventRow._fields)
KEY_COLUMNS = ", ".join(KeyRow._fields)
HEAD = "SELECT position, hash, recordedtime FROM head"
ENDS = "SELECT position, hash, recordedtime, (SELECT coalesce(max(position), 0) FROM events) FROM head"
RAW = "SELECT raw FROM events"
STRAY_KEYS = """
SELECT (
    SELECT count(*) FROM keys k LEFT JOIN events e ON e.position = k.last
    WHERE k.first > k.last OR e.stream IS DISTINCT FROM k.stream OR e.version IS DISTINCT FROM k.version
) + abs((SELECT count(*) FROM events) - (SELECT coalesce(sum(last - first + 1), 0) FROM keys))
"""


def selected(wanted: Selection, mark: str) -> tuple[str, list[object], str, list[object]]:
    """The condition of a selection and its values, then what cuts a page out of it and the values of that.

    `mark` stands for a value in the dialect of the database.
    """
    named = {"type": wanted.type, "subject": wanted.subject}
    values: list[object] = [value for value in named.values() if value is not None]
    chosen = " AND ".join([f"{name} = {mark}" for name, value in named.items() if value is not None]) or "1 = 1"
    if not wanted.newest_first:
        return chosen, values, f" AND position > {mark} ORDER BY position LIMIT {mark}", [wanted.after, wanted.limit]
    before = wanted.after or 2**53
    return chosen, values, f" AND position < {mark} ORDER BY position DESC LIMIT {mark}", [before, wanted.limit]


class Store(Protocol):
    """Statements of a ledger against one kind of database. Driver errors pass through."""

    errors: type[Exception]
    """What the driver raises."""

    def open(self) -> None:
        """Connect, and check that the database keeps what it acknowledges; raises UnsafeDatabase."""

    def close(self) -> None:
        """Disconnect; an open transaction is lost."""

    def begin(self, keys: Sequence[str], streams: Sequence[str]) -> Seen:
        """Open a transaction, lock the head row, and read what the plan needs to know."""

    def commit(self, plan: Plan) -> None:
        """Store the plan's rows and its head, and commit; durable on return."""

    def rollback(self) -> None:
        """Give up the transaction, if there is one, and be ready for the next."""

    def beyond_repair(self, error: Exception) -> bool:
        """Whether after this error it is unknown what the disk holds, so that only a restart may go on."""

    def head(self) -> HeadRow:
        """The last committed position."""

    def answer(self, key: str) -> Answer | None:
        """What this key was answered."""

    def after(self, position: int, limit: int) -> list[EventRow]:
        """The events beyond a position, in order."""

    def select(self, wanted: Selection) -> tuple[list[EventRow], int]:
        """A page of the selected events in its order, and how many there are on all pages."""

    def raw_after(self, position: int, limit: int) -> list[bytes]:
        """The stored bytes alone of the events that `after` gives: what a replay reads."""

    def last(self, limit: int) -> list[EventRow]:
        """The last events, in order of position."""

    def of_stream(self, stream: str) -> list[EventRow]:
        """The events of a stream by version."""

    def by_id(self, event_id: str) -> EventRow | None:
        """The event with this id."""

    def ends(self) -> tuple[HeadRow, int]:
        """The head row and, whatever it says, the highest position among the events (0 = none), at one moment."""

    def stray_keys(self) -> int:
        """How many keys name a place where no such events stand, plus how many events no key covers."""
