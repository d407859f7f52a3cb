"""The calendar of Article 7: what is due when, what came of it, and where nobody can tell."""

from __future__ import annotations

from typing import Any

import pytest

from shared.events.meetings import InstrumentDeposited
from shared.events.reports import ReportSubmitted
from tests.indicators.clock import FIRST, report, world_on
from tests.indicators.history import History, day

# Lao PDR: in force on 1 August 2010, so that its initial report is due on 28 January 2011


def history() -> History:
    return History().party("LAO", "2010-02-01")


def sends(h: History, kind: str, received: Any, *years: int, state: str = "LAO", known: str | None = None) -> History:
    known = known or (received if isinstance(received, str) else received["notAfter"])
    h.tell(ReportSubmitted.model_validate({"state": state, "kind": kind, "received": received, "covers_years": years}), known)  # fmt: skip  # noqa: E501
    return h


def initial_covered(h: History, through: str) -> History:
    return h.covered("ReportSubmitted?kind=initial", first=FIRST, through=through)


def annual_covered(h: History, first: str, through: str) -> History:
    return h.covered("ReportSubmitted?kind=annual", first=first, through=through)


@pytest.mark.parametrize(
    ("received", "status"),
    [
        ("2011-01-28", "timely"),  # the 180th day itself
        ("2011-01-29", "late"),
        ({"notBefore": "2011-01-01", "notAfter": "2011-01-28"}, "timely"),
        ({"notBefore": "2011-01-28", "notAfter": "2011-01-29"}, "cannotTell"),
        ({"notAfter": "2020-09-28"}, "cannotTell"),
    ],
)
def test_an_initial_report_is_timely_until_its_180th_day(received: Any, status: str) -> None:
    found = report(sends(history(), "initial", received), "2021-01-01", None)

    assert found is not None
    assert (found.due, found.owed, found.status) == (day("2011-01-28"), "yes", status)


@pytest.mark.parametrize(
    ("on", "covered", "status"),
    [
        ("2011-01-28", "2011-01-28", "ahead"),
        ("2011-01-28", None, "ahead"),
        ("2011-01-29", "2011-01-29", "overdue"),
        ("2011-01-29", "2011-01-28", "notRecorded"),  # complete only through the day before
        ("2011-01-29", None, "notRecorded"),
        ("2026-11-21", "2025-06-30", "notRecorded"),
    ],
)
def test_a_missing_initial_report_is_overdue_only_as_far_as_the_record_is_complete(
    on: str, covered: str | None, status: str
) -> None:
    h = history()
    if covered:
        initial_covered(h, covered)
    found = report(h, on, None)

    assert found is not None
    assert (found.status, found.received) == (status, None)


def test_who_is_called_overdue_is_shown_why() -> None:
    found = report(initial_covered(history(), "2011-01-29"), "2011-01-29", None)

    assert found is not None
    assert found.causes[-1].kind == "CoverageDeclared"
    assert found.causes[-1].sources
    assert found.formula == "entry into force (2010-08-01) + 180 days (Article 7.1)"


@pytest.mark.parametrize(
    ("initial", "owed"),
    [
        ("2011-01-28", "yes"),
        ("2024-06-30", "yes"),  # the last day before the cycle of the report on 2024
        ("2024-07-01", "no"),
        ({"notBefore": "2024-06-30", "notAfter": "2024-07-01"}, "cannotTell"),
    ],
)
def test_an_annual_report_is_owed_once_the_initial_one_came_before_its_cycle(initial: Any, owed: str) -> None:
    found = report(sends(history(), "initial", initial), "2025-06-30", 2024)

    assert found is not None
    assert (found.owed, found.due) == (owed, day("2025-04-30"))


@pytest.mark.parametrize(("covered", "owed"), [("2024-06-30", "no"), ("2024-06-29", "cannotTell")])
def test_without_an_initial_report_it_is_not_owed_where_the_record_is_complete(covered: str, owed: str) -> None:
    found = report(initial_covered(history(), covered), "2025-06-30", 2024)

    assert found is not None
    assert (found.owed, found.status) == (owed, "notRecorded")


@pytest.mark.parametrize(("notice", "owed"), [("2024-11-01", "yes"), ("2024-10-31", "no")])
def test_it_is_owed_by_who_is_party_on_30_april(notice: str, owed: str) -> None:
    h = sends(history(), "initial", "2011-01-01").leaves("LAO", notice)  # leaves on 1 May, or on 30 April

    found = report(h, "2025-04-29", 2024)

    assert found is not None
    assert (found.owed, found.status) == (owed, "ahead" if owed == "yes" else "notRecorded")


@pytest.mark.parametrize(
    ("received", "status"),
    [
        ("2025-04-30", "timely"),
        ("2025-05-01", "late"),
        ({"notBefore": "2025-05-01", "notAfter": "2025-06-30"}, "late"),
        ({"notBefore": "2024-07-01", "notAfter": "2025-06-30"}, "cannotTell"),
    ],
)
def test_an_annual_report_is_timely_until_30_april(received: Any, status: str) -> None:
    h = sends(sends(history(), "initial", "2011-01-01"), "annual", received, 2024)

    found = report(h, "2025-06-30", 2024)

    assert found is not None
    assert found.status == status


@pytest.mark.parametrize(
    ("on", "first", "through", "status"),
    [
        ("2025-04-30", "2025-01-01", "2025-04-30", "ahead"),
        ("2025-05-01", "2025-01-01", "2025-05-01", "overdue"),
        ("2025-05-01", "2025-01-01", "2025-04-30", "notRecorded"),
        ("2025-05-01", "2025-01-02", "2025-05-01", "notRecorded"),  # it may have come on 1 January
        ("2026-11-21", "2024-07-01", "2025-06-30", "notRecorded"),
    ],
)
def test_a_missing_annual_report_is_overdue_only_as_far_as_the_record_is_complete(
    on: str, first: str, through: str, status: str
) -> None:
    h = annual_covered(sends(history(), "initial", "2011-01-01"), first, through)

    found = report(h, on, 2024)

    assert found is not None
    assert found.status == status


def test_one_report_on_several_years_meets_each_of_them() -> None:
    h = sends(sends(history(), "initial", "2011-01-01"), "annual", "2025-04-01", 2022, 2023, 2024)

    found = [report(h, "2025-06-30", year) for year in (2022, 2023, 2024)]

    assert [one.status for one in found if one] == ["late", "late", "timely"]


def test_a_report_of_a_state_not_party_meets_no_duty() -> None:
    h = sends(sends(history(), "initial", "2011-01-01"), "voluntary", "2025-04-01", 2024)
    found = report(h, "2025-06-30", 2024)

    assert found is not None
    assert (found.status, found.received) == ("notRecorded", None)


def test_the_year_under_way_is_ahead_and_the_next_not_yet_there() -> None:
    h = sends(history(), "initial", "2011-01-01")

    found = report(h, "2025-06-30", 2025)

    assert found is not None
    assert (found.status, found.due) == ("ahead", day("2026-04-30"))
    assert report(h, "2025-06-30", 2026) is None


def test_who_has_left_is_never_overdue_and_its_reports_of_old_stay() -> None:
    h = sends(sends(history(), "initial", "2011-01-01"), "annual", "2024-04-01", 2023).leaves("LAO", "2024-12-01")
    annual_covered(initial_covered(h, "2025-07-01"), FIRST, "2025-07-01")  # it left on 1 June 2025

    found = [report(h, "2025-07-01", year) for year in (2023, 2024, 2025)]

    assert [one and (one.owed, one.status) for one in found] == [("yes", "timely"), ("yes", "notRecorded"), None]
    missing = found[1]
    assert missing is not None
    assert missing.reason == "the membership ended on 2025-06-01"


@pytest.mark.parametrize(
    ("received", "silent"),
    [
        ("2023-06-30", "yes"),  # two years to the day lie between
        ("2023-07-01", "no"),
        ({"notBefore": "2023-06-30", "notAfter": "2023-07-01"}, "cannotTell"),
    ],
)
def test_a_state_is_silent_after_two_years_without_any_report(received: Any, silent: str) -> None:
    h = sends(history(), "initial", received)
    initial_covered(annual_covered(h, FIRST, "2025-06-30"), "2025-06-30")

    found = report(h, "2025-06-30", None)

    assert found is not None
    assert found.silent_years == silent


@pytest.mark.parametrize(("first", "silent"), [("2023-07-01", "yes"), ("2023-07-02", "cannotTell")])
def test_silence_shows_only_where_the_record_is_complete_for_all_of_the_two_years(first: str, silent: str) -> None:
    h = history().covered("ReportSubmitted", first=first, through="2025-06-30")

    found = report(h, "2025-06-30", None)

    assert found is not None
    assert found.silent_years == silent


def test_nobody_is_called_silent_beyond_coverage_or_in_its_first_two_years() -> None:
    h = annual_covered(initial_covered(history(), "2025-06-29"), FIRST, "2025-06-30").party("SSD", "2023-08-03")

    old, new = report(h, "2025-06-30", None), report(h, "2025-06-30", None, "SSD")

    assert (old and old.silent_years, new and new.silent_years) == ("cannotTell", "no")


def test_a_membership_on_general_knowledge_makes_its_duties_unverified() -> None:
    h = History()
    h.tell(
        InstrumentDeposited(state="LAO", instrument="accession", deposited=day("2010-02-01"), confidence="unverified")
    )
    found = report(h, "2025-06-30", None)

    assert found is not None
    assert found.confidence == "unverified"


def test_before_entry_into_force_nothing_is_owed() -> None:
    h = history()

    assert report(h, "2010-07-31", None) is None
    assert report(h, "2010-08-01", None) is not None
    assert world_on(h, "2010-07-31").acts
