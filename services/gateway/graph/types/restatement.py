"""Restatements as GraphQL types: print, what was known at a meeting, what is known now, and each step between."""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import Annotated, Any

import strawberry

from services.gateway.asking.cuts import Cut, echoed, given
from services.gateway.asking.selection import Info
from services.gateway.graph.arguments import described
from services.gateway.graph.types.figure import Status, text
from services.gateway.graph.types.number import Number
from services.gateway.graph.types.state import State, state, states_of
from services.gateway.limits.bounds import bounded
from services.gateway.problems import PublicError, named

MOST_STEPS = 200
"""Steps of one restatement; more are refused, not cut off."""


@strawberry.enum(description="Why a figure changed.")
class RestatementCause(Enum):
    """Causes of model §8; the codes are the contract."""

    printDiffers = strawberry.enum_value(
        "printDiffers", description="Print says something else than what was known."
    )  # the codes are the contract
    lateReport = strawberry.enum_value("lateReport", description="A report or statement came after the meeting.")
    revision = strawberry.enum_value("revision", description="A State changed what it had said.")
    clerical = strawberry.enum_value("clerical", description="We had entered something wrongly.")
    retraction = strawberry.enum_value("retraction", description="Something was taken back.")
    backfilledLetter = strawberry.enum_value("backfilledLetter", description="A letter held then was entered later.")
    membership = strawberry.enum_value("membership", description="A State joined or left, or its acts were entered.")
    definition = strawberry.enum_value("definition", description="The definition changed.")
    judgement = strawberry.enum_value("judgement", description="A judgement was passed or changed.")
    coverage = strawberry.enum_value("coverage", description="The record was declared complete for more, or less.")
    codeChange = strawberry.enum_value("codeChange", description="The code that computes it changed.")


@strawberry.type(description="Where a document says what an event records.")
class RestatementPassage:
    """A document and a place in it."""

    document: str = strawberry.field(description="Id of the document.")
    paragraph: str = strawberry.field(description="Paragraph, form or table row.")


@strawberry.type(description="The event that moved a figure.")
class RestatementEvent:
    """What it is, which State it is about, by when it was known, and what it undoes."""

    id: strawberry.ID = strawberry.field(description="`event:<uuid>`.")
    kind: str = strawberry.field(description="Its type, without the ledger.")
    state: State | None = strawberry.field(description="The State it is about; null for none or several.")
    known: date = strawberry.field(description="By when the institution held it.")
    recorded: date = strawberry.field(description="When it was recorded here.")
    corrects: strawberry.ID | None = strawberry.field(description="The event it corrects.")
    revises: strawberry.ID | None = strawberry.field(description="The event it revises.")
    retracts: strawberry.ID | None = strawberry.field(description="The event it takes back.")
    passages: list[RestatementPassage] = bounded(200, usual=2, description="Where documents say so.")


@strawberry.type(description="One reason for which a figure changed; the steps between the computed sides add up.")
class RestatementStep:
    """`difference` is null where a side has no number; `unexplained` is what print gives no names for."""

    cause: RestatementCause = strawberry.field(description="Why.")
    before: Number | None = strawberry.field(description="The value before it.")
    after: Number | None = strawberry.field(description="The value after it.")
    difference: Number | None = strawberry.field(description="After less before; null where a side has no number.")
    unexplained: Number | None = strawberry.field(description="What print gives no names for.")
    entering: list[State] = bounded(200, usual=2, description="States counted after it and not before.")
    leaving: list[State] = bounded(200, usual=2, description="States counted before it and not after.")
    events: list[RestatementEvent] = bounded(1, description="Empty where no event is the reason.")


@strawberry.type(description="A figure as it was known at one end of a restatement.")
class RestatementSide:
    """effectiveAt is the same on both sides; knownBy and positions move."""

    status: Status = strawberry.field(description="How it stands.")
    value: Number | None = strawberry.field(description="The value; null where there is none.")
    definition: str | None = strawberry.field(description="Version of the definition.")
    members: list[State] = bounded(200, usual=20, description="The States counted.")
    cut: Cut = strawberry.field(description="What it is computed at.")


@strawberry.type(description="Why a figure is not what it was: published, reconstructed, now, and every step.")
class Restatement:
    """`seal` is the event whose sealed figure the reconstructed side is; null where the meeting is not sealed."""

    indicator: str = strawberry.field(description="Code of the indicator.")
    published: Number | None = strawberry.field(description="The printed value.")
    seal: strawberry.ID | None = strawberry.field(description="The seal that the reconstructed side is of.")
    reconstructed: RestatementSide = strawberry.field(description="As it was known at the meeting.")
    now: RestatementSide = strawberry.field(description="As it is known at the end of the way.")
    difference: Number | None = strawberry.field(description="Now less reconstructed; null where a side has no number.")
    steps: list[RestatementStep] = bounded(MOST_STEPS, usual=10, description="In the order in which they count.")
    stale: bool = strawberry.field(description="Whether a service did not answer: its last known state was taken.")


IndicatorArg = Annotated[strawberry.ID, described("An indicator by its code or its id.")]
From = Annotated[str, strawberry.argument(name="from", description="The meeting whose figure is explained.")]
To = Annotated[str, described("`now`, a meeting, or a day.")]


async def restatement(info: Info, indicator: IndicatorArg, from_: From, to: To = "now") -> Restatement:
    """Asks the indicators service. Raises PublicError."""
    name = named(indicator.removeprefix("indicator:"))
    answer = await info.context.ask(f"/indicators/restatements/{name}", {"from": from_, "to": to})
    row = answer.value
    if len(row["steps"]) > MOST_STEPS:
        raise PublicError("too-costly", f"there are {len(row['steps'])} steps; ask for a nearer `to`")
    info.context.spend(_objects(row))
    return Restatement(
        indicator=row["indicator"],
        published=row["published"],
        seal=_event_id(row["seal"]),
        reconstructed=_side(row["reconstructed"]),
        now=_side(row["now"]),
        difference=row["difference"],
        steps=[_step(one) for one in row["steps"]],
        stale=answer.stale,
    )


def _objects(row: dict[str, Any]) -> int:
    """Objects it can put into an answer."""
    steps = sum(
        2 + len(one["in"]) + len(one["out"]) + sum(len(event["passages"]) for event in one["events"])
        for one in row["steps"]
    )
    return 3 + len(row["now"]["members"]) + len(row["reconstructed"]["members"]) + steps


def _side(row: dict[str, Any]) -> RestatementSide:
    return RestatementSide(
        status=Status(row["status"]),
        value=row["value"],
        definition=text(row["definition"]),
        members=states_of(row["members"], given(row["cut"])),
        cut=echoed(row["cut"]),
    )


def _step(row: dict[str, Any]) -> RestatementStep:
    return RestatementStep(
        cause=RestatementCause(row["cause"]),
        before=row["before"],
        after=row["after"],
        difference=row["difference"],
        unexplained=row["unexplained"],
        entering=[state(code) for code in row["in"]],
        leaving=[state(code) for code in row["out"]],
        events=[_event(one) for one in row["events"]],
    )


def _event(row: dict[str, Any]) -> RestatementEvent:
    return RestatementEvent(
        id=strawberry.ID(f"event:{row['id']}"),
        kind=row["kind"],
        state=state(row["state"]) if row["state"] else None,
        known=date.fromisoformat(row["known"]),
        recorded=date.fromisoformat(row["recorded"]),
        corrects=_event_id(row["corrects"]),
        revises=_event_id(row["revises"]),
        retracts=_event_id(row["retracts"]),
        passages=[RestatementPassage(**one) for one in row["passages"]],
    )


def _event_id(id: str | None) -> strawberry.ID | None:
    return strawberry.ID(f"event:{id}") if id else None
