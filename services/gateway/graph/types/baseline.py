"""Baselines as a GraphQL type: what each indicator of a plan stood at when the plan began."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

import strawberry

from services.gateway.asking.cuts import Asked, written
from services.gateway.asking.selection import Info, asks_for
from services.gateway.graph.arguments import described
from services.gateway.graph.types.certainty import day
from services.gateway.graph.types.figure import EVIDENCE, Status
from services.gateway.graph.types.nodes import code_of
from services.gateway.graph.types.number import Number
from services.gateway.graph.types.state import Member, State, members, states_of
from services.gateway.limits.bounds import bounded, whole
from services.gateway.problems import named

BASELINES = 200

Row = Mapping[str, Any]


@strawberry.type(description="What an indicator stood at when its plan began, by what was known on a day.")
class Baseline:
    """Computed anew at each question; what was established of it is in `progress` of a figure."""

    indicator: str = strawberry.field(description="Code of the indicator.")
    status: Status = strawberry.field(description="What kind of answer it is.")
    provisional: bool = strawberry.field(description="Whether later facts may still change it, or it is of before.")
    value: Number | None = strawberry.field(description="Null where there is no number.")
    numerator: list[Member] | None = bounded(200, usual=20, description="The States counted; null without a value.")
    denominator: list[State] | None = bounded(200, usual=60, description="Of which States; null where of none.")
    printed: Number | None = strawberry.field(description="The printed value; null where none is.")
    reason: str | None = strawberry.field(
        description="Why it is provisional or missing, and which form or record would supply it."
    )
    definition_version: int = strawberry.field(description="The version of the definition that was used.")
    data_through: date | None = strawberry.field(description="Day to which the record is declared complete.")
    as_of: date = strawberry.field(description="Known by this day.")


async def baselines(
    info: Info,
    plan: Annotated[strawberry.ID, described("Its code, VCAP, or its id.")],
    as_of: Annotated[date | None, described("By what was known on this day; today if not given.")] = None,
) -> list[Baseline]:
    """Asks the indicators service. Raises PublicError."""
    evidence = asks_for(info, EVIDENCE)
    parameters = {"asOf": written(as_of), "evidence": "true" if evidence else None}
    path = f"/indicators/baselines/{named(code_of(plan, 'plan'))}"
    rows = (await info.context.ask(path, parameters)).value
    info.context.spend(sum(map(_objects, whole(rows, BASELINES))))
    return [_baseline(row) for row in rows]


def _objects(row: Row) -> int:
    passages = sum(len(one["evidence"]) for one in row.get("states") or ())
    return 1 + 2 * len(row["numerator"] or ()) + len(row["denominator"] or ()) + passages


def _baseline(row: Row) -> Baseline:
    evidence = {one["iso3"]: one for one in row.get("states") or ()}
    as_of = date.fromisoformat(row["asOf"])
    outer = Asked(known_by=as_of)
    return Baseline(
        indicator=row["indicator"],
        status=Status(row["status"]),
        provisional=row["provisional"],
        value=row["value"],
        numerator=None if row["numerator"] is None else members(row["numerator"], evidence, outer),
        denominator=None if row["denominator"] is None else states_of(row["denominator"], outer),
        printed=row["printed"],
        reason=row["reason"],
        definition_version=row["definitionVersion"],
        data_through=day(row["dataThrough"]),
        as_of=as_of,
    )
