"""Which generation of a projection's tables plays which part, and how the parts change: the pointer's own rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["live", "candidate", "previous"]


class NotHeld(Exception):
    """There is no generation for what was asked; the message says what would make one."""


@dataclass(frozen=True, slots=True)
class Generation:
    """One set of a projection's tables: its number (1, 2, ... never used again) and the version that fills it."""

    number: int
    version: int


@dataclass(frozen=True, slots=True)
class Roles:
    """The generations there are. `live` answers; beside it stands one at most: `candidate` is to follow it,
    `previous` was live before it and is kept up, so that it can be live again at once. `latest` is the highest
    number ever given.
    """

    live: Generation
    candidate: Generation | None = None
    previous: Generation | None = None
    latest: int = 1

    @property
    def other(self) -> Generation | None:
        """The one beside the live one."""
        return self.candidate or self.previous

    @property
    def held(self) -> dict[Role, Generation]:
        """Those that have tables, the live one first."""
        parts: dict[Role, Generation | None] = {
            "live": self.live,
            "candidate": self.candidate,
            "previous": self.previous,
        }
        return {role: generation for role, generation in parts.items() if generation is not None}

    @property
    def numbers(self) -> list[int]:
        """Their numbers."""
        return [generation.number for generation in self.held.values()]


def begun(roles: Roles, version: int) -> Roles:
    """A new candidate beside the live generation; whatever else there was gives way."""
    number = roles.latest + 1
    return Roles(roles.live, candidate=Generation(number, version), latest=number)


def switched(roles: Roles) -> Roles:
    """The candidate is live, the live one is what to go back to. Raises NotHeld."""
    if roles.candidate is None:
        raise NotHeld("there is no candidate to switch to; a rebuild makes one")
    return Roles(roles.candidate, previous=roles.live, latest=roles.latest)


def rolled_back(roles: Roles) -> Roles:
    """The opposite of a switch: the previous one is live again, and what was live is a candidate. Raises NotHeld."""
    if roles.previous is None:
        raise NotHeld("there is no previous generation to go back to: none was switched from, or a rebuild dropped it")
    return Roles(roles.previous, candidate=roles.live, latest=roles.latest)
