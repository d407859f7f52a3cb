"""A trend joins only what the crosswalk allows, and says of each point what a reader must know."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.indicators.figures.trend import trend
from services.indicators.plans.crosswalk import Crosswalk
from services.indicators.plans.definition import Definition
from services.indicators.world.record import Record
from shared.events.base import Known
from shared.events.indicators import CycleDefined, FigurePublished, IndicatorDefined
from tests.indicators.history import History, define

TODAY = date(2028, 1, 1)
OLD = CycleDefined(cycle="OLD", from_=date(2024, 7, 1), to=date(2025, 6, 30))
NEW = CycleDefined(cycle="NEW", from_=date(2026, 7, 1), to=date(2027, 6, 30))
COUNT = {"count": "states", "where": {"said": "a"}}
SHARE = {"percent": {"of": {"said": "a"}, "over": "parties"}}


def walk(*links: dict[str, Any]) -> Crosswalk:
    return Crosswalk.model_validate({"plans": ["X", "Y"], "links": [{"why": "because", **one} for one in links]})


SAME = walk({"from": "X-1.1", "to": "Y-1.1", "grade": "same"})


def defines(history: History, id: str, measure: dict[str, Any], in_force: date) -> None:
    plan = id.partition("-")[0]
    definition: Definition = define(measure, id=id, in_force=in_force).model_copy(update={"plan": plan})
    event = IndicatorDefined(
        indicator=id, plan=plan, version=1, in_force=in_force,
        definition=definition.canonical(), definition_hash=definition.hash(),
    )  # fmt: skip
    history.tell(event, Known(time=in_force))


def the_history(*, later: dict[str, Any] = COUNT) -> History:
    """Two plans of one indicator each, a cycle in each, and one State of two that says so."""
    history = History().with_cycle(OLD).with_cycle(NEW).parties("AUT", "LAO")
    history.clock_covered("2025-06-30").clock_covered("2027-06-30")
    defines(history, "X-1.1", COUNT, date(2021, 9, 21))
    defines(history, "Y-1.1", later, date(2026, 1, 1))
    history.says("AUT", received="2025-04-30", year=2024)
    history.says("AUT", received="2027-04-30", year=2026)
    return history.covered("a", through="2025-06-30").covered("a", first="2026-07-01", through="2027-06-30")


def printed(history: History, value: str, *, indicators: tuple[str, ...] = ("X-1.1",)) -> History:
    number = value if value.isdigit() else None
    history.tell(
        FigurePublished(
            figure_id=f"F-{len(history.stored)}", indicators=indicators, cycle="OLD", as_printed=value, value=number,
            place="table", role="table", printed=date(2025, 9, 9),
        )
    )  # fmt: skip
    return history


def shown(history: History, crosswalk: Crosswalk = SAME, indicator: str = "X-1.1") -> dict[str, Any]:
    heads = {"reports": 0, "meetings": 0, "indicators": 0}
    for fact in history.facts:
        heads[fact.ledger] = max(heads[fact.ledger], fact.position)
    return trend(indicator, Record(tuple(history.facts), tuple(sorted(heads.items()))), crosswalk, TODAY)


def points(found: dict[str, Any]) -> list[tuple[str, str, Any, list[str]]]:
    return [(one["indicator"], one["cycle"], one["now"]["value"], one["marks"]) for one in found["points"]]


def test_what_is_the_same_goes_on_without_a_break() -> None:
    found = shown(the_history())

    assert points(found) == [("X-1.1", "OLD", 1, []), ("Y-1.1", "NEW", 1, [])]
    assert [(one["grade"], one["comparable"]) for one in found["joints"]] == [("same", True)]


@pytest.mark.parametrize("grade", ["narrower", "broader"])
def test_what_is_narrower_or_broader_goes_on_after_a_marked_break(grade: str) -> None:
    found = shown(the_history(), walk({"from": "X-1.1", "to": "Y-1.1", "grade": grade}))

    assert points(found) == [("X-1.1", "OLD", 1, []), ("Y-1.1", "NEW", 1, ["break"])]
    assert [(one["comparable"], one["countsComparable"]) for one in found["joints"]] == [(False, False)]


def test_a_number_and_a_share_do_not_make_a_line_though_their_counts_do() -> None:
    found = shown(the_history(later=SHARE))

    assert points(found)[1] == ("Y-1.1", "NEW", 50, ["break"])
    assert (found["points"][1]["now"]["numerator"], found["points"][1]["now"]["denominator"]) == (1, 2)
    joint = found["joints"][0]
    assert (joint["unitChange"], joint["comparable"], joint["countsComparable"]) == ("number to share", False, True)


@pytest.mark.parametrize(
    "measure",
    [
        {"mean": SHARE, "over": {"years": [2025, 2026]}},
        {"change": SHARE},
        {"parts": {"share": SHARE, "number": COUNT}},
    ],
    ids=["mean", "change", "parts"],
)
def test_a_share_inside_another_measure_is_a_share(measure: dict[str, Any]) -> None:
    assert [one["share"] for one in shown(the_history(later=measure))["chain"]] == [False, True]


@pytest.mark.parametrize(
    "link",
    [
        {"from": ["X-1.1"], "to": ["Y-1.1", "Y-2.1"], "grade": "split"},
        {"from": ["X-1.1", "X-2.1"], "to": ["Y-1.1"], "grade": "merged"},
    ],
    ids=["split", "merged"],
)
def test_what_was_split_or_merged_is_named_and_not_joined(link: dict[str, Any]) -> None:
    found = shown(the_history(), walk(link))

    assert [one["indicator"] for one in found["points"]] == ["X-1.1"]
    assert [(one["direction"], one["grade"], one["others"]) for one in found["apart"]] == [
        ("later", link["grade"], ["Y-1.1"])
    ]


def test_what_was_dropped_ends_and_says_why() -> None:
    found = shown(the_history(), walk({"from": "X-1.1", "grade": "dropped"}))

    assert [one["why"] for one in found["apart"]] == ["because"]
    assert [one["indicator"] for one in found["chain"]] == ["X-1.1"]


def test_it_is_the_same_trend_from_either_end() -> None:
    history = the_history()

    assert points(shown(history)) == points(shown(history, indicator="Y-1.1"))


def test_a_later_report_restates_the_point_and_leaves_what_was_known_then() -> None:
    history = the_history()
    history.says("LAO", received={"notBefore": "2025-01-01", "notAfter": "2025-06-30"}, year=2024, known="2025-12-01")

    point = shown(history)["points"][0]
    assert (point["then"]["value"], point["now"]["value"], point["marks"]) == (1, 2, ["restated"])


@pytest.mark.parametrize(
    ("value", "marks"),
    [("1", []), ("2", ["printDiffers"]), ("N/A", ["notApplicable"]), ("some", [])],
    ids=["as printed", "another number", "not applicable", "words"],
)
def test_the_printed_value_is_a_point_of_its_own(value: str, marks: list[str]) -> None:
    point = shown(printed(the_history(), value))["points"][0]

    assert (point["published"]["value"], point["now"]["value"], point["marks"]) == (value, 1, marks)


def test_a_cell_for_several_indicators_is_compared_with_none_of_them() -> None:
    point = shown(printed(the_history(), "5", indicators=("X-1.1", "X-2.1")))["points"][0]

    assert point["marks"] == ["sharedCell"]


def test_a_cycle_of_which_neither_print_nor_record_tells_has_no_data() -> None:
    history = History().with_cycle(OLD).parties("AUT").clock_covered()
    defines(history, "X-1.1", COUNT, date(2021, 9, 21))

    assert points(shown(history)) == [("X-1.1", "OLD", None, ["noData"])]
    assert shown(printed(history, "7"))["points"][0]["marks"] == []


def test_a_cycle_that_both_plans_saw_has_a_point_of_each() -> None:
    both = CycleDefined(cycle="BOTH", from_=date(2025, 7, 1), to=date(2026, 6, 30))

    found = shown(the_history().with_cycle(both))

    assert [(one["indicator"], one["cycle"]) for one in found["points"]] == [
        ("X-1.1", "OLD"), ("X-1.1", "BOTH"), ("Y-1.1", "BOTH"), ("Y-1.1", "NEW"),
    ]  # fmt: skip
