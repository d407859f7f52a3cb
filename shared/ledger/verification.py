"""Walks a ledger and names the first thing that is not as it was written. Pure: rows in, fault out."""

from __future__ import annotations

from collections.abc import Iterable

import orjson

from shared.events.envelope import GENESIS, canonical, chain_hash
from shared.ledger.planning import EventRow, HeadRow, row_of


class Walk:
    """Checks rows in order of position; remembers what the next one must build on."""

    def __init__(self, source: str) -> None:
        self._source = source
        self.position, self.hash, self.recordedtime = 0, GENESIS, ""
        self._versions: dict[str, int] = {}

    def check(self, rows: Iterable[EventRow]) -> str | None:
        """The first fault among the rows in words, None while all is sound."""
        for row in rows:
            fault = self._fault(row)
            if fault:
                return f"position {self.position + 1}: {fault}"
            self.position, self.hash, self.recordedtime = row.position, row.hash, row.recordedtime
            self._versions[row.stream] = row.version
        return None

    def reaches(self, head: HeadRow, last_stored: int) -> str | None:
        """What is wrong with the head row after all events up to it were walked."""
        if last_stored != head.position:
            return f"the head row says position {head.position}, the last event stands at {last_stored}"
        if (head.hash, head.recordedtime) != (self.hash, self.recordedtime):
            return f"the head row's hash or time is not that of the event at position {self.position}"
        return None

    def _fault(self, row: EventRow) -> str | None:
        if row.position != self.position + 1:
            return f"missing; the next event stands at {row.position}"
        if chain_hash(self.hash, row.raw) != row.hash:
            return "the chain is broken: its hash is not that of the previous hash and its bytes"
        try:
            stored = orjson.loads(row.raw)
            same_bytes = canonical(stored) == row.raw
            derived = row_of(stored, row.raw, row.hash, row.traceparent)
        except (ValueError, KeyError, TypeError) as error:
            return f"its bytes are no stored object ({error!r})"
        if not same_bytes:
            return "its bytes are not canonical"
        for column, value, expected in zip(row._fields, row, derived, strict=True):
            if value != expected:
                return f"column {column} says {value!r}, the bytes say {expected!r}"
        if stored["source"] != self._source:
            return f"it comes from {stored['source']!r}, not {self._source!r}"
        if row.version != self._versions.get(row.stream, 0) + 1:
            return f"version {row.version} of stream {row.stream} after {self._versions.get(row.stream, 0)}"
        if row.recordedtime < self.recordedtime:
            return f"recorded at {row.recordedtime}, before its predecessor at {self.recordedtime}"
        return None
