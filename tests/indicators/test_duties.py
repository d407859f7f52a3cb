"""Whom Article 7 binds: annual reports and initial reports, at the edges of membership and of the cycle."""

from __future__ import annotations

from typing import Any

import pytest

from shared.events.reports import ReportSubmitted
from tests.indicators.history import BEGINS, History, define, row, world

ANNUAL = {"count": "states", "of": {"owes": "annual_report", "in": {"covers": "reportYear"}}}
INITIAL = {"count": "states", "of": {"owes": "initial_report", "in": "cycle"}}


def owing(history: History, measure: dict[str, Any], *, covered: bool = True) -> tuple[str, list[str]]:
    if covered:
        history.covered("ReportSubmitted?kind=initial", first=BEGINS.isoformat())
    found = row(history, define(measure, population=None))
    return found["status"], found["members"]


def initial(history: History, state: str, received: Any) -> None:
    history.tell(ReportSubmitted(state=state, kind="initial", received=received), "2025-06-30")


@pytest.mark.parametrize(
    ("received", "owes"), [("2024-06-30", ["LAO"]), ("2024-07-01", []), ({"notAfter": "2020-09-28"}, ["LAO"])]
)
def test_an_annual_report_is_owed_once_the_initial_came_before_the_cycle(received: Any, owes: list[str]) -> None:
    h = world("LAO", "AFG")
    initial(h, "LAO", received)

    assert owing(h, ANNUAL) == ("computed", owes)


@pytest.mark.parametrize(("notice", "owes"), [("2024-11-01", ["LAO"]), ("2024-10-31", [])])
def test_it_is_owed_by_a_state_that_is_party_on_30_april(notice: str, owes: list[str]) -> None:
    h = world("LAO").leaves("LAO", notice)
    initial(h, "LAO", "2011-01-01")

    assert owing(h, ANNUAL)[1] == owes


def test_the_receipt_of_an_initial_report_known_only_by_bounds_across_the_cycle_leaves_it_open() -> None:
    h = world("LAO")
    initial(h, "LAO", {"notBefore": "2024-06-01", "notAfter": "2024-08-01"})
    h.covered("ReportSubmitted?kind=initial", first=BEGINS.isoformat())
    found = row(h, define(ANNUAL, population=None))

    assert (found["members"], found["parts"][0]["high"]) == ([], 1)


def test_without_complete_initial_reports_what_is_owed_is_a_lower_bound() -> None:
    h = world("LAO", "AFG")
    initial(h, "LAO", "2011-01-01")

    assert owing(h, ANNUAL, covered=False) == ("bound", ["LAO"])


def test_an_initial_report_is_owed_when_it_fell_due_and_had_not_come_before() -> None:
    h = world("LAO", "AFG", "CHE").party("SSD", "2024-06-15").party("VUT", "2024-07-15")
    initial(h, "AFG", "2011-01-01")  # long done
    initial(h, "CHE", "2025-01-01")  # years late, within the cycle
    # Lao PDR never sent one; South Sudan's 180 days end on 30 May 2025, Vanuatu's on 30 June 2025

    assert owing(h, INITIAL) == ("computed", ["CHE", "LAO", "SSD", "VUT"])


def test_an_initial_report_that_falls_due_after_the_cycle_is_not_owed_in_it() -> None:
    h = world("LAO").party("VUT", "2024-08-15")  # in force on 1 February 2025, due on 31 July 2025
    initial(h, "LAO", "2011-01-01")

    assert owing(h, INITIAL) == ("computed", [])


def test_without_complete_initial_reports_only_those_that_came_in_the_cycle_are_sure_to_have_been_owed() -> None:
    h = world("LAO", "CHE")
    initial(h, "CHE", "2025-01-01")

    assert owing(h, INITIAL, covered=False) == ("bound", ["CHE"])
