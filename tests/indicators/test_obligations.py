"""Obligations to report and to pay: how they stand, what they rest on, and that a withdrawal ends them."""

from __future__ import annotations

from typing import Any

import pytest

from services.indicators.duties.obligations import ARTICLES, obligations, obligations_under
from shared.events.meetings import AssessmentPaid
from shared.events.reports import ObligationReported, ReportSubmitted, RetentionReported
from tests.indicators.clock import FIRST, owing, scheduled, world_on
from tests.indicators.history import History, day

# Lao PDR: in force on 1 August 2010


def lao() -> History:
    return History().party("LAO", "2010-02-01")


def reported(h: History, kind: Any, received: str, *years: int, confidence: Any = "verified") -> History:
    h.tell(ReportSubmitted(state="LAO", kind=kind, received=received, covers_years=years, confidence=confidence))
    return h


@pytest.mark.parametrize(
    ("received", "covered", "on", "status", "past"),
    [
        ("2011-02-15", None, "2011-03-01", "completed", False),
        (None, "2011-01-28", "2011-01-28", "outstanding", False),
        (None, "2011-01-29", "2011-01-29", "outstanding", True),
        (None, None, "2011-01-28", "notRecorded", False),
        (None, "2011-01-28", "2011-01-29", "notRecorded", None),
    ],
)
def test_the_initial_report_is_owed_from_entry_into_force(
    received: str | None, covered: str | None, on: str, status: str, past: bool | None
) -> None:
    h = reported(lao(), "initial", received) if received else lao()
    if covered:
        h.covered("ReportSubmitted?kind=initial", first=FIRST, through=covered)

    (found,) = owing(h, on, "7.1")

    assert (found.status, found.past_deadline) == (status, past)
    assert found.deadline == (None if received else day("2011-01-28"))
    assert found.chain[0].rule == "CR-02"


def test_there_is_one_obligation_for_each_annual_report_owed_by_its_year() -> None:
    h = reported(reported(lao(), "initial", "2021-06-30"), "annual", "2022-04-30", 2021)
    h.covered("ReportSubmitted", first="2022-01-01", through="2023-06-30")

    found = owing(h, "2023-06-30", "7.2")

    assert [(one.name, one.status, one.past_deadline) for one in found if one.name and one.name >= "2021"] == [
        ("2021", "completed", False),
        ("2022", "outstanding", True),
        ("2023", "outstanding", False),
    ]
    assert found[-3].chain[-1].kind == "ReportSubmitted"


def test_a_report_on_general_knowledge_completes_nothing_for_certain() -> None:
    (found,) = owing(reported(lao(), "initial", "2011-01-28", confidence="unverified"), "2012-01-01", "7.1")

    assert (found.status, found.proven, found.confidence) == ("completed", "notRecorded", "unverified")


def test_retention_is_reported_year_by_year() -> None:
    h = lao()
    h.tell(RetentionReported(state="LAO", year=2023, received="2024-04-30", act="retained"))

    found = {one.name: one.status for one in owing(h, "2025-06-30", "3.8")}

    assert found == {"2023": "completed", "2024": "notRecorded", "2025": "notRecorded"}


def test_a_contribution_is_owed_for_each_meeting_at_which_the_state_is_party() -> None:
    h = lao().leaves("LAO", "2024-12-01")  # it leaves on 1 June 2025
    scheduled(scheduled(h, "12MSP", "2024-09-10"), "13MSP", "2025-09-16")
    h.tell(AssessmentPaid(state="LAO", meeting="12MSP", amount="1", paid=day("2024-06-10"), settles=True))

    assert [(one.name, one.status) for one in owing(h, "2025-01-01", "14")] == [("12MSP", "completed")]


def test_a_withdrawal_ends_what_was_not_done() -> None:
    h = reported(lao(), "initial", "2011-01-28").leaves("LAO", "2024-12-01")
    h.tell(
        ObligationReported(
            state="LAO", article=4, status="outstanding", effective="2010-08-01", cause="report", received="2011-01-28"
        )
    )
    scheduled(h, "12MSP", "2024-09-10")

    before = {(one.article, one.name): one for one in obligations(world_on(h, "2025-05-31"), day("2025-05-31"))}
    after = {(one.article, one.name): one for one in obligations(world_on(h, "2025-06-01"), day("2025-06-01"))}

    assert "ended" not in {one.status for one in before.values()}
    assert {key: one.status for key, one in after.items() if one.status != "ended"} == {("7.1", None): "completed"}
    assert {one.chain[-1].rule for one in after.values() if one.status == "ended"} == {"CR-07"}
    assert ("7.2", "2024") not in after or after["7.2", "2024"].status == "ended"


def test_all_obligations_are_those_under_each_article_by_state() -> None:
    h = scheduled(lao().party("AFG", "2011-09-08"), "13MSP", "2025-09-16")
    world = world_on(h, "2025-06-30")

    found = obligations(world, day("2025-06-30"))

    assert [one.state for one in found] == sorted(one.state for one in found)
    assert len(found) == sum(len(obligations_under(article, world, day("2025-06-30"))) for article in ARTICLES)
    assert {one.article for one in found} == set(ARTICLES) - {"3.8"}
