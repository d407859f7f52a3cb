"""An office of the Convention: assumed once, ended once, in that order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from shared.command import Command
from shared.decider import Decider, Refused
from shared.events.base import Event, FactDate, earliest
from shared.events.envelope import Proposed
from shared.events.meetings import OfficeAssumed, OfficeEnded


@dataclass(frozen=True, slots=True)
class Office:
    """Since when it is held, and whether it has ended."""

    since: FactDate | None = None
    ended: bool = False


def evolve(office: Office, event: Event) -> Office:
    """Assumed, then ended."""
    match event:
        case OfficeAssumed():
            return replace(office, since=event.from_)
        case OfficeEnded():
            return replace(office, ended=True)
        case _:
            return office


def decide(office: Office, command: Command) -> Sequence[Proposed]:
    """Nobody leaves an office before taking it; the next holder's office has an id of its own."""
    fact = command.fact
    if isinstance(fact, OfficeAssumed):
        if office.since is not None:
            detail = "this office id is taken; every term of office has an id of its own"
            raise Refused("already-recorded", detail, field="/fact/office_id")
        return [command.proposed()]
    assert isinstance(fact, OfficeEnded)
    if office.since is None:
        raise Refused("sequence", "this office was never assumed", field="/fact/office_id")
    if office.ended:
        raise Refused("already-recorded", "the end of this office is recorded already", field="/fact/office_id")
    begun = earliest(office.since)
    if begun is not None and fact.to < begun:
        raise Refused("sequence", "the office ends before it was assumed", field="/fact/to")
    return [command.proposed()]


office: Decider[Office, Command] = Decider(initial=Office(), evolve=evolve, decide=decide)
