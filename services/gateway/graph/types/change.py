"""Changes of figures as a GraphQL type: what a figure was, what it is, who came and went, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

import strawberry

from services.gateway.asking.cuts import Asked, written
from services.gateway.asking.selection import Info
from services.gateway.graph.arguments import After, First, Order, described
from services.gateway.graph.connections import Connection, RecordOrder, connected, window
from services.gateway.graph.cycles import last_day_of
from services.gateway.graph.types.event import Event, event_of
from services.gateway.graph.types.figure import Figure, Part, Status, load_figure, part_of
from services.gateway.graph.types.nodes import code_of
from services.gateway.graph.types.number import Number
from services.gateway.graph.types.restatement import RestatementCause
from services.gateway.graph.types.state import State, state
from services.gateway.limits.bounds import bounded, whole

CAUSES = 20
EVENTS = 200
PARTS = 8

Row = Mapping[str, Any]


@strawberry.type(description="A cause of a change and the events behind it.")
class CauseOfChange:
    """Of very many events the first are named, and all are counted."""

    cause: RestatementCause = strawberry.field(description="Why.")
    number: int = strawberry.field(description="How many events; 0 where none is the reason.")
    events: list[strawberry.ID] = bounded(EVENTS, usual=1, description="`event:<uuid>` of each, or of the first.")


@strawberry.type(description="What a figure was, or became, when it was looked at.")
class ToldFigure:
    """As it was told: quantities are decimals as text."""

    status: Status = strawberry.field(description="What kind of answer it is.")
    value: Number | None = strawberry.field(description="Null where there is no number.")
    definition_version: int = strawberry.field(description="The version of the definition that was used.")
    reason_code: str | None = strawberry.field(description="The reason as a code, where there is no number.")
    parts: list[Part] = bounded(PARTS, usual=1, description="The numbers that it consists of.")


@dataclass(frozen=True, slots=True)
class Span:
    """Where a notice stands in its ledger, and the ends of the page that it came on."""

    position: int
    first: int
    last: int


async def _figure(info: Info, root: strawberry.Parent[FigureChange]) -> Figure:
    return await load_figure(info, root.indicator, root.outer)


async def _event(info: Info, root: strawberry.Parent[FigureChange]) -> Event:
    if isinstance(root.notice, Event):
        return root.notice
    info.context.spend(1)
    return event_of(await _recorded(info, root.notice), "indicators")


async def _recorded(info: Info, span: Span) -> Row:
    """The notice as its ledger holds it: all changes of a page share the questions. Raises PublicError."""
    at = span.first - 1
    while True:
        asked_ = {"type": "FigureChanged", "after": str(at), "limit": "1000"}
        body = (await info.context.ask("/indicators/ledger/events", asked_)).value
        found: Row | None = next((one for one in body["events"] if one["position"] == span.position), None)
        if found is not None:
            return found
        at = body["next"]


@strawberry.type(description="A figure that is not what it was: the notice of it, and the figure as it is now.")
class FigureChange:
    """Told once, when the record stands still; never an input of a figure."""

    outer: strawberry.Private[Asked]
    notice: strawberry.Private[Event | Span]
    indicator: str = strawberry.field(description="Code of the indicator.")
    plan: str = strawberry.field(description="Code of its plan.")
    cycle: str = strawberry.field(description="The cycle whose figure it is: 13MSP.")
    meeting: str | None = strawberry.field(description="The meeting that the cycle leads to.")
    seen: date = strawberry.field(description="The day on which it was found to have changed.")
    old: ToldFigure | None = strawberry.field(description="What was told before; null for a new figure.")
    new: ToldFigure = strawberry.field(description="What it became.")
    entering: list[State] = bounded(200, usual=2, description="States counted now and not before.")
    leaving: list[State] = bounded(200, usual=2, description="States counted before and not now.")
    causes: list[CauseOfChange] = bounded(CAUSES, usual=1, description="Why, as far as events tell.")
    event: Event = strawberry.field(resolver=_event, description="The notice as it was recorded.")
    figure: Figure = strawberry.field(resolver=_figure, description="The figure of that cycle, as known now.")


async def changes(
    info: Info,
    since: Annotated[
        str | None,
        described("Seen after the last day of this meeting's cycle, 12MSP, or after a day, 2025-06-30."),
    ] = None,
    meeting: Annotated[str | None, described("Figures of this meeting or cycle.")] = None,
    indicator: Annotated[strawberry.ID | None, described("Of this indicator, by its code or id.")] = None,
    first: First = 50,
    after: After = None,
    order_by: Order = RecordOrder.newestFirst,
) -> Connection[FigureChange]:
    """Resolver of the changes that were told."""
    day = await last_day_of(info, since) if since else None
    wanted = {
        "since": written(day),
        "meeting": meeting,
        "indicator": code_of(indicator, "indicator") if indicator else None,
    }
    page = window(first, after, order_by)
    body = (await info.context.ask("/indicators/changes", {**wanted, **page})).value
    rows = body["items"]
    info.context.spend(sum(len(row["in"]) + len(row["out"]) + 2 * len(row["causes"]) for row in rows))
    ends = [row["position"] for row in rows]
    return connected(info, body, lambda row: change_of(row, Span(row["position"], min(ends), max(ends))))


def change_of(data: Row, notice: Event | Span) -> FigureChange:
    """A notice's own fields as the GraphQL type."""
    return FigureChange(
        outer=Asked(meeting=data["cycle"]),
        notice=notice,
        indicator=data["indicator"],
        plan=data["plan"],
        cycle=data["cycle"],
        meeting=data.get("meeting"),
        seen=date.fromisoformat(data["to"]["knownBy"]),
        old=_told(data["old"]) if data.get("old") else None,
        new=_told(data["new"]),
        entering=[state(code) for code in data.get("in") or ()],
        leaving=[state(code) for code in data.get("out") or ()],
        causes=[_cause(one) for one in whole(data.get("causes") or (), CAUSES)],
    )


def _told(row: Row) -> ToldFigure:
    return ToldFigure(
        status=Status(row["status"]),
        value=row.get("value"),
        definition_version=row["definitionVersion"],
        reason_code=row.get("reasonCode"),
        parts=[part_of(one) for one in whole(row["parts"], PARTS)],
    )


def _cause(row: Row) -> CauseOfChange:
    events = [strawberry.ID(f"event:{one}") for one in whole(row.get("events") or (), EVENTS)]
    return CauseOfChange(cause=RestatementCause(row["cause"]), number=row.get("number") or 0, events=events)
