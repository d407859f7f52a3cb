"""Amendments as deciders meet them: the fact is decided in its old place, and what stood after it must still follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest

from services.meetings.deciders import decider_for as meetings_decider
from services.reports.deciders import decider_for as reports_decider
from shared.amendments import DeciderFor, Held, decided, standing
from shared.command import Amends
from shared.decider import Refused
from shared.events.base import Amendment, Event
from shared.events.envelope import Proposed
from shared.events.meetings import FactRetracted, InstrumentDeposited, SignatureRecorded, WithdrawalNotified
from shared.events.reports import ExtensionAnnounced, ExtensionRequested, ObligationReported, ReportSubmitted
from shared.events.reports import FactRetracted as ReportRetracted
from tests.given_when_then import asking

SIGNED = SignatureRecorded(state="LTU", date=date(2008, 12, 3))
RATIFIED = InstrumentDeposited(state="LTU", instrument="ratification", deposited=date(2011, 3, 24))
LEFT = WithdrawalNotified(state="LTU", received=date(2024, 9, 6))
REPORT = ReportSubmitted(state="LAO", kind="annual", covers_years=(2024,), received="2025-04-15")


@dataclass
class Stream:
    """The events of a stream, named e1, e2 ... in their order."""

    decider_for: DeciderFor
    events: Sequence[Held] = ()

    def holding(self, *facts: Event) -> Stream:
        held = [Held(f"e{len(self.events) + at}", fact) for at, fact in enumerate(facts, 1)]
        return replace(self, events=[*self.events, *held])

    def ask(self, link: Any, target: str, fact: Event) -> Sequence[Proposed]:
        command = replace(asking(fact), amends=Amends(link, target))
        commands = {one.id: asking(one.event) for one in self.events if not one.retracts}
        return decided(self.events, command, self.decider_for, commands)

    def then(self, link: Any, target: str, fact: Event) -> Stream:
        [proposed] = self.ask(link, target, fact)
        links = (proposed.corrects, proposed.revises, proposed.retracts)
        return replace(self, events=[*self.events, Held(f"e{len(self.events) + 1}", proposed.event, *links)])

    def refused(self, link: Any, target: str, fact: Event) -> Refused:
        with pytest.raises(Refused) as refusal:
            self.ask(link, target, fact)
        return refusal.value

    @property
    def stands(self) -> list[str]:
        return [one.event.id for one in standing(self.events)]


membership = Stream(meetings_decider).holding(SIGNED, RATIFIED, LEFT)
report = Stream(reports_decider).holding(REPORT)


def taken_back(kind: Any = FactRetracted, role: Any = "registrar") -> Event:
    event: Event = kind(
        target_type="x", target_stream="membership-LTU", amendment=Amendment(role=role, reason="another State's")
    )
    return event


def test_a_correction_takes_its_targets_place() -> None:
    mended = membership.then("corrects", "e2", RATIFIED.model_copy(update={"deposited": date(2011, 3, 25)}))

    assert mended.stands == ["e1", "e4", "e3"]


def test_a_correction_is_decided_as_its_target_was() -> None:
    early = RATIFIED.model_copy(update={"deposited": date(2008, 12, 2)})
    acceded = RATIFIED.model_copy(update={"instrument": "accession"})

    assert membership.refused("corrects", "e2", early).type == "not-open"
    assert membership.refused("corrects", "e2", acceded).type == "wrong-instrument"


def test_what_stood_after_a_correction_must_still_follow() -> None:
    late = RATIFIED.model_copy(update={"deposited": date(2024, 4, 1)})
    refusal = membership.refused("corrects", "e2", late)

    assert (refusal.type, refusal.field, refusal.article) == ("sequence", "/corrects", "20.2")
    assert "e3" in refusal.detail
    membership.then("corrects", "e2", late.model_copy(update={"deposited": date(2024, 3, 31)}))


def test_a_deposit_is_taken_back_after_what_rests_on_it() -> None:
    assert membership.refused("retracts", "e2", taken_back()).type == "sequence"
    bare = membership.then("retracts", "e3", taken_back()).then("retracts", "e2", taken_back())

    assert bare.stands == ["e1"]


def test_only_the_head_of_a_chain_is_amended_and_it_is_named() -> None:
    mended = membership.then("corrects", "e2", RATIFIED.model_copy(update={"deposited": date(2011, 3, 25)}))
    refusal = mended.refused("corrects", "e2", RATIFIED)

    assert (refusal.type, refusal.status, refusal.field) == ("not-the-head", 409, "/corrects")
    assert "e4" in refusal.detail
    gone = membership.then("retracts", "e3", taken_back())
    assert gone.refused("retracts", "e3", taken_back()).field == "/target"


def test_a_fact_that_is_corrected_in_two_ways_at_once_is_corrected_once() -> None:
    """The second one names what is no longer the head."""
    one = membership.then("corrects", "e1", SIGNED.model_copy(update={"date": date(2008, 12, 4)}))

    assert one.refused("corrects", "e1", SIGNED.model_copy(update={"date": date(2008, 12, 5)})).type == "not-the-head"


def test_a_retracted_report_can_be_submitted_again() -> None:
    gone = report.then("retracts", "e1", taken_back(ReportRetracted))
    state = reports_decider(ReportSubmitted).fold(one.event.event for one in standing(gone.events))

    [proposed] = reports_decider(ReportSubmitted).decide(state, asking(REPORT))
    assert proposed.event == REPORT


def test_a_retraction_is_not_undone_when_the_fact_was_recorded_again_since() -> None:
    again = report.then("retracts", "e1", taken_back(ReportRetracted)).holding(REPORT)
    refusal = again.refused("retracts", "e2", taken_back(ReportRetracted))

    assert (refusal.type, "e3" in refusal.detail) == ("sequence", True)
    undone = report.then("retracts", "e1", taken_back(ReportRetracted)).then(
        "retracts", "e2", taken_back(ReportRetracted)
    )
    assert undone.stands == ["e1"]


def test_a_report_stays_submitted_when_it_is_revised_and_its_revision_is_the_head() -> None:
    revised = report.then("revises", "e1", REPORT.model_copy(update={"received": "2025-08-01"}))

    assert revised.stands == ["e1", "e2"]
    assert revised.refused("revises", "e1", REPORT).type == "not-the-head"
    assert revised.then("retracts", "e2", taken_back(ReportRetracted)).stands == ["e1"]


def test_a_corrected_key_does_not_meet_another_fact() -> None:
    def standing_since(day: str) -> ObligationReported:
        return ObligationReported(
            state="LAO", article=4, status="outstanding", effective=day, cause="report", received="2025-01-01"
        )

    stream = Stream(reports_decider).holding(standing_since("2010-08-01"), standing_since("2015-08-01"))

    assert stream.refused("corrects", "e1", standing_since("2015-08-01")).type == "sequence"
    assert stream.then("corrects", "e1", standing_since("2010-08-02")).stands == ["e3", "e2"]


def test_a_request_whose_update_was_retracted_takes_another() -> None:
    identity = {"request_id": "AFG-4-2", "state": "AFG", "article": 4}
    announced = ExtensionAnnounced.model_validate(identity | {"received": "2024-06-30"})
    asked = identity | {"received": "2024-12-01", "for_meeting": "13MSP"}
    stream = Stream(reports_decider).holding(announced, ExtensionRequested.model_validate(asked))

    bare = stream.then("retracts", "e2", taken_back(ReportRetracted))
    assert bare.stands == ["e1"]
    assert stream.refused("corrects", "e2", ExtensionRequested.model_validate(asked | {"updates": "AFG-4-2"})).type == (
        "sequence"
    )
