"""A decision needs a submitted request and a known meeting, and is taken once."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.meetings.extension_decision import AboutRequest, extension_decision
from shared.events.base import Event
from shared.events.meetings import ExtensionDecided, RequestContentAssessed
from tests.given_when_then import Given


def decided(**changed: Any) -> ExtensionDecided:
    fact = {"request_id": "LAO-4-2", "state": "LAO", "meeting": "12MSP", "outcome": "granted", "months": 60}
    return ExtensionDecided(**(fact | changed))


def assessed(item: Any = "costed") -> RequestContentAssessed:
    return RequestContentAssessed(request_id="LAO-4-2", state="LAO", item=item, outcome="meets", date=date(2024, 7, 1))


def when(fact: Event, *before: Event, request: str | None = "submitted", meeting_known: bool = True) -> Given:
    given = Given(extension_decision).given(*before)
    return given.when(fact, kind=AboutRequest, request=request, meeting_known=meeting_known)


def test_a_submitted_request_is_analysed_and_decided() -> None:
    when(assessed()).then_recorded()
    when(assessed("detailed"), assessed()).then_recorded()
    when(decided(), assessed()).then_recorded()


def test_a_decision_longer_than_the_treaty_allows_is_recorded() -> None:
    when(decided(months=240)).then_recorded()


def test_an_unknown_request_is_neither_analysed_nor_decided() -> None:
    when(decided(), request=None).then_refused("request-unknown", "/fact/request_id", "4.7")
    when(assessed(), request=None).then_refused("request-unknown", "/fact/request_id", "4.7")


def test_an_announced_request_is_not_decided() -> None:
    when(decided(), request="announced").then_refused("request-unknown", "/fact/request_id")


def test_a_withdrawn_request_is_not_decided() -> None:
    when(decided(), request="withdrawn").then_refused("sequence", "/fact/request_id")
    when(assessed(), request="withdrawn").then_recorded()


def test_a_request_is_decided_once() -> None:
    when(decided(meeting="13MSP"), decided()).then_refused("already-recorded", "/fact/request_id")


def test_a_section_is_one_of_its_articles() -> None:
    def section(item: Any, request_id: str, outcome: Any = "present") -> RequestContentAssessed:
        day = date(2024, 7, 1)
        return RequestContentAssessed(request_id=request_id, state="LAO", item=item, outcome=outcome, date=day)

    when(section("i", "LAO-4-2")).then_recorded()
    when(section("f", "LAO-3-1", "meets")).then_recorded()
    when(section("g", "LAO-3-1")).then_refused("invalid", "/fact/item", "3.4")
    when(section("costed", "LAO-4-2")).then_refused("invalid", "/fact/outcome", "4.6")


def test_the_same_assessment_twice_is_refused() -> None:
    when(assessed(), assessed()).then_refused("already-recorded", "/fact")


def test_a_decision_at_an_unknown_meeting_is_refused() -> None:
    when(decided(), meeting_known=False).then_refused("meeting-unknown", "/fact/meeting")


def test_a_refusal_sets_no_deadline() -> None:
    when(decided(outcome="refused", months=None)).then_recorded()
    when(decided(outcome="refused")).then_refused("invalid", "/fact/months")
    when(decided(outcome="refused", months=None, new_deadline="2030-08-01")).then_refused(
        "invalid", "/fact/new_deadline"
    )


def test_the_request_id_names_its_state() -> None:
    when(decided(state="PER")).then_refused("identity", "/fact/request_id")
