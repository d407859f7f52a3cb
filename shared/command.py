"""What a decider is asked: a fact, its times and passages, and the day; pure data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from shared.events.base import Effective, Event, Known, Passage
from shared.events.envelope import Proposed, merged

Link = Literal["corrects", "revises", "retracts"]


@dataclass(frozen=True, slots=True)
class Amends:
    """What a fact does to an event recorded before it, whose id is `target` (model §6)."""

    link: Link
    target: str

    @property
    def links(self) -> tuple[str | None, str | None, str | None]:
        """The target as what it `corrects`, `revises` and `retracts`: one of the three."""
        one, two, three = (self.target if self.link == link else None for link in get_args(Link))
        return one, two, three

    @property
    def field(self) -> str:
        """Where the command's body names the target."""
        return "/target" if self.link == "retracts" else f"/{self.link}"


@dataclass(frozen=True, slots=True)
class Command:
    """A fact that somebody asks to be recorded, with its times and passages, and what a decider may know.

    `today` is the day in UTC; `head` the id of the stream's last fact that stands, which a revision has to name;
    `amends` is given when the fact corrects, revises or retracts another: its decider then sees what stood before that.
    """

    fact: Event
    passages: tuple[Passage, ...]
    known: Known
    effective: Effective
    today: date
    head: str | None = None
    amends: Amends | None = None

    def proposed(self, *, revises: str | None = None) -> Proposed:
        """The fact as it was asked for, ready to be appended; `revises` where the fact itself names what it revises."""
        times = (self.known, self.effective)
        if self.amends is None:
            return Proposed(self.fact, *times, merged(self.passages), revises=revises)
        corrects, revises, retracts = self.amends.links
        return Proposed(self.fact, *times, merged(self.passages), corrects, revises, retracts)
