"""The Article 7 calendar as GraphQL types: who owes which report when, and whether it came."""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Annotated

import strawberry

from services.gateway.asking.cuts import Cut, echoed
from services.gateway.asking.duty_asking import duty_parameters, rows_of_state
from services.gateway.asking.duty_rows import Row
from services.gateway.asking.selection import Info
from services.gateway.graph.arguments import CutArg, OnDay, YearArg
from services.gateway.graph.past import past
from services.gateway.graph.types.certainty import Certainty, Confidence, Interval, day, interval
from services.gateway.graph.types.deadline import DeadlineStatus
from services.gateway.graph.types.nodes import Node
from services.gateway.graph.types.passages import Passage, passages
from services.gateway.limits.bounds import bounded, whole

if TYPE_CHECKING:
    from services.gateway.graph.types.state import State

REPORTS_OF_A_STATE = 100
SOURCES = 200


@strawberry.enum(description="Which report Article 7 asks for.")
class ReportKind(Enum):
    """The first one, or one of the yearly ones after it."""

    initial = strawberry.enum_value("initial", description="Due 180 days after entry into force (Article 7.1).")
    annual = strawberry.enum_value("annual", description="On a calendar year, due 30 April of the next (Article 7.2).")


@strawberry.type(description="A report that Article 7 asks of a State.")
class Report(Node):
    """A duty to report, with the report that meets it where one is recorded."""

    id: strawberry.ID = strawberry.field(description="`report:<iso3>-<year>`, or `-initial`.")
    state: Annotated[State, strawberry.lazy("services.gateway.graph.types.state")] = strawberry.field(
        description="The State that reports."
    )
    kind: ReportKind = strawberry.field(description="Initial or annual.")
    year: int | None = strawberry.field(description="The calendar year that an annual report is on.")
    due: date | None = strawberry.field(description="The last day; null where it is not recorded.")
    owed: Certainty = strawberry.field(description="Whether the State owes it.")
    status: DeadlineStatus = strawberry.field(description="Whether it came, and when.")
    received: Interval | None = strawberry.field(description="The day it was received; null where nothing is known.")
    silent_years: Certainty = strawberry.field(description="Whether the State has been silent for two years.")
    formula: str = strawberry.field(description="In words: how the day comes about.")
    reason: str | None = strawberry.field(description="In words: why it is not owed, or what is not known.")
    confidence: Confidence = strawberry.field(description="Whether checked facts alone say so.")
    sources: list[Passage] = bounded(SOURCES, usual=3, description="The passages that say so.")
    cut: Cut = strawberry.field(description="The past that the answer was given from.")


def report_of(row: Row, cut: Row, state: State) -> Report:
    """A service's report duty as the GraphQL type."""
    which = "initial" if row["kind"] == "initial" else row["year"]
    return Report(
        id=strawberry.ID(f"report:{row['state']}-{which}"),
        state=state,
        kind=ReportKind(row["kind"]),
        year=row["year"],
        due=day(row["due"]),
        owed=Certainty(row["owed"]),
        status=DeadlineStatus(row["status"]),
        received=interval(row["received"]),
        silent_years=Certainty(row["silentYears"]),
        formula=row["formula"],
        reason=row["reason"],
        confidence=Confidence(row["confidence"]),
        sources=passages(whole(row["sources"], SOURCES)),
        cut=echoed(cut),
    )


async def reports_of_state(
    info: Info,
    root: strawberry.Parent[State],
    year: YearArg = None,
    on: OnDay = None,
    cut: CutArg = None,
) -> list[Report]:
    """Resolver of the reports that Article 7 asks of a State."""
    parameters = duty_parameters(await past(info, cut, root.outer, on), year=None if year is None else str(year))
    found = await rows_of_state(info, "reports", root.iso3, parameters, REPORTS_OF_A_STATE)
    return [report_of(row, found.cut, root) for row in found.rows]
