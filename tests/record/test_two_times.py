"""The record in two times: what was revised without amounts, and who left while the cycle ran (model §5)."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from services.indicators.figures.explanation import explained
from services.indicators.figures.figure import Figure, computed_row
from services.indicators.figures.figure_set import FigureSet
from services.indicators.world.world import Cut
from tests.record.world import PLAN, World

REPORT = "13MSP-PROGRESS-REPORT-2025-09-09"


# Switzerland reported anew on two years; print gives neither the old amounts nor the new ones


def revised(world: World) -> dict[int, Any]:
    """What Switzerland said it retained, by year."""
    found = (fact for fact in world.facts if fact.kind == "RetentionReported" and fact.state == "CHE")
    return {fact.data["year"]: fact for fact in found if fact.data["act"] == "retained"}


def test_two_revised_years_are_two_facts_without_amounts(world: World) -> None:
    facts = revised(world)

    assert sorted(facts) == [2022, 2023, 2024]
    for year in (2022, 2023):
        assert facts[year].passages == ((REPORT, "86"),)
        assert [facts[year].attribute(name) for name in ("munitions", "submunitions", "lots")] == [None, None, None]


def test_each_revised_year_has_the_report_that_said_so_and_the_report_says_what_it_revises(world: World) -> None:
    reports = [fact for fact in world.facts if fact.kind == "ReportSubmitted" and fact.state == "CHE"]

    assert [(fact.data["covers_years"], fact.data["revises"]) for fact in reports if fact.data.get("revises")] == [
        ([2022], "the annual report for 2022"),
        ([2023], "the annual report for 2023"),
    ]


@pytest.mark.parametrize("indicator", ["LAP-17.2", "LAP-17.3"])
def test_a_figure_of_amounts_names_both_revisions_and_says_that_switzerland_gives_none(
    world: World, indicator: str
) -> None:
    figure = world.figure(indicator)
    row, explanation = computed_row(figure), explained(figure)
    (switzerland,) = [one for one in explanation["states"] if one["iso3"] == "CHE"]

    assert (row["status"], row["value"], row["reasonCode"]) == ("noData", None, "amountMissing")
    assert "CHE" in row["reason"].removeprefix("no amount is given by ").split(", ")
    shown = {one["eventId"] for one in switzerland["evidence"]}
    assert {revised(world)[year].id for year in (2022, 2023)} <= shown


# Lithuania, a party until 5 March 2025

COUNTED_THOUGH_IT_LEFT = {
    "LAP-3.1": 24, "LAP-39.1": 16, "LAP-39.2": 33, "LAP-40.1": 33, "LAP-43.2": 46, "LAP-45.1": 46, "LAP-47.1": 65,
}  # fmt: skip
"""Flow, reported in the period and cumulative: what it did while it was a party counts, and is said apart."""

COUNTED_AS_A_PARTY = {"LAP-9.2"}
"""The window ends with 2024, when it was one."""

OUTSIDE = {"LAP-10.3", "LAP-11.3"}
"""Among the States not party on the last day of the cycle."""


@cache
def figures(world: World) -> dict[str, Figure]:
    """Every figure of the plan at the 13MSP."""
    record = world.record()
    cycle = record.cycles["13MSP"]
    found = FigureSet(record, cycle, Cut("reconstructed", cycle.last, cycle.last, record.positions), "inForce")
    return {figure.definition.indicator.id: figure for figure in found.of_plan(PLAN.id)}


@cache
def explanations(world: World) -> dict[str, dict[str, Any]]:
    """What explains each of them."""
    return {indicator: explained(figure) for indicator, figure in figures(world).items()}


def touched(world: World) -> set[str]:
    """The figures that count Lithuania, or count of it, certainly or possibly."""
    found = set()
    for indicator, figure in figures(world).items():
        counted = {one["iso3"] for one in explanations(world)[indicator]["states"]}
        if "LTU" in counted | set(figure.denominator or ()):
            found.add(indicator)
    return found


def test_no_other_figure_touches_lithuania(world: World) -> None:
    assert touched(world) == COUNTED_THOUGH_IT_LEFT.keys() | COUNTED_AS_A_PARTY | OUTSIDE


@pytest.mark.parametrize(("indicator", "value"), COUNTED_THOUGH_IT_LEFT.items())
def test_it_counts_in_the_cycle_and_is_no_part_of_the_denominator(world: World, indicator: str, value: int) -> None:
    figure = figures(world)[indicator]
    explanation = explanations(world)[indicator]
    (lithuania,) = [one for one in explanation["states"] if one["iso3"] == "LTU"]

    assert figure.definition.indicator.series in ("flow", "reported_in_period", "cumulative")
    assert [figure.first.value, explanation["withoutFormer"]] == [value, value - 1]
    assert (lithuania["certain"], lithuania["leftOn"]) == (True, "2025-03-06")
    assert lithuania["evidence"], "and what speaks for it"
    assert "LTU" not in (figure.denominator or [])


def test_in_2024_it_was_a_party_like_any_other(world: World) -> None:
    for indicator in COUNTED_AS_A_PARTY:
        explanation = explanations(world)[indicator]
        (lithuania,) = [one for one in explanation["states"] if one["iso3"] == "LTU"]

        assert (lithuania["leftOn"], explanation["withoutFormer"]) == (None, None)
        assert "LTU" in explanation["population"]["members"]
        assert explanation["population"]["date"] == "2024-12-31"


def test_it_is_among_those_outside_on_the_last_day(world: World) -> None:
    for indicator in OUTSIDE:
        population = explanations(world)[indicator]["population"]

        assert (population["date"], "LTU" in population["members"]) == ("2025-06-30", True)


def test_a_status_or_a_share_looks_at_the_last_day_alone(world: World) -> None:
    for indicator, figure in figures(world).items():
        if figure.definition.indicator.series == "status" or figure.first.unit == "percent":
            assert "LTU" not in {one["iso3"] for one in explanations(world)[indicator]["states"]}, indicator
