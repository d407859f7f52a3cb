"""What the clock proposes: a fact that a rule derives from others on a day that has come (model §4)."""

from __future__ import annotations

from collections.abc import Iterable

from shared.events.base import Event, Passage, known_from
from shared.events.envelope import Proposed, merged


def announcement(event: Event, passages: Iterable[Passage] = ()) -> Proposed:
    """The event, known and effective on the rule's own date, with the passages of the facts that it follows from."""
    day = event.received_on
    known, effective = known_from(day) if day is not None else None, event.holds
    assert known is not None and effective is not None, f"{event.type_name()} has no date of its own"
    return Proposed(event, known, effective, merged(tuple(passages)))


def in_order(proposed: Iterable[Proposed]) -> list[Proposed]:
    """By the rule's date, then by name: the same announcements are always made in the same order."""
    return sorted(proposed, key=lambda one: (one.known.time, one.event.natural_key))
