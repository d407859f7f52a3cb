"""The Article 7 report: one per State and year, revisions as often as wanted, lateness never refused."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.reports.article7_report import article7_report
from shared.events.reports import ReportSubmitted
from tests.given_when_then import Given, asking

HEAD = "01a1fd9f-7898-7313-a2e8-d0a943fdcfe8"
OTHER = "01a1fd9f-7898-7313-a2e8-d0a943fdcfe9"

report = Given(article7_report)


def annual(**changed: Any) -> ReportSubmitted:
    return ReportSubmitted(
        **({"state": "LAO", "kind": "annual", "covers_years": (2024,), "received": "2025-04-15"} | changed)
    )


def test_a_report_is_recorded() -> None:
    report.given().when(annual()).then_recorded()


def test_a_report_ten_years_late_is_recorded() -> None:
    report.given().when(annual(covers_years=(2012,))).then_recorded()


def test_a_second_submission_is_refused() -> None:
    report.given(annual()).when(annual(received="2025-05-01")).then_refused("already-recorded", "/fact", "7.2")


def test_a_revision_is_recorded() -> None:
    report.given(annual()).when(annual(received="2025-05-01", revises="the report of 15 April")).then_recorded()


def test_a_revision_of_a_report_older_than_the_ledger_is_recorded() -> None:
    report.given().when(annual(revises="the report for 2022")).then_recorded()


def test_the_report_itself_may_come_after_its_revision() -> None:
    report.given(annual(received="2025-05-01", revises="x")).when(annual()).then_recorded()


def test_the_same_revision_twice_is_refused() -> None:
    revision = annual(received="2025-05-01", revises="x")

    report.given(annual(), revision).when(revision).then_refused("already-recorded", "/fact/received")


def test_a_revision_that_names_an_event_names_the_latest_one() -> None:
    revision = annual(received="2025-05-01", revises=HEAD)

    [proposed] = report.given(annual()).when(revision, head=HEAD).decided()
    assert proposed.revises == HEAD
    report.given(annual()).when(revision, head=OTHER).then_refused("not-the-head", "/fact/revises")


def test_a_report_for_the_current_year_is_recorded_and_for_the_next_is_refused() -> None:
    new_years_eve, new_year = date(2026, 12, 31), date(2027, 1, 1)
    early = annual(covers_years=(2026, 2027), received="2026-12-31")

    report.given().when(annual(covers_years=(2026,), received="2026-12-31"), today=new_years_eve).then_recorded()
    report.given().when(early, today=new_years_eve).then_refused("future", "/fact/covers_years/1", "7.2")
    report.given().when(early, today=new_year).then_recorded()


def test_a_receipt_in_the_future_is_refused() -> None:
    report.given().when(annual(received="2026-06-01")).then_recorded()
    report.given().when(annual(received="2026-06-02")).then_refused("future", "/fact/received")
    report.given().when(annual(received="2026-06")).then_recorded()
    report.given().when(annual(received="2026-07")).then_refused("future", "/fact/received")


def test_a_decision_is_a_function_of_its_arguments() -> None:
    state, command = article7_report.fold([annual()]), asking(annual(revises="x"))

    assert article7_report.decide(state, command) == article7_report.decide(state, command)
