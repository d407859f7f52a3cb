"""Trends as GraphQL types: points as printed, as known at the time and as known now; joints, and what stands apart."""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import Annotated, Any

import strawberry

from services.gateway.asking.selection import Info
from services.gateway.graph.types.figure import Status
from services.gateway.graph.types.nodes import code_of
from services.gateway.graph.types.number import Number
from services.gateway.limits.bounds import bounded, whole
from services.gateway.problems import named

MOST_POINTS = 60
"""Points of one trend: some five cycles a plan, three plans."""


@strawberry.enum(description="What the later indicator is beside the earlier one.")
class Grade(Enum):
    """Grades of the crosswalk."""

    same = strawberry.enum_value("same", description="Asks the same of the same States.")
    narrower = strawberry.enum_value("narrower", description="Fewer can be counted.")
    broader = strawberry.enum_value("broader", description="More can be counted.")
    merged = strawberry.enum_value("merged", description="Several became one.")
    split = strawberry.enum_value("split", description="One became several.")
    new = strawberry.enum_value("new", description="Nothing before it.")
    dropped = strawberry.enum_value("dropped", description="Nothing after it.")


@strawberry.enum(description="What to know before drawing a line through a point.")
class TrendMark(Enum):
    """Marks of a point."""

    breaks = strawberry.enum_value(
        "break", name="break", description="From here on another definition counts, or shares instead of numbers."
    )
    restated = strawberry.enum_value("restated", description="What is known now gives another answer than then.")
    printDiffers = strawberry.enum_value("printDiffers", description="The table prints another number.")
    sharedCell = strawberry.enum_value("sharedCell", description="The printed number stands for several indicators.")
    provisional = strawberry.enum_value("provisional", description="Later facts may still change it.")
    notApplicable = strawberry.enum_value("notApplicable", description="Not asked for in this cycle.")
    noData = strawberry.enum_value("noData", description="Neither print nor record has one.")


@strawberry.type(description="The cell of a printed table.")
class TrendPrint:
    """`number` is null for N/A and other words."""

    value: str = strawberry.field(description="As it is printed.")
    number: Number | None = strawberry.field(description="Null for N/A and other words.")
    shared: bool = strawberry.field(description="Whether the cell stands for several indicators together.")
    place: str = strawberry.field(description="Where in the document.")
    document: str = strawberry.field(description="Code of the document.")


@strawberry.type(description="A figure of a trend, by what was known on a day.")
class TrendFigure:
    """Numerator and denominator where it is a share."""

    status: Status = strawberry.field(description="What kind of answer it is.")
    value: Number | None = strawberry.field(description="Null where there is no number.")
    numerator: int | None = strawberry.field(description="Of a share: how many are counted.")
    denominator: int | None = strawberry.field(description="Of a share: of how many.")
    provisional: bool = strawberry.field(
        description="Whether its window was still open, or its definition not yet in force."
    )
    data_through: date | None = strawberry.field(description="The day to which the record is declared complete.")
    reason: str | None = strawberry.field(description="Why there is no number, or what it leaves open.")
    known_by: date = strawberry.field(description="The day up to which facts were known.")


@strawberry.type(description="One indicator in one cycle.")
class TrendPoint:
    """As printed, as known when the cycle ended, and as known today."""

    indicator: str = strawberry.field(description="Code of the indicator.")
    cycle: str = strawberry.field(description="Name of the cycle.")
    first_day: date = strawberry.field(description="First day of the cycle.")
    last_day: date = strawberry.field(description="Last day of the cycle.")
    published: TrendPrint | None = strawberry.field(
        description="The cell of the printed table; null where it has none."
    )
    then: TrendFigure = strawberry.field(description="As known when the cycle ended.")
    now: TrendFigure = strawberry.field(description="As known today.")
    marks: list[TrendMark] = bounded(8, usual=2, description="What to know before drawing a line through it.")


@strawberry.type(description="The part of a trend that one plan's indicator gives.")
class TrendSegment:
    """`share`: its value is a percentage."""

    indicator: str = strawberry.field(description="Code of the indicator.")
    plan: str = strawberry.field(description="Code of the plan.")
    title: str = strawberry.field(description="What it asks, in short.")
    unit: str = strawberry.field(description="What is counted.")
    share: bool = strawberry.field(description="Whether its value is a percentage.")


@strawberry.type(description="Where a later plan's indicator takes up an earlier one's.")
class TrendJoint:
    """Values compare across it only where `comparable`; the numbers counted where `countsComparable`."""

    earlier: str = strawberry.field(description="Code of the indicator before.")
    later: str = strawberry.field(description="Code of the indicator after.")
    grade: Grade = strawberry.field(description="What the later is beside the earlier.")
    why: str = strawberry.field(description="One line of reason.")
    unit_change: str | None = strawberry.field(description="number to share, or share to number; null where neither.")
    comparable: bool = strawberry.field(description="Whether values compare across it.")
    counts_comparable: bool = strawberry.field(description="Whether the numbers counted compare.")


@strawberry.type(description="A link of the crosswalk across which no trend goes.")
class TrendApart:
    """`direction`: earlier or later; `others` are the indicators on the other side."""

    indicator: str = strawberry.field(description="Code of the indicator.")
    direction: str = strawberry.field(description="earlier or later.")
    grade: Grade = strawberry.field(description="What the later is beside the earlier.")
    others: list[str] = bounded(20, usual=2, description="Codes on the other side.")
    why: str = strawberry.field(description="One line of reason.")


@strawberry.type(description="An indicator through the cycles and, where the crosswalk allows, through the plans.")
class Trend:
    """`chain` is what was joined, the earliest plan first."""

    indicator: str = strawberry.field(description="Code of the indicator that was asked for.")
    title: str = strawberry.field(description="What it asks, in short.")
    chain: list[TrendSegment] = bounded(10, usual=2, description="What was joined, the earliest plan first.")
    points: list[TrendPoint] = bounded(MOST_POINTS, usual=8, description="One for each indicator and cycle.")
    joints: list[TrendJoint] = bounded(10, usual=1, description="How the segments meet.")
    apart: list[TrendApart] = bounded(20, usual=2, description="Links across which the trend does not go.")
    stale: bool = strawberry.field(description="True when a service is down: newer facts may be missing.")


TheIndicator = Annotated[strawberry.ID, strawberry.argument(description="Its code, LAP-40.1, or its id.")]


async def trend(info: Info, indicator: TheIndicator) -> Trend:
    """Asks the indicators service. Raises PublicError."""
    answer = await info.context.ask(f"/indicators/trends/{named(code_of(indicator, 'indicator'))}")
    row = answer.value
    info.context.spend(1 + 4 * len(whole(row["points"], MOST_POINTS)) + len(row["chain"]) + len(row["joints"]))
    return Trend(
        indicator=row["indicator"],
        title=row["title"],
        chain=[TrendSegment(**one) for one in row["chain"]],
        points=[_point(one) for one in row["points"]],
        joints=[_joint(one) for one in row["joints"]],
        apart=[TrendApart(**{**one, "grade": Grade(one["grade"])}) for one in row["apart"]],
        stale=answer.stale,
    )


def _point(row: dict[str, Any]) -> TrendPoint:
    return TrendPoint(
        indicator=row["indicator"],
        cycle=row["cycle"],
        first_day=date.fromisoformat(row["from"]),
        last_day=date.fromisoformat(row["to"]),
        published=TrendPrint(**row["published"]) if row["published"] else None,
        then=_figure(row["then"]),
        now=_figure(row["now"]),
        marks=[TrendMark(one) for one in row["marks"]],
    )


def _figure(row: dict[str, Any]) -> TrendFigure:
    return TrendFigure(
        status=Status(row["status"]),
        value=row["value"],
        numerator=row["numerator"],
        denominator=row["denominator"],
        provisional=row["provisional"],
        data_through=date.fromisoformat(row["dataThrough"]) if row["dataThrough"] else None,
        reason=row["reason"],
        known_by=date.fromisoformat(row["knownBy"]),
    )


def _joint(row: dict[str, Any]) -> TrendJoint:
    return TrendJoint(
        earlier=row["from"],
        later=row["to"],
        grade=Grade(row["grade"]),
        why=row["why"],
        unit_change=row["unitChange"],
        comparable=row["comparable"],
        counts_comparable=row["countsComparable"],
    )
