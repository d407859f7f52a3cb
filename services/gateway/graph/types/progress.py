"""Progress as GraphQL types: how a figure stands to its established baseline and to its target."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import Any

import strawberry

from services.gateway.graph.types.certainty import day
from services.gateway.graph.types.number import Number


@strawberry.enum(description="Which way a figure went since its baseline.")
class Direction(Enum):
    """By value alone: whether that is better, the plan says."""

    up = strawberry.enum_value("up", description="It is more than the baseline.")
    down = strawberry.enum_value("down", description="It is less than the baseline.")
    same = strawberry.enum_value("same", description="It is what the baseline is.")


@strawberry.type(description="How far a figure is from its established baseline, and from its target.")
class Progress:
    """Null in a field means that one of the two sides has no number, or that the plan gives none."""

    baseline: Number | None = strawberry.field(description="The established value; null where none was, or no number.")
    as_of: date | None = strawberry.field(description="The day by which what the baseline rests on was known.")
    event: strawberry.ID | None = strawberry.field(description="`event:<uuid>` of the established baseline.")
    distance: Number | None = strawberry.field(description="The figure less the baseline.")
    direction: Direction | None = strawberry.field(description="Which way it went; null where there is no distance.")
    target: Number | None = strawberry.field(description="What the plan aims at; null where it names no number.")
    by: date | None = strawberry.field(description="The day by which it aims at it; null where it names none.")
    to_target: Number | None = strawberry.field(description="The target less the figure: what is left to do.")


def progress_of(row: Mapping[str, Any] | None) -> Progress | None:
    """A service's `progress` as the GraphQL type."""
    if row is None:
        return None
    return Progress(
        baseline=row["baseline"],
        as_of=day(row["asOf"]),
        event=strawberry.ID(f"event:{row['event']}") if row["event"] else None,
        distance=row["distance"],
        direction=Direction(row["direction"]) if row["direction"] else None,
        target=row["target"],
        by=day(row["by"]),
        to_target=row["toTarget"],
    )
