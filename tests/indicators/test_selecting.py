"""Which facts an expression selects: conditions, unnamed States, the last of each group, contradictions, deadlines."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from shared.events.meetings import MeetingScheduled, ParticipationRecorded
from shared.events.reports import (
    AssistanceProvidedReported,
    ExtensionRequested,
    ReportSubmitted,
    RetentionReported,
    StockpileDiscovered,
)
from tests.indicators.history import SAID_A, History, define, row, world


def provided(**more: Any) -> AssistanceProvidedReported:
    fields = {"state": "CHE", "year": 2024, "received": "2025-04-30", **more}
    return AssistanceProvidedReported.model_validate(fields)


def donors(history: History, **node: Any) -> tuple[list[str], int]:
    """Certain donors, and how many possible ones."""
    history.covered("AssistanceProvidedReported")
    found = row(history, define({"count": "states", "where": {"fact": "AssistanceProvidedReported", **node}}))
    return found["members"], found["parts"][0]["high"]


@pytest.mark.parametrize(
    ("condition", "selected"),
    [
        ({"multi_year": True}, True),
        ({"multi_year": False}, False),
        ({"partnership": True}, False),
        ({"partnership": {"given": False}}, True),
        ({"multi_year": {"given": True}}, True),
        ({"currency": "EUR"}, True),
        ({"currency": ["CHF", "EUR"]}, True),
        ({"currency": ["CHF", "USD"]}, False),
        ({"themes": {"has": "clearance"}}, True),
        ({"themes": {"has": "gender"}}, False),
        ({"themes": {"has_all": ["clearance", "stockpile"]}}, True),
        ({"themes": {"has_all": ["clearance", "gender"]}}, False),
        ({"themes": {"has_any": ["gender", "stockpile"]}}, True),
        ({"themes": {"has_any": ["gender", "legislation"]}}, False),
        ({"amount": {"min": 99.5}}, True),
        ({"amount": {"min": 100}}, False),
        ({"capacity_share": {"min": 0}}, False),
        ({"year": 2024}, True),
        ({"year": 2023}, False),
    ],
)
def test_a_condition_on_an_attribute(condition: dict[str, Any], selected: bool) -> None:
    h = world("CHE")
    h.tell(provided(multi_year=True, currency="EUR", amount="99.5", themes=("clearance", "stockpile")))

    assert donors(h, where=condition)[0] == (["CHE"] if selected else [])


def test_recipients_among_a_set_count_if_one_is_named_and_are_possible_if_none_is() -> None:
    among = {"recipients": {"among": {"population": "parties", "at": "last"}}}
    named, unnamed, other = world("CHE", "LAO"), world("CHE", "LAO"), world("CHE", "LAO")
    named.tell(provided(recipients=("USA", "LAO")))
    unnamed.tell(provided())
    other.tell(provided(recipients=("USA",)))

    assert donors(named, where=among) == (["CHE"], 1)
    assert donors(unnamed, where=among) == ([], 1)
    assert donors(other, where=among) == ([], 0)


def test_the_states_can_be_those_that_an_attribute_names() -> None:
    h = world("CHE", "LAO", "AFG")
    h.tell(provided(recipients=("LAO", "AFG")))

    assert donors(h, state="recipients")[0] == ["AFG", "LAO"]


def test_a_fact_that_names_nobody_makes_everybody_possible() -> None:
    h = world("CHE", "LAO", "AFG")
    h.tell(provided())

    assert donors(h, state="recipients") == ([], 3)


def test_an_organisation_is_no_state() -> None:
    h = world("LAO").covered("ParticipationRecorded")
    h.tell(ParticipationRecorded(meeting="12MSP", participant="HALO", capacity="organisation"), "2024-09-13")
    here = {
        "count": "states",
        "of": "states",
        "where": {"fact": "ParticipationRecorded", "in": {"meeting": "previous"}},
    }

    assert row(h, define(here))["members"] == []


# the last of each


def says(history: History) -> tuple[list[str], int]:
    history.covered("a")
    found = row(history, define(SAID_A))
    return found["members"], found["parts"][0]["high"]


def test_the_last_answer_of_a_state_counts() -> None:
    h = world("LAO")
    h.says("LAO", answer="yes", received="2024-10-01", year=2023)
    h.says("LAO", answer="no", received="2025-04-01", year=2024)

    assert says(h) == ([], 0)


def test_the_last_is_the_last_in_the_world_and_then_the_last_that_was_known() -> None:
    h = world("LAO")
    h.says("LAO", answer="yes", received="2024-10-01", year=2024)
    h.says("LAO", answer="no", received="2025-04-01", year=2023)  # a late report on an earlier year
    assert says(h) == (["LAO"], 1)

    h.says("LAO", answer="no", received="2025-05-01", year=2024)
    assert says(h) == ([], 0)


def test_contradicting_statements_of_one_day_leave_the_state_possible() -> None:
    h = world("LAO")
    h.says("LAO", answer="yes", received="2025-04-01")
    h.says("LAO", answer="no", received="2025-04-01", place="2")

    assert says(h) == ([], 1)


def test_two_statements_of_one_day_that_agree_are_certain() -> None:
    h = world("LAO")
    h.says("LAO", received="2025-04-01")
    h.says("LAO", received="2025-04-01", place="2")

    assert says(h) == (["LAO"], 1)


@pytest.mark.parametrize(("answer", "expected"), [("yes", (["LAO"], 1)), ("no", ([], 1))])
def test_an_unverified_statement_does_not_hide_what_came_before(answer: str, expected: tuple[list[str], int]) -> None:
    h = world("LAO")
    h.says("LAO", answer="yes", received="2024-10-01")
    h.says("LAO", answer=answer, received="2025-04-01", confidence="unverified")

    assert says(h) == expected


def test_an_unverified_statement_alone_makes_a_state_possible() -> None:
    h = world("LAO")
    h.says("LAO", confidence="unverified")

    assert says(h) == ([], 1)


@pytest.mark.parametrize(
    ("said", "counted"),
    [
        ({"said": "a"}, ["AFG", "LAO"]),
        ({"said": "a", "keys": "gender"}, ["LAO"]),
        ({"said": "a", "keys": ["gender", "age"]}, []),
        ({"said": "a", "answer": "no"}, ["CHE"]),
        ({"said": "a", "answer": ["no", "in_preparation"]}, ["CHE", "TCD"]),
        ({"all": [{"said": "a"}, {"said": "b"}]}, ["LAO"]),
        ({"any": [{"said": "a"}, {"said": "b"}]}, ["AFG", "LAO", "TCD"]),
        ({"all": [{"said": "a"}, {"not": {"said": "b"}}]}, ["AFG"]),
        ({"said": "a", "at": "last"}, ["AFG", "LAO", "LBN"]),
        ({"said": "a", "in": {"covers": {"years": [2021, 2022]}}}, ["LBN"]),
    ],
)
def test_what_states_said(said: Any, counted: list[str]) -> None:
    h = world("AFG", "CHE", "LAO", "LBN", "TCD").covered("a", "b", first="2008-05-30")
    h.says("AFG")
    h.says("LAO", keys=("gender",))
    h.says("CHE", answer="no")
    h.says("TCD", answer="in_preparation")
    h.says("LAO", "b")
    h.says("TCD", "b")
    h.says("LBN", year=2022, received="2023-04-30")

    assert row(h, define({"count": "states", "where": said}))["members"] == counted


# by a deadline


def in_time(history: History, rule: str, kind: str, **node: Any) -> tuple[list[str], int]:
    history.covered(kind, first="2008-05-30")
    found = row(history, define({"count": "states", "where": {"fact": kind, "by": rule, **node}}))
    return found["members"], found["parts"][0]["high"]


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        ("2025-04-30", (["LAO"], 1)),
        ("2025-05-01", ([], 0)),
        ("2025-04", (["LAO"], 1)),
        ("2025-05", ([], 0)),
        ({"notBefore": "2025-01-01", "notAfter": "2025-04-30"}, (["LAO"], 1)),
        ({"notBefore": "2025-04-30", "notAfter": "2025-05-01"}, ([], 1)),
    ],
)
def test_an_annual_report_is_due_on_30_april(received: Any, expected: tuple[list[str], int]) -> None:
    h = world("LAO")
    h.tell(ReportSubmitted(state="LAO", kind="annual", covers_years=(2024,), received=received), "2025-06-30")

    assert in_time(h, "annual_report_due", "ReportSubmitted") == expected


def test_a_report_on_two_years_is_timely_for_the_year_that_is_asked_about() -> None:
    h = world("LAO")
    h.tell(ReportSubmitted(state="LAO", kind="annual", covers_years=(2024, 2025), received="2025-06-01"))

    assert in_time(h, "annual_report_due", "ReportSubmitted", **{"in": {"covers": "reportYear"}}) == ([], 0)


@pytest.mark.parametrize(("received", "expected"), [("2025-01-28", ["LAO"]), ("2025-01-29", [])])
def test_an_initial_report_is_due_180_days_after_entry_into_force(received: str, expected: list[str]) -> None:
    h = History().with_cycle().party("LAO", "2024-02-15").clock_covered()  # in force on 1 August 2024
    h.tell(ReportSubmitted(state="LAO", kind="initial", received=received))

    assert in_time(h, "initial_report_due", "ReportSubmitted")[0] == expected


@pytest.mark.parametrize(
    ("received", "opens", "expected"),
    [
        ("2024-12-16", "2025-09-16", (["LAO"], 1)),
        ("2024-12-17", "2025-09-16", ([], 0)),
        ("2024-12-17", "2025-10-16", (["LAO"], 1)),
        ("2024-12", "2025-09-16", ([], 1)),
        ("2024-12-16", None, ([], 1)),
    ],
)
def test_a_request_is_timely_nine_months_before_the_meeting_opens(
    received: str, opens: str | None, expected: tuple[list[str], int]
) -> None:
    h = world("LAO")
    if opens:
        h.tell(MeetingScheduled(meeting="13MSP", kind="MSP", opens=date.fromisoformat(opens)), "2024-09-13")
    h.tell(
        ExtensionRequested(request_id="LAO-4-2", state="LAO", article=4, received=received, for_meeting="13MSP"),
        "2025-06-30",
    )

    assert in_time(h, "nine_months_before_meeting", "ExtensionRequested") == expected


def test_the_last_of_each_group_and_then_what_it_has() -> None:
    h = world("LAO").covered("RetentionReported", first="2008-05-30")
    h.tell(RetentionReported(state="LAO", year=2023, act="retained", munitions=10, received="2024-08-01"))
    h.tell(RetentionReported(state="LAO", year=2024, act="retained", munitions=0, received="2025-04-01"))
    last = {"fact": "RetentionReported", "latest": "state", "having": {"munitions": {"min": 1}}}
    each = {"fact": "RetentionReported", "latest": ["state", "year"], "having": {"munitions": {"min": 1}}}

    assert row(h, define({"count": "states", "where": last}))["members"] == []
    assert row(h, define({"count": "states", "where": each}))["members"] == ["LAO"]


@pytest.mark.parametrize(
    ("found", "reported", "expected"),
    [
        ("2024-08-01", "2024-09-13", (["LAO"], 1)),  # the meeting after the find closed that day
        ("2024-08-01", "2024-09-14", ([], 0)),
        ("2024-10-01", "2025-06-01", (["LAO"], 1)),
        ("2024-08", "2024-09-14", ([], 0)),
        ("2024-09", "2024-09-14", ([], 1)),  # before or after the meeting opened: either deadline
        (None, "2024-09-14", ([], 1)),
    ],
)
def test_a_find_is_to_be_reported_by_the_close_of_the_next_formal_meeting(
    found: str | None, reported: str, expected: tuple[list[str], int]
) -> None:
    h = world("LAO")
    for meeting, kind, opens, closes in (
        ("IM", "intersessional", "2024-08-15", "2024-08-16"),
        ("12MSP", "MSP", "2024-09-10", "2024-09-13"),
        ("13MSP", "MSP", "2025-09-16", "2025-09-19"),
    ):
        sitting = {"meeting": meeting, "kind": kind, "opens": opens, "closes": closes}
        h.tell(MeetingScheduled.model_validate(sitting), "2024-01-01")
    h.tell(StockpileDiscovered(state="LAO", found=found, reported=reported, received=reported))

    assert in_time(h, "next_meeting_after_find", "StockpileDiscovered") == expected
