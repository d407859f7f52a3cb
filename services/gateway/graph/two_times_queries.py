"""Root fields in two times: what was concluded, what was begun from, what changed since, and why."""

from __future__ import annotations

import strawberry

from services.gateway.graph.connections import Connection
from services.gateway.graph.root_fields import reading, reading_list
from services.gateway.graph.types.baseline import BASELINES, Baseline, baselines
from services.gateway.graph.types.breakdown import BREAKDOWNS, ReceivedBreakdown, breakdowns
from services.gateway.graph.types.change import FigureChange, changes
from services.gateway.graph.types.restatement import Restatement, restatement
from services.gateway.graph.types.seal import SEALS, Seal, seals


@strawberry.type
class TwoTimesQuery:
    """Figures through time."""

    restatement: Restatement = reading(resolver=restatement, description="Why a figure is not what it was.")
    changes: Connection[FigureChange] = reading(
        resolver=changes, description="Changes of figures as they were told, the latest first: what changed since."
    )
    seals: list[Seal] = reading_list(
        SEALS, usual=5, resolver=seals, description="Sealed figure sets: what was concluded at which cut."
    )
    baselines: list[Baseline] = reading_list(
        BASELINES,
        usual=90,
        resolver=baselines,
        description="What each indicator of a plan stood at when it began: final, provisional, or why not.",
    )
    breakdowns: list[ReceivedBreakdown] = reading_list(
        BREAKDOWNS,
        usual=8,
        resolver=breakdowns,
        description="What a plan asks to be told apart (gender, age, disability) against what arrived, by State.",
    )
