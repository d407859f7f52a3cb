"""The feed: a ledger cut into pages of 256 positions, for ever the same; a filter thins a page, never re-cuts it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shared.events.envelope import Recorded, cloudevent

PER_PAGE = 256
"""Positions on a page; part of the contract (model §2), since every address rests on it."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which events of a page are wanted; empty = all. `subjects` are States, and `-` for events about none."""

    types: frozenset[str] = frozenset()
    subjects: frozenset[str] = frozenset()

    def takes(self, event: Recorded) -> bool:
        """Whether the event is wanted."""
        by_type = not self.types or event.type in self.types
        return by_type and (not self.subjects or (event.subject or "-") in self.subjects)

    def parameters(self) -> list[tuple[str, str]]:
        """As query parameters, in one order for one filter."""
        return [
            *(("type", name) for name in sorted(self.types)),
            *(("subject", code) for code in sorted(self.subjects)),
        ]


@dataclass(frozen=True, slots=True)
class Page:
    """Page `number` of a ledger, as far as the ledger has come.

    `events` are all that stand on it, whatever the filter takes of them; `through` is the last position it speaks for,
    so that a reader who gets no event knows how far nothing was there.
    """

    ledger: str
    number: int
    events: Sequence[Recorded]

    @property
    def first(self) -> int:
        """The first position that belongs on it."""
        return PER_PAGE * (self.number - 1) + 1

    @property
    def through(self) -> int:
        """The last position it holds; the one before its first while it is empty."""
        return self.first - 1 + len(self.events)

    @property
    def complete(self) -> bool:
        """Whether it is full, and so will never change again."""
        return len(self.events) == PER_PAGE

    def tag(self, wanted: Filter, form: str) -> str:
        """A strong ETag. The last event's chain hash stands for every byte up to it, the rest for the answer's form."""
        chain = self.events[-1].hash if self.events else b""
        said = repr((self.ledger, self.number, self.through, wanted.parameters(), form)).encode()
        return f'"{hashlib.sha256(chain + said).hexdigest()[:32]}"'


def last_page(head: int) -> int:
    """The page that the next event will stand on: the only one that still changes."""
    return head // PER_PAGE + 1


def batch(events: Iterable[Recorded]) -> bytes:
    """A CloudEvents batch: a JSON array with each event on a line of its own, the very bytes published on NATS."""
    return b"[\n" + b",\n".join(map(cloudevent, events)) + b"\n]\n"
