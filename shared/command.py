"""What a decider is asked: a fact, its times and passages, and the day; pure data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from shared.events.base import Effective, Event, Known, Passage
from shared.events.envelope import Proposed, merged


@dataclass(frozen=True, slots=True)
class Command:
    """A fact that somebody asks to be recorded, with its times and passages, and what a decider may know.

    `today` is the day in UTC; `head` the id of the stream's last event, which a revision has to name.
    """

    fact: Event
    passages: tuple[Passage, ...]
    known: Known
    effective: Effective
    today: date
    head: str | None = None

    def proposed(self, *, revises: str | None = None) -> Proposed:
        """The fact as it was asked for, ready to be appended."""
        return Proposed(self.fact, self.known, self.effective, merged(self.passages), revises=revises)
