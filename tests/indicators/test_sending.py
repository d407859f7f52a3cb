"""Days by which reports, replies, measures and contributions are owed: what is ahead, met, missed, or not known."""

from __future__ import annotations

from typing import Any

import pytest

from services.indicators.duties.deadlines import deadlines
from shared.events.meetings import (
    AssessmentPaid,
    ClarificationAnswered,
    ClarificationRequested,
    ComplianceMatterSubmitted,
)
from shared.events.reports import NationalMeasureReported, ReportSubmitted, RetentionReported
from tests.indicators.clock import complete, due, has, lao, owing, scheduled, world_on
from tests.indicators.history import History, day

# Lao PDR: in force on 1 August 2010


# reports


def test_reports_are_told_with_the_next_one_ahead_and_without_years_nobody_can_look_for() -> None:
    h = lao()
    h.tell(ReportSubmitted(state="LAO", kind="initial", received="2011-01-28"))
    h.tell(ReportSubmitted(state="LAO", kind="annual", received="2020-04-30", covers_years=(2019,)))

    found = {one.what: one.status for one in deadlines(world_on(h, "2023-06-30"), day("2023-06-30"))}

    assert {what: status for what, status in found.items() if "report" in what} == {
        "initial_report": "timely",
        "annual_report-2019": "timely",
        "annual_report-2022": "notRecorded",  # the latest to have fallen due
        "annual_report-2023": "ahead",
    }


def test_a_report_that_was_missing_when_the_record_last_looked_is_told_as_not_recorded_since() -> None:
    h = lao().covered("ReportSubmitted?kind=annual", first="2021-01-01", through="2021-05-01")
    h.tell(ReportSubmitted(state="LAO", kind="initial", received="2011-01-28"))

    then, since = due(h, "2021-05-01", "annual_report-2020"), due(h, "2023-06-30", "annual_report-2020")

    assert (then and then.status, since and since.status) == ("overdue", "notRecorded")


def retains(h: History, year: int, received: str, munitions: int | None = None, act: Any = "retained") -> History:
    h.tell(RetentionReported(state="LAO", year=year, received=received, act=act, munitions=munitions))
    return h


@pytest.mark.parametrize(("received", "status"), [("2025-04-30", "timely"), ("2025-05-01", "late")])
def test_a_report_on_retention_is_due_on_30_april(received: str, status: str) -> None:
    found = due(retains(lao(), 2024, received), "2025-06-30", "retention_report-2024")

    assert found is not None
    assert (found.due, found.status, found.article) == (day("2025-04-30"), status, "3.8")


def test_who_retained_when_it_last_reported_may_owe_the_next_reports() -> None:
    h = retains(lao(), 2024, "2025-04-30")

    on_the_day = {what: due(h, "2026-04-30", f"retention_report-{what}") for what in (2025, 2026, 2027)}
    after = {what: due(h, "2026-05-01", f"retention_report-{what}") for what in (2025, 2026, 2027)}

    assert [one and one.status for one in on_the_day.values()] == ["ahead", "ahead", None]
    assert [one and one.status for one in after.values()] == ["notRecorded", "ahead", None]


def test_nothing_retained_and_a_transfer_alone_ask_for_no_later_report() -> None:
    none_left = retains(retains(lao(), 2023, "2024-04-30", 5), 2024, "2025-04-30", 0)
    transferred = retains(lao(), 2024, "2025-04-30", 5, "transferred_out")

    assert due(none_left, "2025-06-30", "retention_report-2024") is None
    assert due(transferred, "2025-06-30", "retention_report-2024") is not None
    assert due(transferred, "2025-06-30", "retention_report-2025") is None


# Articles 8, 9 and 14


def asked(h: History, received: str = "2025-09-01") -> History:
    h.party("CHE").tell(ClarificationRequested.model_validate({"matter": "M1", "from": "CHE", "to": "LAO", "received": received}))  # fmt: skip  # noqa: E501
    return h


@pytest.mark.parametrize(
    ("answered", "on", "covered", "status"),
    [
        ("2025-09-29", "2025-10-01", None, "timely"),
        ("2025-09-30", "2025-10-01", None, "late"),
        (None, "2025-09-29", None, "ahead"),
        (None, "2025-09-30", "2025-09-30", "overdue"),
        (None, "2025-09-30", "2025-09-29", "notRecorded"),
    ],
)
def test_a_reply_is_due_28_days_after_the_request_for_clarification(
    answered: str | None, on: str, covered: str | None, status: str
) -> None:
    h = asked(lao())
    if answered:
        h.tell(ClarificationAnswered(matter="M1", answered=day(answered)))
    if covered:
        complete(h, "ClarificationAnswered", covered)

    found = due(h, on, "clarification-M1")

    assert found is not None
    assert (found.due, found.status, found.article, found.rule) == (day("2025-09-29"), status, "8.2", "CR-41")


@pytest.mark.parametrize(
    ("satisfactory", "on", "status"),
    [
        (None, "2025-09-29", None),  # the 28th day
        (None, "2025-09-30", "ahead"),
        (True, "2025-09-30", None),
        (False, "2025-09-20", "ahead"),
        (None, "2026-09-19", None),  # the meeting is over: the right has lapsed, nobody is overdue
    ],
)
def test_an_unanswered_matter_can_go_to_the_next_meeting(satisfactory: bool | None, on: str, status: str | None) -> None:  # fmt: skip  # noqa: E501
    h = scheduled(asked(lao()), "3RC", "2026-09-14", "2026-09-18", kind="RC")
    if satisfactory is not None:
        h.tell(ClarificationAnswered(matter="M1", answered=day("2025-09-15"), satisfactory=satisfactory))

    found = due(h, on, "submission-M1", state="CHE")

    assert (found and found.status) == status
    if found is not None:
        assert (found.due, found.meeting) == (day("2026-09-18"), "3RC")


def test_a_submission_has_its_verdict() -> None:
    h = scheduled(asked(lao()), "3RC", "2026-09-14", "2026-09-18", kind="RC")
    h.tell(ComplianceMatterSubmitted(matter="M1", meeting="3RC", date=day("2026-09-18")))

    found = due(h, "2026-11-21", "submission-M1", state="CHE")

    assert found is not None
    assert found.status == "timely"


@pytest.mark.parametrize(
    ("made", "on", "covered", "status"),
    [
        ("2026-02-01", "2026-06-01", None, "timely"),
        ("2026-02-02", "2026-06-01", None, "late"),
        (None, "2026-02-01", None, "ahead"),
        (None, "2026-02-02", None, "notRecorded"),
        (None, "2026-02-02", "2026-02-02", "overdue"),
    ],
)
def test_new_parties_are_asked_for_measures_within_two_years(
    made: str | None, on: str, covered: str | None, status: str
) -> None:
    h = lao("2023-08-03")  # in force on 1 February 2024
    if made:
        law: dict[str, Any] = {"measure_id": "L", "state": "LAO", "kind": "specific_law", "status": "adopted"}
        h.tell(NationalMeasureReported.model_validate({**law, "date": made, "received": made}))
    if covered:
        complete(h, "NationalMeasureReported", covered)

    found = due(h, on, "national_measures")

    assert found is not None
    assert (found.due, found.status) == (day("2026-02-01"), status)


@pytest.mark.parametrize(("deposited", "asked_for"), [("2021-03-21", False), ("2021-04-01", True)])
def test_the_plan_asks_only_those_for_measures_that_it_found_new(deposited: str, asked_for: bool) -> None:
    found = due(lao(deposited), "2021-10-01", "national_measures")  # in force on 1 September, on 1 October 2021

    assert (found is not None) is asked_for


@pytest.mark.parametrize(
    ("paid", "settles", "on", "covered", "status"),
    [
        ("2025-06-16", True, "2025-07-01", None, "timely"),
        ("2025-06-17", True, "2025-07-01", None, "late"),
        ("2025-06-16", False, "2025-06-17", None, "notRecorded"),
        (None, True, "2025-06-16", None, "ahead"),
        (None, True, "2025-06-17", None, "notRecorded"),
        (None, True, "2025-06-17", "2025-06-17", "overdue"),
    ],
)
def test_a_contribution_is_asked_for_three_months_before_the_meeting(
    paid: str | None, settles: bool, on: str, covered: str | None, status: str
) -> None:
    h = scheduled(lao(), "13MSP", "2025-09-16", "2025-09-19")
    if paid:
        h.tell(AssessmentPaid(state="LAO", meeting="13MSP", amount="100", paid=day(paid), settles=settles))
    if covered:
        complete(h, "AssessmentPaid", covered)

    found = due(h, on, "contribution-13MSP")

    assert found is not None
    assert (found.due, found.status, found.meeting) == (day("2025-06-16"), status, "13MSP")


def test_a_contribution_nobody_recorded_is_no_longer_told_once_the_meeting_has_opened() -> None:
    h = scheduled(lao(), "13MSP", "2025-09-16", "2025-09-19")

    assert due(h, "2025-09-16", "contribution-13MSP") is not None
    assert due(h, "2025-09-17", "contribution-13MSP") is None
    assert [(one.name, one.status) for one in owing(h, "2025-09-17", "14")] == [("13MSP", "notRecorded")]


def test_preparatory_meetings_and_those_before_the_plan_ask_for_no_contribution() -> None:
    h = scheduled(scheduled(lao(), "3RC-PM1", "2026-07-01", kind="preparatory"), "9MSP", "2019-09-02")

    assert owing(h, "2026-07-01", "14") == []


def test_every_deadline_says_its_article_formula_and_source_and_comes_by_its_day() -> None:
    h = scheduled(has(has(lao(), 3), 4), "9MSP", "2019-09-02", known="2018-01-01")
    asked(h, "2018-03-01")

    found = deadlines(world_on(h, "2018-06-01"), day("2018-06-01"))

    assert all(one.article and one.formula and one.sources for one in found)
    assert [one.due for one in found if one.due] == sorted(one.due for one in found if one.due)
    assert len({(one.state, one.what) for one in found}) == len(found)
