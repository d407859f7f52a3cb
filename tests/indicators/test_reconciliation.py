"""Ours beside print: the outcome in its precedence, and a reason that names both sides."""

from __future__ import annotations

from typing import Any

import pytest

from services.indicators.figures.figure_set import FigureSet
from services.indicators.plans.definition import Definition
from services.indicators.world.cutting import Question, cut_of
from services.indicators.world.record import Record
from shared.events.indicators import FigurePublished, IndicatorDefined
from shared.events.reports import RetainedMunitionsUsedOrDestroyed
from tests.indicators.history import SAID_A, History, day, define, world

JUDGED = {"count": "states", "where": {"judged": {"said": "a"}, "words": ["good"]}}


def prints(history: History, value: str | None, as_printed: str = "", **more: Any) -> None:
    event = FigurePublished.model_validate(
        {
            "figure_id": f"F-{len(history.stored)}",
            "indicators": ("X-1.1",),
            "cycle": "13MSP",
            "as_printed": as_printed or value,
            "value": value,
            "place": "row 1",
            "role": "table",
            "printed": "2025-09-09",
            **more,
        }
    )
    history.tell(event)


def defines(history: History, *definitions: Definition) -> None:
    for one in definitions:
        event = IndicatorDefined(
            indicator=one.indicator.id,
            plan="X",
            version=1,
            in_force=one.in_force,
            definition=one.canonical(),
            definition_hash=one.hash(),
        )
        history.tell(event)


def compared(history: History, *definitions: Definition, indicator: str = "X-1.1", **asked: Any) -> dict[str, Any]:
    defines(history, *(definitions or (define(SAID_A),)))
    facts = history.facts
    heads = dict.fromkeys(("reports", "meetings", "indicators"), len(facts))
    record = Record(facts, tuple(heads.items()))
    cycle, cut = cut_of(Question("13MSP", **asked), record.cycles, heads, day("2026-11-21"))
    found = FigureSet(record, cycle, record.attested(cut), "inForce")
    figure = found.figure(indicator)
    assert figure is not None
    return found.reconciliation(figure)


def said_by(*states: str, covered: bool = True) -> History:
    h = world("AFG", "CHE", "LAO")
    for state in states:
        h.says(state)
    return h.covered("a") if covered else h


@pytest.mark.parametrize(
    ("value", "printed", "outcome"),
    [("1", "01", "equal"), ("2", "02", "differs"), (None, "N/A", "differs"), ("1.0", "1.0", "equal")],
)
def test_a_computed_figure_equals_print_or_differs(value: str | None, printed: str, outcome: str) -> None:
    h = said_by("LAO")
    prints(h, value, printed)

    found = compared(h)

    assert (found["outcome"], found["computed"], found["published"]) == (outcome, 1, value or printed)


def test_a_difference_names_both_numbers_and_the_states_where_print_names_them() -> None:
    h = said_by("LAO", "AFG")
    prints(h, "2", names=("AFG", "CHE"))
    assert compared(h)["outcome"] == "equal"

    h = said_by("LAO", "AFG")
    prints(h, "1", names=("CHE",))
    reason = compared(h)["reason"]
    assert "print says 1, we count 2" in reason
    assert "only we count AFG, LAO" in reason
    assert "only print names CHE" in reason


def test_the_names_may_stand_in_another_place_that_prints_the_same_number() -> None:
    h = said_by("LAO", "AFG")
    prints(h, "1")
    prints(h, "1", role="elsewhere", place="paragraph 18", names=("AFG",))

    found = compared(h)

    assert "only we count LAO" in found["reason"]
    assert found["publishedElsewhere"] == [{"value": "1", "place": "paragraph 18", "document": "D"}]


def test_a_difference_says_what_leaving_out_a_former_party_would_give() -> None:
    h = world("LAO", "LTU").leaves("LTU", "2024-09-06").covered("a")
    h.says("LAO")
    h.says("LTU")
    prints(h, "1")

    assert "leaving out LTU, outside the population on the last day, would give 1" in compared(h)["reason"]


def test_a_difference_says_what_counting_the_possible_ones_would_give() -> None:
    h = said_by("LAO")
    h.says("AFG", confidence="unverified")
    prints(h, "2")

    assert "counting AFG, which the record leaves open, would give 2" in compared(h)["reason"]


def test_a_difference_shows_our_readings() -> None:
    h = said_by("LAO")
    prints(h, "2")

    assert "our reading: we read it so" in compared(h, define(SAID_A, readings=["we read it so"]))["reason"]


def test_what_no_table_prints_is_not_published_before_anything_else() -> None:
    h = said_by("LAO", covered=False)
    prints(h, "1", role="elsewhere")

    found = compared(h)

    assert (found["outcome"], found["published"]) == ("notPublished", None)
    assert len(found["publishedElsewhere"]) == 1


@pytest.mark.parametrize("printed", ["0", "1", "9"])
def test_a_lower_bound_and_missing_data_are_never_equal(printed: str) -> None:
    bound, nothing = said_by("LAO", covered=False), said_by(covered=False)
    prints(bound, printed)
    prints(nothing, printed)

    assert compared(bound)["outcome"] == "bound"
    assert compared(nothing)["outcome"] == "noData"
    assert compared(nothing)["computed"] is None


def test_a_print_below_our_lower_bound_is_said() -> None:
    h = said_by("LAO", covered=False)
    prints(h, "0")

    assert "print lies below what is named: LAO" in compared(h)["reason"]


def test_a_missing_judgement_comes_before_a_bound() -> None:
    h = said_by("LAO", covered=False)
    prints(h, "1")

    found = compared(h, define(JUDGED, computability="J"))

    assert (found["outcome"], found["computed"]) == ("needsJudgement", 1)


def test_what_cannot_be_computed_is_said_whatever_print_says() -> None:
    h = said_by()
    prints(h, "2")

    assert compared(h, define({"none": "no source"}, computability="N"))["outcome"] == "notComputable"


def test_not_applicable_undefined_and_not_held_differ_from_a_number() -> None:
    later = define({**SAID_A, "since": "2030-01-01"})
    nobody = define({"percent": {"of": {"said": "a"}, "over": {"said": "b"}}})
    for definition, asked in ((later, {}), (nobody, {}), (define(SAID_A), {"basis": "attested"})):
        h = said_by("LAO").covered("b")
        prints(h, "0")
        assert compared(h, definition, **asked)["outcome"] == "differs"


def test_not_applicable_equals_a_print_that_says_so() -> None:
    h = said_by("LAO")
    prints(h, None, "N/A")

    assert compared(h, define({**SAID_A, "since": "2030-01-01"}))["outcome"] == "equal"


@pytest.mark.parametrize(
    ("printed", "outcome"), [("33", "equal"), ("33.3", "equal"), ("33.4", "differs"), ("34", "differs")]
)
def test_a_percentage_is_compared_at_the_precision_that_is_printed(printed: str, outcome: str) -> None:
    h = said_by("LAO")
    prints(h, printed)

    assert compared(h, define({"percent": {"of": {"said": "a"}, "over": "parties"}}))["outcome"] == outcome


@pytest.mark.parametrize(("printed", "outcome"), [("38", "equal"), ("39", "differs"), ("38.5", "equal")])
def test_a_percentage_is_rounded_once(printed: str, outcome: str) -> None:
    """5 of 13 are 38.46 %: shown as 38.5, and 38 in whole numbers, not 39."""
    parties = ["AFG", "ALB", "AND", "AUS", "AUT", "BEL", "BEN", "BFA", "BGR", "BIH", "BOL", "BWA", "CAN"]
    h = world(*parties)
    for state in parties[:5]:
        h.says(state, received="2025-04-30")
    h.covered("a")
    prints(h, printed)

    found = compared(h, define({"percent": {"of": {"said": "a"}, "over": "parties"}}))

    assert (found["computed"], found["outcome"]) == ("38.5", outcome)


# cells that two indicators share


def shared(history: History, value: str, *measures: dict[str, Any]) -> dict[str, Any]:
    prints(history, value, indicators=("X-1.1", "X-1.2"))
    both = [define(measure, id=f"X-1.{index}") for index, measure in enumerate(measures, 1)]
    return compared(history, *both)


SAID_B = {"count": "states", "where": {"said": "b"}}


@pytest.mark.parametrize(("value", "outcome"), [("2", "equal"), ("3", "differs")])
def test_one_number_for_two_indicators_is_held_against_the_union_of_their_states(value: str, outcome: str) -> None:
    h = said_by("LAO", "AFG").covered("b")
    h.says("LAO", "b")

    found = shared(h, value, SAID_A, SAID_B)

    assert (found["outcome"], found["computed"]) == (outcome, 2)
    assert f"print gives one number for X-1.1 and X-1.2: {value}; together we name 2" in found["reason"]


def test_a_shared_number_is_a_bound_while_one_of_the_two_has_no_data() -> None:
    assert shared(said_by("LAO"), "2", SAID_A, SAID_B)["outcome"] == "bound"
    assert shared(said_by(), "2", SAID_A, SAID_B)["outcome"] == "noData"


def test_a_cell_with_a_number_for_each_is_taken_apart() -> None:
    h = world("LAO").covered("RetainedMunitionsUsedOrDestroyed")
    h.tell(
        RetainedMunitionsUsedOrDestroyed(
            state="LAO", year=2024, munitions=21, submunitions=1300, how="destruction", received="2025-04-30"
        )
    )
    of = {"fact": "RetainedMunitionsUsedOrDestroyed"}
    measures = [{"sum": name, "of": of} for name in ("munitions", "submunitions")]
    prints(h, "21/1328", indicators=("X-1.1", "X-1.2"))
    both = [define(measure, id=f"X-1.{index}") for index, measure in enumerate(measures, 1)]

    first, second = compared(h, *both), compared(h, *both, indicator="X-1.2")

    assert (first["outcome"], first["published"]) == ("equal", "21/1328")
    assert second["outcome"] == "differs"
    assert "print says 1328, we count 1300" in second["reason"]


def test_of_several_cells_the_first_by_place_is_the_tables_and_the_rest_stands_elsewhere() -> None:
    h = said_by("LAO")
    prints(h, "7", place="row 2")
    prints(h, "1", place="row 1")

    found = compared(h)

    assert (found["outcome"], found["published"]) == ("equal", "1")
    assert [one["value"] for one in found["publishedElsewhere"]] == ["7"]


def test_print_of_another_cycle_is_not_compared() -> None:
    h = said_by("LAO")
    prints(h, "1", cycle="12MSP")

    assert compared(h)["outcome"] == "notPublished"


NUMBER_AND_SHARE = {
    "parts": {"number": SAID_A, "share": {"percent": {"of": {"said": "a"}, "over": "parties"}}},
}


@pytest.mark.parametrize(
    ("printed", "outcome"),
    [
        ("1/33 %", "equal"),
        ("1/33.3 %", "equal"),
        ("1/34 %", "differs"),
        ("2/33 %", "differs"),
        ("1 or 33 %", "differs"),
    ],
)
def test_a_cell_with_a_number_for_each_part_is_compared_part_by_part(printed: str, outcome: str) -> None:
    h = said_by("LAO")
    prints(h, printed)

    found = compared(h, define(NUMBER_AND_SHARE))

    assert (found["outcome"], found["published"]) == (outcome, printed)
    assert "number 1; share 33.3 % (1 of 3)" in found["reason"]
