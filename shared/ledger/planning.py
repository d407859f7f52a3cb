"""What a group of commands amounts to: the rows to store and a verdict for each command. Pure, no IO, no clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from uuid_utils import uuid7

from shared.events.envelope import GENESIS, Unplaced, chain_hash, stored_object, timestamp
from shared.ledger.port import Append, Appended, KeyReused, VersionConflict


class EventRow(NamedTuple):
    """A row of `events`, in the order of its columns. All but `raw`, `hash` and `traceparent` are read from `raw`."""

    position: int
    id: str
    stream: str
    version: int
    type: str
    subject: str | None
    schemaversion: int
    knowntime: str
    recordedtime: str
    raw: bytes
    hash: bytes
    traceparent: str | None


class KeyRow(NamedTuple):
    """A row of `keys`: what a command with this key and body was answered."""

    key: str
    body_hash: str
    stream: str
    version: int
    first: int
    last: int


class HeadRow(NamedTuple):
    """The row of `head`: the last position, its chain hash, and its recorded time ("" in an empty ledger)."""

    position: int
    hash: bytes
    recordedtime: str


EMPTY = HeadRow(0, GENESIS, "")


class Answer(NamedTuple):
    """What a key was answered, with the ids of its events."""

    row: KeyRow
    ids: tuple[str, ...]

    def replay(self, ledger: str, body_hash: str) -> Appended:
        """The same answer again; raises KeyReused for another body."""
        if body_hash != self.row.body_hash:
            raise KeyReused(self.row.key)
        _, _, stream, version, first, last = self.row
        return Appended(ledger, stream, version, first, last, self.ids, replayed=True)


class Draft(NamedTuple):
    """An event ready to be stored but for its place: its bytes, and the columns that repeat them, in their order."""

    bytes: Unplaced
    columns: tuple[str, str, int, str, str | None, int, str]  # id .. knowntime


@dataclass(frozen=True, slots=True)
class Prepared:
    """A command with its events, complete but for position and recorded time."""

    command: Append
    drafts: tuple[Draft, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """What the database holds, read under the head's lock: head, answers by key, versions by stream (absent = 0)."""

    head: HeadRow
    answers: Mapping[str, Answer]
    versions: Mapping[str, int]


@dataclass(slots=True)
class Plan:
    """The rows a group adds, the head after them, and one verdict per command, in the group's order."""

    head: HeadRow
    events: list[EventRow] = field(default_factory=list)
    keys: list[KeyRow] = field(default_factory=list)
    verdicts: list[Appended | Exception] = field(default_factory=list)


def prepare(command: Append, *, ledger: str, source: str) -> Prepared:
    """Everything that needs no lock. ValueError for a command that cannot be stored as it stands in any database of
    ours, or has no canonical bytes."""
    if not command.events:
        raise ValueError(f"a command on stream {command.stream!r} without an event")
    for text in (command.key, command.body_hash, command.stream, command.traceparent):
        _require_storable(text)
    drafts = []
    for version, proposed in enumerate(command.events, command.expected_version + 1):
        stored = stored_object(
            proposed,
            id=str(uuid7()),
            source=source,
            version=version,
            position=0,
            recordedtime=None,
            actor=command.actor,
            onbehalfof=command.onbehalfof,
        )
        if proposed.event.ledger != ledger or stored["stream"] != command.stream:
            raise ValueError(f"{stored['type']} on {stored['stream']!r} does not belong on {ledger}/{command.stream!r}")
        _require_storable(stored["subject"])
        drafts.append(Draft(Unplaced.of(stored), _columns(stored)))
    return Prepared(command, tuple(drafts))


def plan(group: Sequence[Prepared], seen: Seen, now: datetime, *, ledger: str) -> Plan:
    """Judge each command in turn as if those before it were stored; a refused one leaves the rest as they are."""
    result = Plan(head=seen.head)
    answers, versions = dict(seen.answers), dict(seen.versions)
    recordedtime = max(timestamp(now), seen.head.recordedtime)  # a clock set back never reorders the record
    for prepared in group:
        try:
            verdict = _judge(prepared, answers, versions, result, recordedtime, ledger)
        except (KeyReused, VersionConflict) as refusal:
            result.verdicts.append(refusal)
        else:
            result.verdicts.append(verdict)
    return result


def _judge(
    prepared: Prepared,
    answers: dict[str, Answer],
    versions: dict[str, int],
    result: Plan,
    recordedtime: str,
    ledger: str,
) -> Appended:
    command = prepared.command
    before = answers.get(command.key)
    if before:
        return before.replay(ledger, command.body_hash)
    version = versions.get(command.stream, 0)
    if version != command.expected_version:
        raise VersionConflict(command.stream, command.expected_version, version)
    rows = _rows(prepared, result.head, recordedtime)
    first, last = rows[0], rows[-1]
    result.events += rows
    result.head = HeadRow(last.position, last.hash, recordedtime)
    versions[command.stream] = last.version
    key = KeyRow(command.key, command.body_hash, command.stream, last.version, first.position, last.position)
    ids = tuple(row.id for row in rows)
    result.keys.append(key)
    answers[command.key] = Answer(key, ids)
    return Appended(ledger, command.stream, last.version, first.position, last.position, ids)


def _rows(prepared: Prepared, head: HeadRow, recordedtime: str) -> list[EventRow]:
    rows = []
    previous = head.hash
    traceparent = prepared.command.traceparent
    for position, draft in enumerate(prepared.drafts, head.position + 1):
        raw = draft.bytes.placed(position, recordedtime)
        previous = chain_hash(previous, raw)
        rows.append(EventRow(position, *draft.columns, recordedtime, raw, previous, traceparent))
    return rows


def row_of(stored: Mapping[str, Any], raw: bytes, hash: bytes, traceparent: str | None) -> EventRow:
    """The row whose columns repeat what the stored object says."""
    return EventRow(stored["position"], *_columns(stored), stored["recordedtime"], raw, hash, traceparent)


def _columns(stored: Mapping[str, Any]) -> tuple[str, str, int, str, str | None, int, str]:
    return (
        stored["id"],
        stored["stream"],
        stored["version"],
        stored["type"],
        stored["subject"],
        stored["schemaversion"],
        stored["knowntime"],
    )


def _require_storable(text: str | None) -> None:
    # PostgreSQL takes no NUL, UTF-8 no lone surrogate: refused here, or one command would fail its whole group.
    if text is not None and ("\0" in text or (not text.isascii() and _has_lone_surrogate(text))):
        raise ValueError(f"{text!r} holds a NUL or a lone surrogate")


def _has_lone_surrogate(text: str) -> bool:
    return any("\ud800" <= letter <= "\udfff" for letter in text)
