"""What has been heard, in one file that only grows: a line for each event, and how far each ledger is held whole."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

CloudEvent = dict[str, Any]


class Journal:
    """The events held, each once, and `through`: the position up to which nothing of a ledger is missing.

    A line is on the disk before its message is acknowledged. A last line that a crash cut off is dropped; its message
    was not acknowledged, and comes again.
    """

    def __init__(self, file: Path) -> None:
        self.through: dict[str, int] = {}
        self.events: dict[tuple[str, str], CloudEvent] = {}
        written = file.read_bytes() if file.exists() else b""
        whole = written[: written.rfind(b"\n") + 1]
        for line in whole.splitlines():
            self._take(json.loads(line))
        self._file = file.open("ab")
        self._file.truncate(len(whole))

    def __contains__(self, event: CloudEvent) -> bool:
        return (event["source"], event["id"]) in self.events

    def keep(self, ledger: str, events: Iterable[CloudEvent], through: int) -> int:
        """Keep what is new of these; answers how many were. The ledger is whole up to `through` then."""
        new = [event for event in events if event not in self]
        if new or through > self.through.get(ledger, 0):
            self._write({"ledger": ledger, "through": max(through, self.through.get(ledger, 0)), "events": new})
        return len(new)

    def _write(self, entry: dict[str, Any]) -> None:
        self._file.write(json.dumps(entry, separators=(",", ":")).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        self._take(entry)

    def _take(self, entry: dict[str, Any]) -> None:
        self.through[entry["ledger"]] = entry["through"]
        for event in entry["events"]:
            self.events[event["source"], event["id"]] = event
