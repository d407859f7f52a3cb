"""Acts towards the depositary, in the order and form that Articles 15, 16, 17 and 20 allow."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.meetings.membership import membership
from shared.events.meetings import (
    ArmedConflictStatusRecorded,
    EntryIntoForceReached,
    InstrumentDeposited,
    SignatureRecorded,
    WithdrawalNotified,
)
from tests.given_when_then import Given

state = Given(membership)

SIGNED = SignatureRecorded(state="LTU", date=date(2008, 12, 3))
RATIFIED = InstrumentDeposited(state="LTU", instrument="ratification", deposited=date(2011, 3, 24))
ACCEDED = InstrumentDeposited(state="LTU", instrument="accession", deposited=date(2011, 3, 24))
LEFT = WithdrawalNotified(state="LTU", received=date(2024, 9, 6))


def instrument(kind: Any, day: date = date(2011, 3, 24)) -> InstrumentDeposited:
    return InstrumentDeposited(state="LTU", instrument=kind, deposited=day)


@pytest.mark.parametrize(
    ("day", "open_"),
    [
        (date(2008, 12, 2), False),
        (date(2008, 12, 3), True),
        (date(2010, 7, 31), True),
        (date(2010, 8, 1), False),
        (date(2025, 1, 1), False),
    ],
)
def test_signature_is_open_until_entry_into_force(day: date, open_: bool) -> None:
    signing = state.when(SignatureRecorded(state="LTU", date=day))
    if open_:
        signing.then_recorded()
    else:
        signing.then_refused("not-open", "/fact/date", "15")


def test_a_state_signs_once() -> None:
    again = SignatureRecorded(state="LTU", date=date(2009, 1, 1))

    state.given(SIGNED).when(again).then_refused("already-recorded", "/fact/state", "15")
    state.given(SIGNED).when(SIGNED).then_refused("already-recorded")


@pytest.mark.parametrize("kind", ["ratification", "acceptance", "approval"])
def test_signatories_ratify_accept_or_approve(kind: str) -> None:
    state.given(SIGNED).when(instrument(kind)).then_recorded()
    state.given().when(instrument(kind)).then_refused("wrong-instrument", "/fact/instrument", "16")


def test_only_states_that_did_not_sign_accede() -> None:
    state.given().when(ACCEDED).then_recorded()
    state.given(SIGNED).when(ACCEDED).then_refused("wrong-instrument", "/fact/instrument", "16")


def test_an_instrument_comes_after_the_signature() -> None:
    signed = SignatureRecorded(state="LTU", date=date(2009, 5, 1))

    state.given(signed).when(instrument("ratification", date(2009, 5, 1))).then_recorded()
    early = state.given(signed).when(instrument("ratification", date(2009, 4, 30)))
    early.then_refused("sequence", "/fact/deposited", "16.1")


def test_no_instrument_before_the_convention_was_opened() -> None:
    state.when(instrument("accession", date(2008, 12, 2))).then_refused("not-open", "/fact/deposited")


def test_a_state_that_acceded_does_not_sign_afterwards() -> None:
    acceded = instrument("accession", date(2009, 1, 1))

    late = SignatureRecorded(state="LTU", date=date(2009, 2, 1))
    state.given(acceded).when(late).then_refused("sequence", "/fact/state", "16")


def test_a_second_instrument_is_refused_unless_the_state_withdrew() -> None:
    again = instrument("accession", date(2026, 1, 10))

    state.given(SIGNED, RATIFIED).when(again).then_refused("already-recorded", "/fact/state", "17")
    state.given(SIGNED, RATIFIED, LEFT).when(again).then_recorded()
    state.given(SIGNED, RATIFIED, LEFT, again).when(instrument("accession", date(2026, 2, 1))).then_refused(
        "already-recorded"
    )
    early = state.given(SIGNED, RATIFIED, LEFT).when(instrument("accession", date(2024, 9, 6)))
    early.then_refused("sequence", "/fact/deposited")


def test_only_a_state_with_an_instrument_withdraws() -> None:
    state.given(SIGNED, RATIFIED).when(LEFT).then_recorded()
    state.given(SIGNED).when(LEFT).then_refused("sequence", "/fact/received", "20.2")
    state.given().when(LEFT).then_refused("sequence", "/fact/received", "20.2")


@pytest.mark.parametrize(("received", "party"), [(date(2011, 8, 31), False), (date(2011, 9, 1), True)])
def test_only_a_state_party_withdraws(received: date, party: bool) -> None:
    notice = state.given(SIGNED, RATIFIED).when(WithdrawalNotified(state="LTU", received=received))
    if party:
        notice.then_recorded()
    else:
        notice.then_refused("sequence", "/fact/received", "20.2")


def test_a_state_gives_notice_once() -> None:
    again = WithdrawalNotified(state="LTU", received=date(2024, 10, 1))

    state.given(SIGNED, RATIFIED, LEFT).when(again).then_refused("already-recorded", "/fact/state", "20.2")


def test_an_armed_conflict_matters_to_a_withdrawal_only() -> None:
    engaged = ArmedConflictStatusRecorded(state="LTU", engaged=True, date=date(2025, 1, 1))

    state.given(SIGNED, RATIFIED, LEFT).when(engaged).then_recorded()
    state.given(SIGNED, RATIFIED).when(engaged).then_refused("sequence", "/fact/state", "20.3")


def test_no_act_lies_in_the_future() -> None:
    state.when(instrument("accession", date(2026, 6, 1))).then_recorded()
    state.when(instrument("accession", date(2026, 6, 2))).then_refused("future", "/fact/deposited")
    late = WithdrawalNotified(state="LTU", received=date(2026, 6, 2))
    state.given(SIGNED, RATIFIED).when(late).then_refused("future", "/fact/received")


def test_the_clocks_announcement_changes_nothing() -> None:
    reached = EntryIntoForceReached(state="LTU", date=date(2011, 9, 1))

    state.given(SIGNED, RATIFIED, reached).when(LEFT).then_recorded()
