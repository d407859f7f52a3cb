"""A matter of compliance goes through Article 8 in its order."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.meetings.compliance_matter import AboutMatter, compliance_matter
from shared.events.base import Event
from shared.events.meetings import (
    ClarificationAnswered,
    ClarificationRequested,
    ComplianceMatterRaised,
    ComplianceMatterSubmitted,
    ComplianceMatterUpdated,
    NonComplianceDetermined,
)
from tests.given_when_then import Given

DAY = date(2025, 9, 1)
RAISED = ComplianceMatterRaised(matter="M1", state="PER", article="1", alleged=True)
UPDATED = ComplianceMatterUpdated(matter="M1", date=DAY)
ASKED = ClarificationRequested(matter="M1", **{"from": "CHL"}, to="PER", received=DAY)
SUBMITTED = ComplianceMatterSubmitted(matter="M1", meeting="13MSP", date=DAY)
DETERMINED = NonComplianceDetermined(
    matter="M1", state="PER", meeting="13MSP", date=date(2025, 9, 19), outcome="not_established"
)


def answered(satisfactory: bool | None, day: date = date(2025, 9, 29)) -> ClarificationAnswered:
    return ClarificationAnswered(matter="M1", answered=day, satisfactory=satisfactory)


def when(fact: Event, *before: Event, **more: Any) -> Given:
    return Given(compliance_matter).given(*before).when(fact, **({"kind": AboutMatter, "meeting_known": True} | more))


def test_a_matter_goes_its_way() -> None:
    when(RAISED).then_recorded()
    when(UPDATED, RAISED).then_recorded()
    when(ASKED, RAISED).then_recorded()
    when(answered(False), RAISED, ASKED).then_recorded()
    when(SUBMITTED, RAISED, ASKED, answered(False)).then_recorded()
    when(DETERMINED, RAISED, ASKED, answered(False), SUBMITTED).then_recorded()


def test_clarification_may_be_asked_without_more_ado() -> None:
    when(ASKED).then_recorded()


def test_an_unanswered_request_may_be_submitted() -> None:
    when(SUBMITTED, RAISED, ASKED).then_recorded()


def test_an_answer_after_more_than_28_days_is_recorded() -> None:
    when(answered(None, date(2025, 12, 1)), RAISED, ASKED).then_recorded()


def test_steps_out_of_order_are_refused() -> None:
    when(UPDATED).then_refused("sequence", "/fact/matter", "8.1")
    when(answered(None), RAISED).then_refused("sequence", "/fact/matter", "8.2")
    when(answered(None, date(2025, 9, 30)), RAISED, ASKED, answered(None)).then_refused("sequence", "/fact/matter")
    when(SUBMITTED, RAISED).then_refused("sequence", "/fact/matter", "8.3")
    when(SUBMITTED, RAISED, ASKED, answered(True)).then_refused("sequence", "/fact/matter", "8.3")
    when(DETERMINED, RAISED, ASKED).then_refused("sequence", "/fact/matter", "8.5")


def test_no_step_is_dated_before_the_one_that_it_follows() -> None:
    asked = ClarificationRequested(matter="M1", **{"from": "CHL"}, to="PER", received=date(2025, 9, 2))
    before = DETERMINED.model_copy(update={"date": date(2025, 8, 31)})

    when(answered(None, date(2025, 9, 2)), asked).then_recorded()
    when(answered(None, date(2025, 9, 1)), asked).then_refused("sequence", "/fact/answered", "8.2")
    when(SUBMITTED, asked).then_refused("sequence", "/fact/date", "8.3")
    when(before, ASKED, SUBMITTED).then_refused("sequence", "/fact/date", "8.5")


def test_an_answer_may_still_come_once_the_matter_is_submitted() -> None:
    when(answered(True), ASKED, SUBMITTED).then_recorded()


def test_nothing_but_updates_follows_a_determination() -> None:
    history = (ASKED, SUBMITTED, DETERMINED)
    later = ClarificationRequested(matter="M1", **{"from": "CHL"}, to="PER", received=date(2025, 12, 1))

    when(ComplianceMatterUpdated(matter="M1", date=date(2025, 12, 1)), *history).then_recorded()
    when(later, *history).then_refused("sequence", "/fact/matter", "8.2")
    when(answered(None, date(2025, 12, 1)), *history).then_refused("sequence", "/fact/matter", "8.2")


def test_each_step_is_recorded_once() -> None:
    when(RAISED, RAISED).then_refused("already-recorded", "/fact")
    when(DETERMINED, RAISED, ASKED, SUBMITTED, DETERMINED).then_refused("already-recorded", "/fact")


def test_a_state_asks_another_state() -> None:
    itself = ClarificationRequested(matter="M1", **{"from": "PER"}, to="PER", received=DAY)

    when(itself, RAISED).then_refused("identity", "/fact/to", "8.2")


def test_a_matter_goes_to_a_known_meeting() -> None:
    when(SUBMITTED, RAISED, ASKED, meeting_known=False).then_refused("meeting-unknown", "/fact/meeting", "8.3")
