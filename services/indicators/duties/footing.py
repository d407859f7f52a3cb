"""What an obligation under Articles 3 to 5 rests on, so that cuts that agree on it share the work."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import Any, Final, cast

from services.indicators.duties.course import Course
from services.indicators.duties.extensions import KINDS as REQUEST_KINDS
from services.indicators.duties.standing import INITIAL_REPORTS, standings
from services.indicators.facts.fact import Fact
from services.indicators.world.world import ACTS, World
from shared.treaty.parameters import ADOPTED

OWN: Final = (
    "ObligationReported", "DeclarationOfCompliance", "StockpileDiscovered", "StockpileDestroyed",
    "ContaminationReported", "ContaminationDiscovered", "HostilitiesEnded",
)  # fmt: skip
"""The kinds, besides membership, requests, meetings and initial reports, that such an obligation is told by."""

READ: Final = frozenset({*OWN, *ACTS, *REQUEST_KINDS, "MeetingScheduled", "ReportSubmitted"})
"""Every kind it reads."""

MOST: Final = 8_000
"""States kept with what they are found to be bound by: a hundred under three articles, as some dozen pasts have them.

A State's facts change seldom, so that most pasts have most States in common.
"""


def courses(article: int, world: World) -> Iterator[tuple[str, Course[Any]]]:
    """Each State that ever acted, and where what it is bound by is kept for all cuts that rest on the same facts."""
    kept = world.shared
    assert kept is not None, "only a world that an index makes shares"
    through = (
        world.coverage.through(standings(article), ADOPTED),
        world.coverage.through(INITIAL_REPORTS, ADOPTED),
    )
    own, asked, meetings = _footings(world)
    reports = world.initial_reports()
    for state in sorted(world.acts):
        report = reports.get(state)
        requests = asked.get(state)
        told = own.get(state), requests, meetings if requests else None, report.known if report else None
        key = ("course", article, state, through, told)
        if key not in kept:
            if len(kept) >= MOST:
                kept.clear()
            kept[key] = Course()
        yield state, kept[key]


def _footings(world: World) -> tuple[dict[str, Hashable], dict[str, Hashable], Hashable]:
    """The facts, by id, that tell of each State's obligations and of its requests, and those that tell of meetings."""
    if "footings" not in world.memo:
        told: list[tuple[str, Fact]] = [(state, fact) for state, facts in world.acts.items() for fact in facts]
        told += [(fact.state or "", fact) for kind in OWN for fact in world.by_kind.get(kind, ())]
        asked = [(str(fact.data["request_id"]).split("-")[0], fact) for fact in world.of_kinds(REQUEST_KINDS)]
        world.memo["footings"] = _by_state(told), _by_state(asked), _ids(world.by_kind.get("MeetingScheduled", ()))
    return cast("tuple[dict[str, Hashable], dict[str, Hashable], Hashable]", world.memo["footings"])


def _by_state(told: Iterable[tuple[str, Fact]]) -> dict[str, Hashable]:
    found: dict[str, list[Fact]] = {}
    for state, fact in told:
        found.setdefault(state, []).append(fact)
    return {state: _ids(facts) for state, facts in found.items()}


def _ids(facts: Iterable[Fact]) -> Hashable:
    return tuple((fact.id, fact.predecessors) for fact in facts)
