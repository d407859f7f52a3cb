"""The envelope: what is stored and hashed, and how the same bytes travel as a CloudEvent (model §2)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import orjson

from shared.events.base import Effective, Event, Known, Passage
from shared.events.canonical import canonical as canonical  # re-exported: the bytes belong to the envelope

GENESIS = bytes(32)
"""What the first event's chain hash is built on."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """A fact that a decider wants recorded: the event with its times and passages, not yet in any ledger."""

    event: Event
    known: Known
    effective: Effective
    passages: tuple[Passage, ...] = ()
    corrects: str | None = None
    revises: str | None = None
    retracts: str | None = None


@dataclass(frozen=True)
class Recorded:
    """An event as its ledger holds it. `raw` are the RFC 8785 bytes (the truth); the rest is read from them.

    `hash` is SHA-256(previous hash followed by raw). `fields` is the stored object as recorded, not upcast.
    """

    raw: bytes
    hash: bytes
    traceparent: str | None = None

    @cached_property
    def fields(self) -> dict[str, Any]:
        return orjson.loads(self.raw)  # type: ignore[no-any-return]  # the stored bytes are always an object

    @property
    def id(self) -> str:
        return str(self.fields["id"])

    @property
    def source(self) -> str:
        return str(self.fields["source"])

    @property
    def type(self) -> str:
        return str(self.fields["type"])

    @property
    def kind(self) -> str:
        """The class name alone: `ReportSubmitted`."""
        return self.type.rsplit(".", 1)[1]

    @property
    def schemaversion(self) -> int:
        return int(self.fields["schemaversion"])

    @property
    def stream(self) -> str:
        return str(self.fields["stream"])

    @property
    def version(self) -> int:
        return int(self.fields["version"])

    @property
    def position(self) -> int:
        return int(self.fields["position"])

    @property
    def subject(self) -> str | None:
        return self.fields["subject"]  # type: ignore[no-any-return]  # ISO3 or null by construction

    @property
    def corrects(self) -> str | None:
        return self.fields["corrects"]  # type: ignore[no-any-return]  # an id or null by construction

    @property
    def revises(self) -> str | None:
        return self.fields["revises"]  # type: ignore[no-any-return]  # an id or null by construction

    @property
    def retracts(self) -> str | None:
        return self.fields["retracts"]  # type: ignore[no-any-return]  # an id or null by construction

    @property
    def ledger(self) -> str:
        return self.source.rsplit("/", 1)[1]

    @property
    def data(self) -> dict[str, Any]:
        return self.fields["data"]  # type: ignore[no-any-return]  # an object by construction

    @property
    def recordedtime(self) -> datetime:
        return datetime.fromisoformat(self.fields["recordedtime"])


def timestamp(moment: datetime) -> str:
    """RFC 3339 in UTC with microseconds and a Z: sorts as text in the order of time."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _effective(span: Effective) -> dict[str, str | None]:
    # Written out, as the passages are: a third of what pydantic takes for so small a value, on every append.
    return {
        "from": span.from_.isoformat() if span.from_ else None,
        "to": span.to.isoformat() if span.to else None,
        "precision": span.precision,
    }


def stored_object(
    proposed: Proposed,
    *,
    id: str,
    source: str,
    version: int,
    position: int,
    recordedtime: datetime | None,
    actor: str,
    onbehalfof: str | None = None,
) -> dict[str, Any]:
    """The object whose RFC 8785 bytes are stored and hashed, with exactly the members of model §2.

    The ledger leaves `recordedtime` None until it holds the lock under which time and position are settled.
    """
    event = proposed.event
    return {
        "id": id,
        "source": source,
        "type": event.type_name(),
        "schemaversion": event.schemaversion,
        "stream": event.stream,
        "version": version,
        "position": position,
        "subject": event.subject,
        "effective": _effective(proposed.effective),
        "knowntime": proposed.known.time.isoformat(),
        "knownprecision": proposed.known.precision,
        "recordedtime": timestamp(recordedtime) if recordedtime else None,
        "actor": actor,
        "onbehalfof": onbehalfof,
        "corrects": proposed.corrects,
        "revises": proposed.revises,
        "retracts": proposed.retracts,
        "passages": [{"document": p.document, "paragraph": p.paragraph} for p in proposed.passages],
        "data": event.data(),
    }


_UNPLACED = b'"position":0,"recordedtime":null'


@dataclass(frozen=True, slots=True)
class Unplaced:
    """The canonical bytes of an event before and after the place and time that only the ledger's lock settles."""

    before: bytes
    after: bytes

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Unplaced:
        """Of a stored object at position 0 without a recorded time; raises what `canonical` raises."""
        # The last one is the envelope's own: "position" and "recordedtime" are neighbours in the order of the
        # members, and what follows them are texts and numbers, in whose bytes no bare quotation mark stands.
        before, found, after = canonical(stored).rpartition(_UNPLACED)
        if not found:
            raise ValueError("an event that already has its place")
        return cls(before, after)

    def placed(self, position: int, recordedtime: str) -> bytes:
        """The canonical bytes at this position, recorded at this `timestamp`."""
        return b'%b"position":%d,"recordedtime":"%b"%b' % (self.before, position, recordedtime.encode(), self.after)


def chain_hash(previous: bytes, raw: bytes) -> bytes:
    """SHA-256 of the previous event's chain hash followed by this event's bytes."""
    return hashlib.sha256(previous + raw).digest()


def nats_subject(type_name: str, subject: str | None) -> str:
    """`ccm.reports.ReportSubmitted.LAO`; the last token is `-` when the fact is about no State or several."""
    return f"{type_name}.{(subject or '-').replace('.', '_')}"


def schema_url(type_name: str, version: int) -> str:
    """Name of the schema of a type's version, as `dataschema` and as the schema's own `$id`.

    It names the contract, not a place: wire bytes are a function of the stored bytes alone, so it is the same in every
    deployment. The gateway of each serves the schema at the path of this URL.
    """
    return f"https://stocktake.invalid/schemas/{type_name}/{version}"


def _cut(day: str | None, precision: str) -> str | None:
    if day is None:
        return None
    return day[: {"year": 4, "month": 7, "day": 10}[precision]]


_DATA, _DATA_ENDS = b'"data":{', b'},"datacontenttype":'


def cloudevent(recorded: Recorded) -> bytes:
    """CloudEvents 1.0 structured JSON: a pure function of the stored bytes, equal on every republication.

    RFC 8785 bytes themselves, since the stored bytes stand in them as they are.
    """
    stored: Mapping[str, Any] = recorded.fields
    effective = stored["effective"]
    wire: dict[str, Any] = {
        "specversion": "1.0",
        "id": stored["id"],
        "source": stored["source"],
        "type": stored["type"],
        "time": stored["recordedtime"],
        "datacontenttype": "application/json",
        "dataschema": schema_url(stored["type"], stored["schemaversion"]),
        "sequence": f"{stored['position']:020d}",
        "knowntime": stored["knowntime"],
    }
    optional = {
        "subject": stored["subject"],
        "effectivefrom": _cut(effective["from"], effective["precision"]),
        "effectiveto": _cut(effective["to"], effective["precision"]),
        "corrects": stored["corrects"],
        "revises": stored["revises"],
        "retracts": stored["retracts"],
    }
    wire.update({name: value for name, value in optional.items() if value is not None})
    # Of texts with ASCII names these are the RFC 8785 bytes. The member cut at follows "data" in the order of the
    # names, and no text holds it: quotes in texts are escaped.
    before, next_member, after = orjson.dumps(wire, option=orjson.OPT_SORT_KEYS).partition(b'"datacontenttype":')
    return b'%b"data":%b,%b%b' % (before, recorded.raw, next_member, after)


def from_cloudevent(body: bytes, hash: bytes = b"", traceparent: str | None = None) -> Recorded:
    """The stored event inside a CloudEvent, so that its chain hash can be checked.

    Of a body that `cloudevent` wrote the bytes as they stand; of one that came another way, such as through a JSON
    library, its data made canonical again. Raises ValueError, KeyError, TypeError for what is neither.
    """
    start, end = body.find(_DATA), body.rfind(_DATA_ENDS)
    ours = 0 <= start < end
    raw = body[start + len(_DATA) - 1 : end + 1] if ours else canonical(orjson.loads(body)["data"])
    recorded = Recorded(raw=raw, hash=hash, traceparent=traceparent)
    vars(recorded)["fields"] = orjson.loads(raw)  # looked at by everyone who asks for an event off the wire
    return recorded


def merged(passages: Sequence[Passage]) -> tuple[Passage, ...]:
    """The same passages without repeats, sorted by document and paragraph."""
    return tuple(sorted(set(passages), key=lambda p: (p.document, p.paragraph)))
