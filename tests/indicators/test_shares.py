"""Shares of things that are no States, such as requests: both sides are facts."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.indicators.plans.words import formula
from shared.events.meetings import MeetingScheduled, RequestContentAssessed
from shared.events.reports import ExtensionRequested
from tests.indicators.history import History, define, row, world

REQUESTS = {"fact": "ExtensionRequested", "where": {"article": 4, "updates": {"given": False}}}
ON_TIME = {"percent": {"of": {**REQUESTS, "by": "nine_months_before_meeting"}, "over": REQUESTS, "count": "request_id"}}
GOOD = {"percent": {"of": {"judged": REQUESTS, "words": ["costed"]}, "over": REQUESTS, "count": "request_id"}}


def share(history: History, measure: dict[str, Any] = ON_TIME, **more: Any) -> dict[str, Any]:
    definition = define(measure, population=None, unit="percent of requests", **more)
    return row(history, definition)


def asked(*requests: tuple[str, str], covered: bool = True) -> History:
    """Requests for a meeting that opens on 16 September 2025, by id and day of receipt."""
    h = world("LAO", "AFG")
    h.tell(MeetingScheduled(meeting="13MSP", kind="MSP", opens=date(2025, 9, 16)), "2024-09-13")
    for request, received in requests:
        event = ExtensionRequested(
            request_id=request, state=request[:3], article=4, received=received, for_meeting="13MSP"
        )
        h.tell(event)
    return h.covered("ExtensionRequested") if covered else h


def test_two_requests_of_one_state_are_two() -> None:
    found = share(asked(("LAO-4-2", "2024-12-16"), ("LAO-4-3", "2024-12-17"), ("AFG-4-1", "2024-12-01")))

    part = found["parts"][0]
    assert (found["status"], found["value"]) == ("computed", "66.7")
    assert (part["numerator"], part["denominator"]) == (2, 3)
    assert [one["key"] for one in part["items"]] == ["AFG-4-1", "LAO-4-2"]
    assert (found["members"], found["denominator"]) == (["AFG", "LAO"], ["AFG", "LAO"])


def test_of_no_request_at_all_a_share_is_undefined_and_not_zero() -> None:
    found = share(asked())

    assert (found["status"], found["value"], found["parts"][0]["denominator"]) == ("undefined", None, 0)


def test_without_coverage_nothing_is_said() -> None:
    assert share(asked(covered=False))["status"] == "noData"


def test_under_an_incomplete_record_a_share_is_only_a_bound() -> None:
    found = share(asked(("LAO-4-2", "2024-12-16"), ("AFG-4-1", "2024-12-17"), covered=False))

    assert (found["status"], found["value"]) == ("bound", 50)


@pytest.mark.parametrize(("outcome", "status", "value"), [("meets", "needsJudgement", 100), ("missing", "computed", 0)])
def test_a_judgement_that_is_missing_leaves_the_upper_bound(outcome: Any, status: str, value: int) -> None:
    h = asked(("LAO-4-2", "2024-12-16"), ("AFG-4-1", "2024-12-16"))
    judged = ("LAO-4-2",) if outcome == "meets" else ("LAO-4-2", "AFG-4-1")
    for request in judged:
        verdict = "meets" if outcome == "meets" else "does_not_meet"
        event = RequestContentAssessed.model_validate(
            {"request_id": request, "state": request[:3], "item": "costed", "outcome": verdict, "date": "2025-05-01"}
        )
        h.tell(event)

    found = share(h, GOOD, computability="J")

    assert (found["status"], found["value"]) == (status, value)


def test_it_says_itself_in_words() -> None:
    definition = define(ON_TIME, population=None)

    assert formula(definition).startswith("Share of the different request id of States that have on record")
