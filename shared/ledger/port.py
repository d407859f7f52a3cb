"""What a ledger promises, whichever database holds it; `tests/contracts/` holds both to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared.events.envelope import Proposed, Recorded


@dataclass(frozen=True, slots=True)
class Append:
    """One command's events for one stream.

    `expected_version` is the stream's version the decision was made on (0 = the stream is empty).
    `key` and `body_hash` are the idempotency key and the SHA-256 of the command's canonical body.
    """

    stream: str
    expected_version: int
    events: tuple[Proposed, ...]
    key: str
    body_hash: str
    actor: str
    onbehalfof: str | None = None
    traceparent: str | None = None


@dataclass(frozen=True, slots=True)
class Appended:
    """Where a command's events stand: positions `first`..`last`, the new version, and whether it was a replay."""

    ledger: str
    stream: str
    version: int
    first: int
    last: int
    ids: tuple[str, ...]
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Selection:
    """Events of a type, of a State, or all: those beyond the position `after`, the oldest of them first.

    With `newest_first` those before it (0 = from the head), the newest of them first.
    """

    after: int = 0
    limit: int = 256
    type: str | None = None
    subject: str | None = None
    newest_first: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """The last position of a ledger (0 = empty), its chain hash (hex) and the time it was recorded."""

    ledger: str
    position: int
    hash: str
    recordedtime: datetime | None


@dataclass(frozen=True, slots=True)
class Verification:
    """Result of walking a ledger: how many events were checked, and the first fault in words (None = sound)."""

    ledger: str
    checked: int
    head: str
    fault: str | None = None


class VersionConflict(Exception):
    """The stream moved on between decision and append; decide again on its new version."""

    def __init__(self, stream: str, expected: int, actual: int):
        super().__init__(f"stream {stream} is at version {actual}, not {expected}")
        self.stream, self.expected, self.actual = stream, expected, actual


class KeyReused(Exception):
    """The idempotency key was used before with another body."""

    def __init__(self, key: str):
        super().__init__(f"the key {key!r} was already used for another body")
        self.key = key


class AppendFailed(Exception):
    """The database did not take the group of commands that this one was in; nothing of it was acknowledged.

    Whether it is stored may be unknown (a connection lost at commit): repeat it with the same key.
    """

    def __init__(self, ledger: str, cause: Exception):
        super().__init__(f"the {ledger} ledger could not store the command: {cause}")
        self.ledger, self.cause = ledger, cause


class LedgerBroken(AppendFailed):
    """The disk failed under a commit: the ledger takes nothing more until it is started again."""


class LedgerClosed(Exception):
    """The ledger was not started, or was stopped."""

    def __init__(self, ledger: str):
        super().__init__(f"the {ledger} ledger is closed")
        self.ledger = ledger


class Ledger(Protocol):
    """The append-only record of one service."""

    name: str
    source: str

    async def start(self) -> None:
        """Open the store, create or check its schema, start the appender."""

    async def stop(self) -> None:
        """Finish what is queued and close."""

    async def append(self, command: Append) -> Appended:
        """Store the events durably at the next positions, or answer what this key was answered before.

        Raises VersionConflict, KeyReused, AppendFailed, LedgerBroken, and ValueError for what cannot be stored
        at all (no event, another stream's or ledger's event, no canonical bytes). Returns only after the commit
        is durable.
        """

    async def answered(self, key: str, body_hash: str) -> Appended | None:
        """What `append` answered for this key and body (replayed=True), None for a new key; raises KeyReused."""

    async def head(self) -> Head:
        """The last committed position."""

    async def read(self, after: int = 0, limit: int = 256) -> Sequence[Recorded]:
        """Events with position > after, in order, at most `limit`; never a hole."""

    async def select(self, wanted: Selection) -> tuple[Sequence[Recorded], int]:
        """A page of the selected events in its order, and how many there are on all pages."""

    async def read_stream(self, stream: str) -> Sequence[Recorded]:
        """All events of a stream by version."""

    async def tail(self, limit: int = 20) -> Sequence[Recorded]:
        """The last events, in order of position."""

    async def find(self, event_id: str) -> Recorded | None:
        """The event with this id."""

    async def wait_beyond(self, position: int, timeout: float) -> int:
        """Wait until the head is beyond `position` or `timeout` seconds passed; answers the head's position."""

    async def verify(self) -> Verification:
        """Walk all events: positions contiguous, bytes canonical, derived columns equal, chain unbroken."""
