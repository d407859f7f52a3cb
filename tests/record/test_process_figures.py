"""Figures of transparency, extensions, universalisation and compliance: from process events, not from print."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from services.cli.record import read_record
from services.indicators.figures.figure import computed_row
from services.indicators.grammar.expression import Fact, Population, Said, walk
from services.indicators.plans.definition import definitions
from tests.record.world import PLAN, World, change, copy_of_the_record

Row = dict[str, str]

COMPUTED: dict[str, tuple[int, set[str]]] = {
    "LAP-10.1": (-1, set()),  # counts the parties of two days: acts of the depositary
    "LAP-13.1": (0, {"DeclarationOfCompliance"}),
    "LAP-14.1": (1, {"StockpileDiscovered"}),
    "LAP-43.1": (0, {"ReportSubmitted"}),
    "LAP-43.2": (46, {"ReportSubmitted"}),
    "LAP-45.1": (46, {"ReportSubmitted"}),
    "LAP-49.1": (0, {"NonComplianceDetermined"}),
    "LAP-50.1": (4, {"ExtensionRequested"}),
}
"""The figure, and the process events that it counts."""


def nodes(indicator: str) -> list[Any]:
    one = next(one for one in definitions(PLAN) if one.indicator.id == indicator).indicator
    return [*walk(one.measure), *walk(one.population)]


@pytest.mark.parametrize(("indicator", "expected"), COMPUTED.items())
def test_it_is_computed(world: World, indicator: str, expected: tuple[int, set[str]]) -> None:
    row = computed_row(world.figure(indicator))

    assert (row["status"], row["value"]) == ("computed", expected[0])


@pytest.mark.parametrize(("indicator", "expected"), COMPUTED.items())
def test_it_asks_of_process_events_and_of_nobodys_word(indicator: str, expected: tuple[int, set[str]]) -> None:
    first = nodes(indicator)
    if indicator == "LAP-10.1":
        first = [node for node in first if not (isinstance(node, Fact) and node.fact == ("InstrumentDeposited",))]
    asked = {kind for node in first if isinstance(node, Fact) for kind in node.fact}

    assert asked == expected[1]
    assert [node for node in nodes(indicator) if isinstance(node, Said)] == []


def test_the_populations_of_these_figures_are_the_membership_clock_or_a_rule() -> None:
    named = {node.population for one in COMPUTED for node in nodes(one) if isinstance(node, Population)}

    assert named <= {"parties", "deposited"}


COMPLETED = {"completed": "2024-12-20", "received": "2025-01-10", "unverified": ""}


def of_peru(row: Row) -> Row:
    """As if Peru had completed Article 3 inside the cycle."""
    return row | (COMPLETED if (row["state"], row["article"]) == ("PER", "3") else {})


def opening(day: str) -> Callable[[Row], Row]:
    """The opening of the Thirteenth Meeting moved to a day."""
    return lambda row: row | ({"opens": day, "closes": ""} if row["meeting"] == "13MSP" else {})


CHANGES: list[tuple[str, str, Callable[[Row], Row | None], int]] = [
    ("LAP-10.1", "membership.csv", lambda r: None if (r["state"], r["act"]) == ("LTU", "withdrawal") else r, 0),
    ("LAP-13.1", "declarations.csv", of_peru, 1),
    ("LAP-50.1", "requests.csv", lambda r: None if r["request"] == "CHL-4-4" else r, 3),
    ("LAP-50.1", "meetings.csv", opening("2025-08-16"), 0),
]
"""Change one act, and the figure follows."""


@pytest.mark.parametrize(("indicator", "table", "of", "value"), CHANGES)
def test_one_act_more_or_less_changes_it(
    tmp_path: Path, indicator: str, table: str, of: Callable[[Row], Row | None], value: int
) -> None:
    folder = copy_of_the_record(tmp_path)
    assert change(folder, table, of) == 1

    assert computed_row(World(read_record(folder)).figure(indicator))["value"] == value


@pytest.mark.parametrize(
    ("indicator", "status", "low", "high"),
    [("LAP-44.1", "bound", 18, 20), ("LAP-20.1", "needsJudgement", 0, 5)],
)
def test_it_is_a_bound_or_awaits_a_judgement(world: World, indicator: str, status: str, low: int, high: int) -> None:
    row = computed_row(world.figure(indicator))

    assert (row["status"], row["parts"][0]["low"], row["parts"][0]["high"]) == (status, low, high)


@pytest.mark.parametrize("indicator", ["LAP-25.1", "LAP-46.1"])
def test_a_bare_cell_is_no_data(world: World, indicator: str) -> None:
    row = computed_row(world.figure(indicator))

    assert (row["status"], row["value"], row["members"]) == ("noData", None, [])


REQUESTS = {
    "the opening as it was": ("2025-09-16", "AFG CHL LBN SOM", ""),
    "a month later: Mauritania may have been in time": ("2025-10-16", "AFG CHL LBN SOM", "MRT"),
    "a month earlier: nobody can tell of the four": ("2025-08-16", "", "AFG CHL LBN SOM"),
}


@pytest.mark.parametrize(("opens", "timely", "possible"), REQUESTS.values(), ids=REQUESTS)
def test_requests_for_the_13msp_follow_its_opening(tmp_path: Path, opens: str, timely: str, possible: str) -> None:
    folder = copy_of_the_record(tmp_path)
    change(folder, "meetings.csv", opening(opens))
    figure = World(read_record(folder)).figure("LAP-50.1")

    assert figure.first.members == timely.split()
    part = computed_row(figure)["parts"][0]
    assert (part["low"], part["high"]) == (len(timely.split()), len(timely.split()) + len(possible.split()))
