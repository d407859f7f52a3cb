"""A meeting of the Convention: scheduled, and rescheduled as often as its dates or place change (Articles 11, 12)."""

from __future__ import annotations

from collections.abc import Sequence

from shared.command import Command
from shared.decider import Decider, Refused
from shared.events.base import Event
from shared.events.envelope import Proposed
from shared.events.meetings import MeetingScheduled

Schedule = MeetingScheduled | None
"""What is known of the meeting now."""


def evolve(schedule: Schedule, event: Event) -> Schedule:
    """The latest schedule holds."""
    return event if isinstance(event, MeetingScheduled) else schedule


def decide(schedule: Schedule, command: Command) -> Sequence[Proposed]:
    """A new schedule is a new event; the same one again is none."""
    fact = command.fact
    assert isinstance(fact, MeetingScheduled)
    if fact.closes and not fact.opens:
        raise Refused("invalid", "a meeting that closes also opens", field="/fact/opens", status=422)
    if fact.opens and fact.closes and fact.closes < fact.opens:
        raise Refused("invalid", "the meeting closes before it opens", field="/fact/closes", status=422)
    if fact.part_of == fact.meeting:
        raise Refused("identity", "a meeting is no part of itself", field="/fact/part_of", status=422)
    if schedule == fact:
        raise Refused("already-recorded", "the meeting is scheduled so already", field="/fact")
    if schedule and schedule.kind != fact.kind:
        detail = "the meeting is recorded as one of another kind; a new schedule changes dates, place or presidency"
        raise Refused("identity", detail, field="/fact/kind")
    return [command.proposed()]


meeting: Decider[Schedule, Command] = Decider(initial=None, evolve=evolve, decide=decide)
