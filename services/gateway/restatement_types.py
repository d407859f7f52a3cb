"""Restatements as GraphQL types: print, what was known at a meeting, what is known now, and each step between."""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import Annotated, Any

import strawberry

from services.gateway.bounds import bounded
from services.gateway.cuts import Cut, echoed
from services.gateway.figure_types import Number, Status, text
from services.gateway.problems import PublicError, public
from services.gateway.selection import Info
from services.gateway.state_types import State, state
from services.gateway.upstream import segment
from shared.problems import Problem

MOST_STEPS = 200
"""Steps of one restatement; more are refused, not cut off."""


@strawberry.enum(description="Why a figure changed.")
class RestatementCause(Enum):
    """Causes of model §8."""

    printDiffers = "printDiffers"  # the codes are the contract
    lateReport = "lateReport"
    revision = "revision"
    clerical = "clerical"
    retraction = "retraction"
    backfilledLetter = "backfilledLetter"
    membership = "membership"
    definition = "definition"
    judgement = "judgement"
    coverage = "coverage"
    codeChange = "codeChange"


@strawberry.type(description="Where a document says what an event records.")
class RestatementPassage:
    """A document and a place in it."""

    document: str
    paragraph: str


@strawberry.type(description="The event that moved a figure.")
class RestatementEvent:
    """What it is, which State it is about, by when it was known, and what it undoes."""

    id: strawberry.ID = strawberry.field(description="`event:<uuid>`.")
    kind: str
    state: State | None
    known: date
    recorded: date
    corrects: strawberry.ID | None
    revises: strawberry.ID | None
    retracts: strawberry.ID | None
    passages: list[RestatementPassage] = bounded(200, usual=2)


@strawberry.type(description="One reason for which a figure changed; the steps between the computed sides add up.")
class RestatementStep:
    """`difference` is null where a side has no number; `unexplained` is what print gives no names for."""

    cause: RestatementCause
    before: Number | None
    after: Number | None
    difference: Number | None
    unexplained: Number | None
    entering: list[State] = bounded(200, usual=2, description="States counted after it and not before.")
    leaving: list[State] = bounded(200, usual=2, description="States counted before it and not after.")
    events: list[RestatementEvent] = bounded(1, description="Empty where no event is the reason.")


@strawberry.type(description="A figure as it was known at one end of a restatement.")
class RestatementSide:
    """effectiveAt is the same on both sides; knownBy and positions move."""

    status: Status
    value: Number | None
    definition: str | None
    members: list[State] = bounded(200, usual=20)
    cut: Cut


@strawberry.type(description="Why a figure is not what it was: published, reconstructed, now, and every step.")
class Restatement:
    """`seal` is the event whose sealed figure the reconstructed side is; null where the meeting is not sealed."""

    indicator: str
    published: Number | None
    seal: strawberry.ID | None
    reconstructed: RestatementSide
    now: RestatementSide
    difference: Number | None
    steps: list[RestatementStep] = bounded(MOST_STEPS, usual=10)
    stale: bool


From = Annotated[str, strawberry.argument(name="from", description="The meeting whose figure is explained.")]


async def restatement(info: Info, indicator: strawberry.ID, from_: From, to: str = "now") -> Restatement:
    """Asks the indicators service. Raises PublicError."""
    try:
        name = segment(indicator.removeprefix("indicator:"))
    except Problem as problem:
        raise public(problem) from None
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
        members=[state(code) for code in row["members"]],
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
