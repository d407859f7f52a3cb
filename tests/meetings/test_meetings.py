"""Meetings, participants, offices and votes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.meetings.deciders import decider_for
from services.meetings.meeting import meeting
from services.meetings.office import office
from services.meetings.participation import participation
from shared.events import meetings
from shared.events.meetings import (
    MeetingScheduled,
    OfficeAssumed,
    OfficeEnded,
    ParticipationRecorded,
    UngaVoteRecorded,
)
from shared.events.registry import EVENT_TYPES
from shared.plain_fact import plain_fact
from tests.given_when_then import Given


def scheduled(**changed: Any) -> MeetingScheduled:
    fact = {"meeting": "13MSP", "kind": "MSP", "opens": date(2025, 9, 16), "closes": date(2025, 9, 19)}
    return MeetingScheduled(**(fact | changed))


def took_part(participant: str, capacity: Any) -> ParticipationRecorded:
    return ParticipationRecorded(meeting="12MSP", participant=participant, capacity=capacity)


def assumed(**changed: Any) -> OfficeAssumed:
    fact = {"office_id": "clearance-FRA", "office": "coordinator", "state": "FRA", "from": "2024-09-13"}
    return OfficeAssumed(**(fact | changed))


def test_a_meeting_is_rescheduled_by_a_new_event() -> None:
    moved = scheduled(opens=date(2025, 10, 16), closes=date(2025, 10, 19))

    Given(meeting).when(scheduled()).then_recorded()
    Given(meeting).given(scheduled()).when(moved).then_recorded()
    Given(meeting).given(scheduled(), moved).when(scheduled()).then_recorded()
    Given(meeting).given(scheduled()).when(scheduled()).then_refused("already-recorded", "/fact")


def test_a_meeting_far_ahead_or_without_dates_is_scheduled() -> None:
    Given(meeting).when(scheduled(opens=date(2031, 1, 1), closes=None)).then_recorded()
    Given(meeting).when(scheduled(opens=None, closes=None)).then_recorded()


def test_a_meeting_closes_on_or_after_its_opening() -> None:
    Given(meeting).when(scheduled(closes=date(2025, 9, 16))).then_recorded()
    Given(meeting).when(scheduled(closes=date(2025, 9, 15))).then_refused("invalid", "/fact/closes")
    Given(meeting).when(scheduled(opens=None)).then_refused("invalid", "/fact/opens")


def test_a_meeting_keeps_its_kind_and_is_no_part_of_itself() -> None:
    Given(meeting).given(scheduled()).when(scheduled(kind="RC")).then_refused("identity", "/fact/kind")
    Given(meeting).when(scheduled(part_of="13MSP")).then_refused("identity", "/fact/part_of")


def test_states_take_part_under_their_code_and_organisations_under_their_name() -> None:
    Given(participation).when(took_part("LAO", "state_party")).then_recorded()
    Given(participation).when(took_part("Cluster Munition Coalition", "organisation")).then_recorded()
    Given(participation).when(took_part("LAO", "organisation")).then_refused("identity", "/fact/participant")
    Given(participation).when(took_part("Laos", "state_party")).then_refused("identity", "/fact/participant")


def test_a_participant_is_recorded_once() -> None:
    there = took_part("LAO", "state_party")

    Given(participation).given(there).when(there).then_refused("already-recorded", "/fact")


def test_an_office_is_assumed_and_ended_once_each() -> None:
    ended = OfficeEnded(office_id="clearance-FRA", to=date(2025, 9, 19))

    Given(office).when(assumed()).then_recorded()
    Given(office).given(assumed()).when(assumed(state="ITA")).then_refused("already-recorded", "/fact/office_id")
    Given(office).given(assumed()).when(ended).then_recorded()
    Given(office).given(assumed(), ended).when(ended).then_refused("already-recorded", "/fact/office_id")
    Given(office).when(ended).then_refused("sequence", "/fact/office_id")


def test_an_office_ends_on_or_after_its_beginning() -> None:
    held = Given(office).given(assumed())

    held.when(OfficeEnded(office_id="clearance-FRA", to=date(2024, 9, 13))).then_recorded()
    held.when(OfficeEnded(office_id="clearance-FRA", to=date(2024, 9, 12))).then_refused("sequence", "/fact/to")


def test_each_state_votes_once_a_year() -> None:
    def vote(state: str, cast: Any = "yes") -> UngaVoteRecorded:
        return UngaVoteRecorded(year=2024, state=state, vote=cast, date="2024-12-02")

    Given(plain_fact).given(vote("LAO")).when(vote("DEU")).then_recorded()
    Given(plain_fact).given(vote("LAO")).when(vote("LAO", "no")).then_refused("already-recorded", "/fact")


@pytest.mark.parametrize("kind", [kind for kind in EVENT_TYPES.values() if kind.ledger == "meetings"])
def test_every_event_has_a_decider(kind: type[meetings.MeetingsEvent]) -> None:
    assert callable(decider_for(kind).decide)
