"""From the body of a command to the command: its times filled in (model §4)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from shared.command import Command
from shared.events.base import Effective, Event, Frozen, Known, Passage, Reason, earliest, known_from
from shared.http.validation import invalid
from shared.plain_fact import refuse_future
from shared.problems import Problem

MAX_STREAM: Final = 200
"""Characters of a stream's name: it is part of a database key."""

EventId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
OnBehalfOf = Annotated[str, Field(min_length=1, max_length=120)]
Role = Literal["registrar", "state"]
Passages = Annotated[tuple[Passage, ...], Field(min_length=1, max_length=200)]


class CommandBody(Frozen):
    """What every command carries besides its fact."""

    passages: Passages = Field(description="Where documents say so: at least one document and paragraph.")
    known: Known | None = Field(
        default=None, description="By when the institution held the fact; left out, the date of receipt."
    )
    effective: Effective | None = Field(
        default=None, description="When the fact holds; left out, what its own fields say, else from `known` on."
    )
    on_behalf_of: OnBehalfOf | None = Field(default=None, alias="onBehalfOf")
    corrects: EventId | None = Field(
        default=None, description="The event that was entered wrongly; this fact, told whole, takes its place."
    )
    revises: EventId | None = Field(default=None, description="The event in which the State said otherwise before.")
    role: Role | None = Field(default=None, description="Whose change it is; with `corrects` or `revises` only.")
    reason: Reason | None = Field(default=None, description="Why it is changed; with `corrects` or `revises` only.")


def fact_in(body: CommandBody) -> Event:
    """The fact, which each command's own body model adds."""
    fact: Event = body.fact  # type: ignore[attr-defined]  # every body_model has one
    return fact


def command_of(body: CommandBody, today: date) -> Command:
    """The body as a command, with its times filled in (model §4)."""
    fact = fact_in(body)
    if len(fact.stream) > MAX_STREAM or len(fact.natural_key) > MAX_STREAM:
        raise invalid("/fact", f"its identity is longer than {MAX_STREAM} characters; use shorter ids and names")
    known = known_of(fact, body.known, today)
    effective = body.effective or fact.holds or Effective(from_=known.time)
    if body.effective and effective.from_ and effective.to and effective.from_ > effective.to:
        raise invalid("/effective/to", "it lies before `from`")
    return Command(fact, body.passages, known, effective, today)


def known_of(fact: Event, given: Known | None, today: date) -> Known:
    """known_at: as given, else from the receipt; 422 when neither says it, or when it lies ahead of today."""
    if given is not None:
        if given.time > today:
            detail = "the institution cannot have known it on a day that has not come yet"
            raise Problem(422, "future", "A date lies in the future", detail, field="/known/time")
        return given
    if fact.received_on is None:
        raise invalid("/known", "this fact has no date of receipt; give the day by which the institution held it")
    known = known_from(fact.received_on)
    if known is None:
        raise invalid("/known", "the receipt has no upper bound; give the day by which the institution held it")
    if known.time <= today:
        return known
    refuse_future(fact, today)
    first = earliest(fact.received_on)
    if first is not None and first > today:
        raise invalid("/known", "its date lies ahead; give the day on which the institution knew of it")
    return Known(time=today, precision="by")  # some day of this month or year, and certainly held today
