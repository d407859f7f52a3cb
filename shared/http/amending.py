"""Commands that correct, revise or retract: what is sent, together with its target, as a command (model §6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Annotated

from pydantic import Field

from shared.amendments import (
    effective_of_target,
    known_of_target,
    refuse_earlier,
    refuse_other_identity,
)
from shared.command import Amends, Command
from shared.events.base import (
    RETRACT,
    Amendment,
    Effective,
    Event,
    FactDate,
    Frozen,
    Known,
    Reason,
    earliest,
)
from shared.events.envelope import Recorded
from shared.events.registry import EVENT_TYPES, decode
from shared.http.dating import CommandBody, EventId, OnBehalfOf, Passages, Role, command_of, fact_in, known_of
from shared.http.validation import invalid
from shared.problems import Problem


class RetractBody(Frozen):
    """A fact is taken back: by its State from the receipt of that on, by the registrar as if it had never counted."""

    target: EventId = Field(description="The event that is taken back, the last of its chain.")
    role: Role
    reason: Reason
    received: Annotated[
        FactDate | None, Field(description="When the State's retraction was received; the registrar's has no such day.")
    ] = None
    passages: Passages = Field(description="Where documents say so: at least one document and paragraph.")
    on_behalf_of: OnBehalfOf | None = Field(default=None, alias="onBehalfOf")

    @property
    def amends(self) -> Amends:
        """What it does to which event."""
        return Amends("retracts", self.target)


def amends_of(body: CommandBody) -> Amends | None:
    """What the fact does to another event; None for a new one. Raises Problem 422 where members do not go together."""
    if fact_in(body).amendment is not None:
        raise invalid("/fact/amendment", "say who and why in `role` and `reason` beside `fact`")
    if body.corrects is None and body.revises is None:
        for name in ("role", "reason"):
            if getattr(body, name) is not None:
                raise invalid(f"/{name}", "who and why go with `corrects` or `revises`, which name the event changed")
        return None
    if body.corrects is not None and body.revises is not None:
        raise invalid("/revises", "a fact either corrects what we entered wrongly or revises what the State said")
    for name in ("role", "reason"):
        if getattr(body, name) is None:
            raise invalid(f"/{name}", "this field is required with `corrects` or `revises`")
    if body.corrects is not None:
        return Amends("corrects", body.corrects)
    if body.role != "state":
        raise invalid("/role", "only a State revises what it said; what we entered wrongly is corrected")
    assert body.revises is not None
    return Amends("revises", body.revises)


def command_amending(body: CommandBody, amends: Amends, target: Recorded, today: date) -> Command:
    """A correction or revision as a command. Raises Refused and Problem.

    A correction that leaves the date of receipt alone keeps its target's known_at, which may have been given by hand;
    likewise with when the fact holds. A revision has a receipt of its own, never before its target was known.
    """
    fact = fact_in(body)
    refuse_other_identity(fact, target, amends)
    assert body.role is not None and body.reason is not None  # amends_of saw to that
    amendment = Amendment(role=body.role, reason=body.reason)
    told: dict[str, Event | Known | Effective] = {"fact": fact.model_copy(update={"amendment": amendment})}
    if amends.link == "corrects":
        told.update(_kept_times(body, fact, target))
    command = replace(command_of(body.model_copy(update=told), today), amends=amends)
    if amends.link == "revises":
        refuse_earlier(command.known, target, "/known/time" if body.known else "/fact/received")
    return command


def _kept_times(body: CommandBody, fact: Event, target: Recorded) -> dict[str, Known | Effective]:
    """The target's times where they were given by hand and nothing says otherwise now."""
    kept: dict[str, Known | Effective] = {}
    before, known = decode(target), known_of_target(target)
    if body.known is None and fact.received_on == before.received_on:
        kept["known"] = known
    derived = before.holds or Effective(from_=known.time)
    effective = effective_of_target(target)
    if body.effective is None and fact.holds == before.holds and effective != derived:
        kept["effective"] = effective
    return kept


def command_retracting(body: RetractBody, target: Recorded, today: date) -> Command:
    """A retraction as a command. Raises Refused and Problem.

    The State's is known from its own receipt, never before its target; the registrar's from its target's known_at on.
    """
    kind = next(one for one in EVENT_TYPES.values() if one.command == RETRACT and one.ledger == target.ledger)
    fact = kind.model_validate(
        {
            "target_type": target.kind,
            "target_stream": target.stream,
            "state": target.subject,
            "received": body.received,
            "amendment": Amendment(role=body.role, reason=body.reason),
        }
    )
    known = _known_of_retraction(body, fact, target, today)
    return Command(fact, body.passages, known, Effective(from_=known.time), today, amends=body.amends)


def _known_of_retraction(body: RetractBody, fact: Event, target: Recorded, today: date) -> Known:
    if body.role == "registrar":
        if body.received is not None:
            raise invalid("/received", "leave it out: what the registrar takes back never counted, from the start")
        return known_of_target(target)
    if body.received is None:
        raise invalid("/received", "say when the State's retraction was received")
    first = earliest(body.received)
    if first is not None and first > today:
        raise Problem(422, "future", "A date lies in the future", "this day has not come yet", field="/received")
    known = known_of(fact, None, today)
    refuse_earlier(known, target, "/received")
    return known
