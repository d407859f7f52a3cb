"""What the services answer to the plan table's questions, worked out of the record by their own rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import orjson

from bench.table_questions import MEETINGS, PLAN, QUERY, figures_target, plan_target, target
from services.cli.record import RECORD, read_record
from services.gateway.asking.operation import Asking
from services.gateway.asking.upstream import Answer, Parameters, Upstream
from services.gateway.graph.schema import admit, schema
from services.indicators.figures.figure_set import FigureSet
from services.indicators.serving.plan_rows import shown
from services.indicators.world.cutting import Question, cut_of
from tests.record.world import PLANS, World

TODAY = date(2026, 11, 21)


def answers() -> dict[str, Any]:
    """By request target: the plan, and its figures at each meeting."""
    record = World(read_record(RECORD)).record()
    found: dict[str, Any] = {plan_target(): shown(PLAN, record, PLANS)}
    for meeting in MEETINGS:
        cycle, cut = cut_of(Question(meeting), record.cycles, dict(record.positions), TODAY)
        figures = FigureSet(record, cycle, cut, "inForce")
        rows = [figures.row(figure) for figure in figures.of_plan(PLAN)]
        found[figures_target(meeting)] = {"cut": cut.echoed(), "figures": rows}
    return found


class Known(Upstream):
    """Answers known beforehand."""

    def __init__(self, known: Mapping[str, Any]):
        super().__init__({})
        self._known = known

    async def look(self, path: str, parameters: Parameters | None = None, *, remembered: bool = True) -> Answer:
        return Answer(self._known[target(path, parameters)])


async def by_the_stock_executor(known: Mapping[str, Any]) -> bytes:
    """The query's answer as strawberry gives it with our schema: what every case has to equal."""
    document, refused = admit(QUERY)
    assert document and not refused, refused
    result = await schema.execute(QUERY, {}, Asking(Known(known), document))
    assert not result.errors, result.errors
    return orjson.dumps({"data": result.data})
