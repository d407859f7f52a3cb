"""Coverage decides zero: nothing found is 0 only where the record is declared complete for all of the window."""

from __future__ import annotations

from typing import Any

import pytest

from services.indicators.world.coverage import subjects_of_kind
from tests.indicators.history import BEGINS, SAID_A, History, define, row, world

A = define(SAID_A)


def status_and_value(history: History, definition: Any = A) -> tuple[str, Any]:
    found = row(history, definition)
    return found["status"], found["value"]


def test_nothing_found_and_nothing_declared_is_no_data_and_never_zero() -> None:
    assert status_and_value(world("LAO")) == ("noData", None)


def test_nothing_found_in_a_complete_record_is_zero() -> None:
    assert status_and_value(world("LAO").covered("a")) == ("computed", 0)


def test_an_explicit_nil_is_coverage() -> None:
    assert status_and_value(world("LAO").covered("a", completeness="named_only", nil=True)) == ("computed", 0)


def test_what_is_found_in_a_record_that_names_only_some_is_a_lower_bound() -> None:
    h = world("LAO", "AFG").covered("a", completeness="named_only")
    h.says("LAO")

    assert status_and_value(h) == ("bound", 1)


@pytest.mark.parametrize(
    ("first", "through", "expected"),
    [
        ("2024-07-01", "2025-06-30", "computed"),
        ("2024-07-02", "2025-06-30", "noData"),
        ("2024-07-01", "2025-06-29", "noData"),
        ("2010-01-01", "2025-06-30", "computed"),
    ],
)
def test_the_declaration_reaches_over_every_day_of_the_window(first: str, through: str, expected: str) -> None:
    assert row(world("LAO").covered("a", first=first, through=through), A)["status"] == expected


def test_declarations_that_touch_cover_together_and_a_day_between_them_breaks_it() -> None:
    touching = world("LAO").covered("a", through="2024-12-31").covered("a", first="2025-01-01")
    broken = world("LAO").covered("a", through="2024-12-31").covered("a", first="2025-01-02")

    assert row(touching, A)["status"] == "computed"
    assert row(broken, A)["status"] == "noData"


def test_coverage_is_known_on_the_last_day_it_speaks_of_and_not_the_day_before() -> None:
    h = world("LAO").covered("a")

    assert row(h, A, known_by="2025-06-30")["status"] == "computed"
    assert row(h, A, known_by="2025-06-29", effective_at="2025-06-29")["status"] == "noData"


@pytest.mark.parametrize("subject", ["a", "PracticeReported", "PracticeReported?code=a"])
def test_a_practice_code_is_covered_by_its_name_or_its_kind(subject: str) -> None:
    assert row(world("LAO").covered(subject), A)["status"] == "computed"


@pytest.mark.parametrize("subject", ["b", "ReportSubmitted", "PracticeReported?code=b"])
def test_another_subject_does_not_cover_it(subject: str) -> None:
    assert row(world("LAO").covered(subject), A)["status"] == "noData"


KIND = "RetentionReported"


@pytest.mark.parametrize(
    ("where", "subjects", "expected"),
    [
        ({"act": "retained"}, [KIND], "computed"),
        ({"act": "retained"}, [f"{KIND}?act=retained"], "computed"),
        ({"act": "retained"}, [f"{KIND}?act=acquired"], "noData"),
        ({"act": ["retained", "acquired"]}, [f"{KIND}?act=retained"], "noData"),
        ({"act": ["retained", "acquired"]}, [f"{KIND}?act=retained", f"{KIND}?act=acquired"], "computed"),
        ({}, [f"{KIND}?act=retained"], "noData"),
    ],
)
def test_a_kind_is_covered_by_itself_or_by_every_value_asked_for(
    where: Any, subjects: list[str], expected: str
) -> None:
    definition = define({"count": "states", "where": {"fact": KIND, "where": where}})

    assert row(world("LAO").covered(*subjects), definition)["status"] == expected


def test_truth_values_and_lists_are_spelled_as_in_json() -> None:
    assert ["AssistanceProvidedReported?multi_year=true"] in subjects_of_kind(
        "AssistanceProvidedReported", {"multi_year": True}
    )


def test_the_population_must_be_covered_too() -> None:
    h = History().with_cycle().parties("LAO").covered("a")
    h.says("LAO")

    assert status_and_value(h) == ("bound", 1)


def test_an_empty_population_makes_zero_of_whatever_is_not_recorded() -> None:
    nobody = {"p": {"fact": "ObligationReported", "where": {"article": 3}}}
    definition = define(SAID_A, population="p", populations=nobody)
    h = world("LAO").covered("ObligationReported", first=BEGINS.isoformat())

    assert status_and_value(h, definition) == ("computed", 0)


def test_of_nobody_is_it_certain_that_they_did_not_while_the_record_is_incomplete() -> None:
    not_a = define({"count": "states", "where": {"not": {"said": "a"}}})
    h = world("LAO", "AFG", "CHE")
    h.says("LAO")

    assert status_and_value(h, not_a) == ("noData", None)
    assert row(h.covered("a"), not_a)["members"] == ["AFG", "CHE"]


def test_data_through_is_the_last_day_for_which_everything_asked_is_complete() -> None:
    assert row(world("LAO").covered("a"), A)["dataThrough"] == "2025-06-30"
    assert row(world("LAO").covered("a", through="2025-01-31"), A)["dataThrough"] == "2025-01-31"
    assert row(world("LAO").covered("a", first="2024-08-01"), A)["dataThrough"] is None


def test_the_reason_names_what_is_not_covered() -> None:
    assert row(world("LAO"), A)["reason"] == "nothing is named: a is not declared complete (2024-07-01 to 2025-06-30)"
    partly = world("LAO").covered("a", through="2025-01-31")
    assert "a is complete only through 2025-01-31" in row(partly, A)["reason"]
