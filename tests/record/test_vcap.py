"""The draft Vientiane plan on the record: 113 figures and 113 baselines, each with names or with a reason."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pytest

from services.cli.record import Record
from services.indicators.figures.baselines import baselines
from services.indicators.grammar.expression import Parts
from tests.record.world import World

Rows = dict[str, dict[str, Any]]
CONTAMINATED = ["AFG", "CHL", "DEU", "IRQ", "LAO", "LBN", "MRT", "SOM", "SSD", "TCD"]


@pytest.fixture(scope="module")
def figures(world: World) -> Rows:
    return world.rows("VCAP-baseline", "VCAP")


@pytest.fixture(scope="module")
def given(record: Record) -> Rows:
    held = World(record).record()
    rows = [one.row() for plan in ("VCAP", "VCAPTEXT") for one in baselines(held, plan, date(2026, 6, 30))]
    return {row["indicator"]: row for row in rows}


@pytest.fixture(scope="module")
def compared(record: Record) -> Rows:
    held = World(record)
    return {row["indicator"]: row for plan in ("VCAP", "VCAPTEXT") for row in held.reconciled("VCAP-baseline", plan)}


def test_every_figure_has_a_status_and_if_not_computed_a_reason(figures: Rows) -> None:
    assert len(figures) == 113
    assert [id for id, row in figures.items() if row["status"] != "computed" and not row["reason"]] == []
    lacking = [row["reason"] for row in figures.values() if row["status"] in ("noData", "bound")]
    assert all("complete" in reason for reason in lacking)


def test_nothing_beyond_the_record_is_called_zero(figures: Rows) -> None:
    """Reports of the baseline's own cycle are not held: only acts and votes of its time are."""
    assert {id for id, row in figures.items() if row["status"] == "computed"} == {"VCAP-12.a", "VCAP-12.d"}


def test_states_parties_at_mid_2026_are_with_vanuatu_and_without_lithuania(compared: Rows, figures: Rows) -> None:
    members = figures["VCAP-12.a"]["members"]

    assert ("VUT" in members, "LTU" in members, len(members)) == (True, False, 112)
    assert compared["VCAP-12.a"]["outcome"] == "equal"


def test_the_general_assembly_of_2025_in_both_readings(compared: Rows, figures: Rows) -> None:
    number, share, with_signatories = figures["VCAP-12.d"]["parts"]

    assert (number["value"], share["value"], share["numerator"], share["denominator"]) == (30, "41.1", 30, 73)
    assert with_signatories["value"] == 85
    assert "VUT" not in {one["key"] for one in (*number["items"], *with_signatories["items"])}
    assert (compared["VCAP-12.d"]["outcome"], compared["VCAP-12.d"]["published"]) == ("differs", "40 or 70 %")
    assert "share 41.1 % (30 of 73)" in compared["VCAP-12.d"]["reason"]


@pytest.mark.parametrize(
    ("indicator", "parts"),
    [
        ("VCAP-18.a", ["share", "munitions", "submunitions"]),
        ("VCAP-30.c", ["of those with victims", "of all States Parties"]),
        ("VCAP-12.d", ["number", "share", "signatories too"]),
    ],
)
def test_the_part_that_the_draft_names_first_gives_the_row_its_value(
    record: Record, indicator: str, parts: list[str]
) -> None:
    definition = World(record).record().versions[indicator][-1].definition
    measure = definition.indicator.measure

    assert isinstance(measure, Parts)
    assert list(measure.parts) == parts


def test_baselines_are_final_provisional_or_explained(given: Rows) -> None:
    rows = [row for id, row in given.items() if id.startswith("VCAP-")]

    assert len(rows) == 113
    assert Counter(_kind(row) for row in rows) == {"final": 2, "provisional": 48, "reason": 63}
    assert all(row["reason"] for row in rows if row["provisional"] or row["value"] is None)
    assert {row["definitionVersion"] for row in rows} == {1}
    assert {row["asOf"] for row in rows} == {"2026-06-30"}


@pytest.mark.parametrize(
    ("indicator", "status", "named"), [("VCAP-29.b", "computed", 11), ("VCAP-29.c", "needsJudgement", 8)]
)
def test_what_only_the_review_of_2020_tells_is_given_as_of_then(
    given: Rows, indicator: str, status: str, named: int
) -> None:
    row = given[indicator]

    assert (row["status"], row["provisional"], len(row["numerator"])) == (status, True, named)
    assert (row["dataThrough"], len(row["denominator"])) == ("2020-09-28", 11)


def _kind(row: dict[str, Any]) -> str:
    if row["provisional"]:
        return "provisional"
    return "reason" if row["value"] is None else "final"


def test_a_provisional_value_never_passes_for_mid_2026(given: Rows) -> None:
    provisional = [row for row in given.values() if row["provisional"]]

    assert all(row["dataThrough"] is None or row["dataThrough"] <= "2026-02-03" for row in provisional)
    assert all(row["dataThrough"] is not None for row in provisional if row["status"] == "computed")


@pytest.mark.parametrize(
    ("indicator", "numerator", "denominator"),
    [
        ("VCAP-2.b", CONTAMINATED, CONTAMINATED),
        ("VCAP-7.a", [one for one in CONTAMINATED if one != "DEU"], CONTAMINATED),
        ("VCAP-35.d", ["LBN"], CONTAMINATED),
        ("VCAP-13.a", [], []),
        ("VCAP-29.a", None, ["AFG", "ALB", "BIH", "HRV", "IRQ", "LAO", "LBN", "MNE", "MRT", "SOM", "SSD", "TCD"]),
    ],
)
def test_numerator_and_denominator_come_with_names(
    given: Rows, indicator: str, numerator: list[str] | None, denominator: list[str]
) -> None:
    row = given[indicator]

    assert numerator is None or row["numerator"] == numerator
    assert (row["denominator"], row["provisional"], row["dataThrough"]) == (denominator, True, "2025-06-30")


@pytest.mark.parametrize("indicator", ["VCAP-15.a", "VCAP-15.b"])
def test_a_share_of_no_request_is_undefined_where_the_draft_prints_zero(given: Rows, indicator: str) -> None:
    row = given[indicator]

    assert (row["status"], row["value"], row["numerator"], row["printed"]) == ("undefined", None, [], "0")


def test_a_quality_word_shows_its_upper_bound_until_it_is_judged(given: Rows) -> None:
    row = given["VCAP-2.a"]

    assert (row["status"], row["provisional"], row["value"]) == ("needsJudgement", True, 90)
    assert "no judgement is recorded for AFG" in row["reason"]


@pytest.mark.parametrize(
    ("figure", "value", "named", "of", "words"),
    [
        ("VCAPTEXT-III.1", 124, 124, 124, "both say 124"),
        ("VCAPTEXT-III.2", 73, 73, 73, "print says 70, we count 73"),
        ("VCAPTEXT-IV.3", 10, 10, 10, "both say 10"),
        ("VCAPTEXT-V.2", 4, 4, 14, "print says 18/64 %; we name 4, a lower bound"),
        ("VCAPTEXT-VI.1", 8, 8, 10, "ten of ten is 100 %"),
        ("VCAPTEXT-VII.1", 12, 12, 12, "both say 12"),
        ("VCAPTEXT-T.1", 106, 106, 111, "share 95.5 % (106 of 111)"),
        ("VCAPTEXT-IX.1", 64, 64, 112, "print says 67/60 %; we name 64, a lower bound"),
    ],
)
def test_figures_in_the_text_of_the_draft_are_compared(
    given: Rows, figure: str, value: int, named: int, of: int, words: str
) -> None:
    row = given[figure]

    assert (row["value"], len(row["numerator"]), len(row["denominator"])) == (value, named, of)
    assert words in row["reason"]


def test_printed_baselines_are_compared_and_unprinted_ones_are_not(compared: Rows) -> None:
    outcomes = {id: row["outcome"] for id, row in compared.items() if id.startswith("VCAP-")}

    assert Counter(outcomes.values()) == {"notPublished": 101, "noData": 9, "equal": 1, "differs": 1, "bound": 1}
