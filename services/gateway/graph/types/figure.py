"""Figures as GraphQL types: value, status and reason, what print says, and the States behind the number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from enum import Enum
from operator import attrgetter
from typing import Any

import strawberry

from services.gateway.asking.cuts import Asked, Cut, echoed
from services.gateway.asking.operation import FigureKey
from services.gateway.asking.selection import Info, asks_for
from services.gateway.graph.compiled import Coded
from services.gateway.graph.types.breakdown import BREAKDOWNS_OF_A_FIGURE, ReceivedBreakdown, breakdowns_of_figure
from services.gateway.graph.types.nodes import Node
from services.gateway.graph.types.number import Number
from services.gateway.graph.types.progress import Progress, progress_of
from services.gateway.graph.types.state import Member, State, member_without_evidence, members, state, states_of
from services.gateway.limits.bounds import bounded
from services.gateway.permalinks import citation, permalink


@strawberry.enum(description="What kind of answer a figure is; an absent number is never 0.")
class Status(Enum):
    """Statuses of model §7."""

    computed = strawberry.enum_value("computed", description="The record answers the question.")
    bound = strawberry.enum_value("bound", description="The record names only some: a lower bound.")
    needsJudgement = strawberry.enum_value("needsJudgement", description="An upper bound until somebody has judged.")
    noData = strawberry.enum_value("noData", description="The record is not declared complete and names nobody.")
    notHeld = strawberry.enum_value("notHeld", description="This system held no record yet.")
    notComputable = strawberry.enum_value("notComputable", description="It cannot be computed, for the reason given.")
    notApplicable = strawberry.enum_value("notApplicable", description="The question does not arise at this meeting.")
    undefined = strawberry.enum_value("undefined", description="A share of nobody.")


@strawberry.type(description="Another place that prints the same figure.")
class Printed:
    """A printed value and where it stands."""

    value: Number | None = strawberry.field(description="As a number; null where print gives none.")
    place: str | None = strawberry.field(description="Table, paragraph or figure.")
    document: str | None = strawberry.field(description="Id of the document.")


@strawberry.type(description="One of the numbers a figure consists of; low and high bound it.")
class Part:
    """The first part gives the figure its value and members."""

    name: str = strawberry.field(description="What it is: value, number, share.")
    value: Number | None = strawberry.field(description="The number; null where there is none.")
    low: Number | None = strawberry.field(description="What is certain.")
    high: Number | None = strawberry.field(description="What is possible.")
    unit: str | None = strawberry.field(description="What is counted.")
    numerator: Number | None = strawberry.field(description="Of a percentage: how many.")
    denominator: Number | None = strawberry.field(description="Of a percentage: of how many.")


_STATUSES = {one.value: one for one in Status}  # a lookup, where the enum's own costs as much as the rest of a row

EVIDENCE = frozenset({"evidence", "certain", "leftOn", "possible"})
"""Fields that need the passages behind each State, which are asked of the services only then."""


async def _permalink(info: Info, root: strawberry.Parent[Figure]) -> str:
    return permalink(root.row, root.asked.meeting, info.context.public_url)


async def _citation(info: Info, root: strawberry.Parent[Figure]) -> str:
    return citation(root.row, root.asked.meeting, permalink(root.row, root.asked.meeting, info.context.public_url))


async def _breakdowns(info: Info, root: strawberry.Parent[Figure]) -> list[ReceivedBreakdown]:
    return await breakdowns_of_figure(info, root.indicator, root.asked)


@strawberry.type(description="A figure: a pure function of the events, of the cut, and of a dated definition.")
class Figure(Node):
    """An indicator's number at a cut, opening into the States it counts."""

    id: strawberry.ID = strawberry.field(description="`figure:<indicator>@<meeting or day>`.")
    asked: strawberry.Private[Asked]
    row: strawberry.Private[dict[str, Any]]
    indicator: str = strawberry.field(description="Code of the indicator.")
    value: Number | None = strawberry.field(description="Upper bound under needsJudgement; null where there is none.")
    unit: str | None = strawberry.field(description="What is counted.")
    status: Status = strawberry.field(description="What kind of answer it is.")
    reason: str | None = strawberry.field(
        description="In words: why there is no number, or what the number leaves open."
    )
    reason_code: str | None = strawberry.field(description="The reason as a code; the codes grow with the rules.")
    provisional: bool = strawberry.field(
        description="Whether its window was still open, or its definition not in force."
    )
    data_through: date | None = strawberry.field(description="Day to which the record is declared complete.")
    published: Number | None = strawberry.field(description="The cell of the printed table; null where it has none.")
    published_elsewhere: list[Printed] = bounded(20, usual=2, description="Other printings of the same figure.")
    parts: list[Part] = bounded(8, usual=2, description="Both sides of a percentage, number and share, and the like.")
    progress: Progress | None = strawberry.field(
        description="How far it is from its established baseline and from its target; null where it has neither."
    )
    breakdowns: list[ReceivedBreakdown] = bounded(
        BREAKDOWNS_OF_A_FIGURE,
        usual=1,
        resolver=_breakdowns,
        description="What the plan asks to be told apart here (gender, age, disability), and what arrived by the cut.",
    )
    definition: str | None = strawberry.field(description="The version of the definition that was used.")
    cut: Cut = strawberry.field(description="The past that it was computed from.")
    permalink: str = strawberry.field(
        resolver=_permalink, description="Address of this figure at this very cut, below this gateway."
    )
    citation: str = strawberry.field(resolver=_citation, description="One line to cite it by.")
    stale: bool = strawberry.field(description="True when a service is down: newer facts may be missing.")
    members: list[Member] = bounded(
        200, usual=20, description="The States counted; under needsJudgement those that may be."
    )
    possible: list[Member] = bounded(200, usual=4, description="States that may belong to the figure beyond `members`.")
    denominator: list[State] | None = bounded(200, usual=60, description="The population on the last day.")


async def load_figure(info: Info, indicator: str, cut: Asked) -> Figure:
    """The figure of an indicator at a cut. Raises PublicError."""
    key = FigureKey(indicator, cut, evidence=asks_for(info, EVIDENCE))
    answer = await info.context.figures.load(key)
    info.context.stale = info.context.stale or answer.stale
    source = FigureRow(answer.value, cut, answer.stale or info.context.stale)
    info.context.spend(source.objects)
    return figure_of(source)


_NO_EVIDENCE: Mapping[str, dict[str, Any]] = {}


class FigureRow:
    """A service's row of a figure, where it was asked for, and whether newer facts may be missing.

    It has the attributes of `Figure`, each worked out when it is first asked for: a table of hundreds is asked for few.
    `objects`: how many it can put into an answer.
    """

    def __init__(self, row: Mapping[str, Any], asked: Asked, stale: bool):
        self.row, self.asked, self.stale = row, asked, stale
        states = row.get("states")
        self.evidence: Mapping[str, dict[str, Any]] = {one["iso3"]: one for one in states} if states else _NO_EVIDENCE
        passages = sum(len(one.get("evidence") or ()) for one in states) if states else 0
        self.population = row.get("denominator")
        counted = row.get("members") or ()
        self.counted_without_evidence = None if states else counted
        self.objects = 1 + 2 * len(counted) + len(self.population or ()) + passages

    def __getattr__(self, name: str) -> Any:
        if name not in ATTRIBUTES:
            raise AttributeError(name)
        found = self.__dict__[name] = ATTRIBUTES[name](self)
        return found


def _possible(source: FigureRow) -> list[Member]:
    if not source.evidence:
        return []
    listed = set(source.row.get("members") or ())
    others = sorted(code for code, one in source.evidence.items() if not one["certain"] and code not in listed)
    return members(others, source.evidence, source.asked)


def _denominator(source: FigureRow) -> list[State] | None:
    listed = source.row.get("denominator")
    return None if listed is None else states_of(listed, source.asked)


ATTRIBUTES: Mapping[str, Callable[[FigureRow], Any]] = {
    "id": lambda of: strawberry.ID(f"figure:{of.row['indicator']}@{of.asked.label}"),
    "asked": lambda of: of.asked,
    "row": lambda of: of.row,
    "indicator": lambda of: of.row["indicator"],
    "value": lambda of: of.row["value"],
    "unit": lambda of: of.row.get("unit"),
    "status": lambda of: _STATUSES[of.row["status"]],
    "reason": lambda of: of.row.get("reason"),
    "reason_code": lambda of: of.row.get("reasonCode"),
    "provisional": lambda of: bool(of.row.get("provisional")),
    "data_through": lambda of: date.fromisoformat(of.row["dataThrough"]) if of.row.get("dataThrough") else None,
    "published": lambda of: of.row.get("published"),
    "published_elsewhere": lambda of: [printed(one) for one in of.row.get("publishedElsewhere") or ()],
    "parts": lambda of: [part_of(one) for one in of.row.get("parts") or ()],
    "progress": lambda of: progress_of(of.row.get("progress")),
    "definition": lambda of: text(of.row.get("definition")),
    "cut": lambda of: echoed(of.row["cut"]),
    "stale": lambda of: of.stale,
    "members": lambda of: members(of.row.get("members") or [], of.evidence, of.asked),
    "possible": _possible,
    "denominator": _denominator,
}
"""Each attribute of `Figure` out of its row."""


CODED: Mapping[str, Coded] = {
    "members": Coded(attrgetter("counted_without_evidence"), member_without_evidence),
    "denominator": Coded(attrgetter("population"), state),
}
"""Lists of `Figure` that are told by the codes of their States; members with evidence are each figure's own."""


def figure_of(source: FigureRow) -> Figure:
    """A service's row as the GraphQL type."""
    return Figure(**{name: read(source) for name, read in ATTRIBUTES.items()})


def printed(row: dict[str, Any]) -> Printed:
    """Another printing of a figure."""
    return Printed(value=row.get("value"), place=row.get("place"), document=row.get("document"))


def part_of(row: Mapping[str, Any]) -> Part:
    """A service's part of a figure as the GraphQL type."""
    return Part(
        name=row["name"],
        value=row.get("value"),
        low=row.get("low"),
        high=row.get("high"),
        unit=row.get("unit"),
        numerator=row.get("numerator"),
        denominator=row.get("denominator"),
    )


def text(value: Any) -> str | None:
    """A scalar as text, absent as absent."""
    return None if value is None else str(value)
