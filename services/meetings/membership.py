"""One State's acts towards the depositary: signature, instrument, withdrawal, armed conflict (Articles 15 to 20)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from shared.command import Command
from shared.decider import Decider, Refused
from shared.events.base import Event
from shared.events.envelope import Proposed
from shared.events.meetings import (
    ArmedConflictStatusRecorded,
    EntryIntoForceReached,
    InstrumentDeposited,
    MembershipAct,
    SignatureRecorded,
    WithdrawalNotified,
    WithdrawalTookEffect,
)
from shared.plain_fact import refuse_future, refuse_repetition
from shared.treaty.entry_into_force import entry_into_force, may_deposit, may_sign
from shared.treaty.parameters import OPENED_FOR_SIGNATURE

_ARTICLE: dict[type[MembershipAct], str] = {
    SignatureRecorded: "15",
    InstrumentDeposited: "16",
    WithdrawalNotified: "20.2",
    ArmedConflictStatusRecorded: "20.3",
    EntryIntoForceReached: "17.2",
    WithdrawalTookEffect: "20.3",
}
"""The article under which each act is done."""


@dataclass(frozen=True, slots=True)
class Membership:
    """What the depositary holds of a State: its signature, its open instrument, its notice of withdrawal."""

    keys: frozenset[str] = frozenset()
    signed: date | None = None
    deposited: date | None = None
    withdrawal: date | None = None


def evolve(state: Membership, event: Event) -> Membership:
    """One act more. The clock's announcements are none: they follow from the acts."""
    match event:
        case SignatureRecorded():
            state = replace(state, signed=event.date)
        case InstrumentDeposited():
            state = replace(state, deposited=event.deposited, withdrawal=None)
        case WithdrawalNotified():
            state = replace(state, withdrawal=event.received)
        case ArmedConflictStatusRecorded():
            pass
        case _:
            return state
    return replace(state, keys=state.keys | {event.natural_key})


def decide(state: Membership, command: Command) -> Sequence[Proposed]:
    """CR-03 and Article 20: who may sign, deposit or withdraw, in which order."""
    fact = command.fact
    assert isinstance(fact, MembershipAct)
    refuse_future(fact, command.today)
    refuse_repetition(state.keys, command, article=_ARTICLE[type(fact)])
    match fact:
        case SignatureRecorded():
            _refuse_signature(state, fact)
        case InstrumentDeposited():
            _refuse_instrument(state, fact)
        case WithdrawalNotified():
            _refuse_withdrawal(state, fact)
        case ArmedConflictStatusRecorded():
            _refuse_finding(state)
    return [command.proposed()]


def _refuse_signature(state: Membership, fact: SignatureRecorded) -> None:
    if not may_sign(fact.date):
        detail = "signature was open from 3 December 2008 until 31 July 2010"
        raise Refused("not-open", detail, field="/fact/date", article="15")
    if state.signed:
        raise Refused("already-recorded", "this State has signed already", field="/fact/state", article="15")
    if state.deposited:
        detail = "this State acceded without signing; it does not sign afterwards"
        raise Refused("sequence", detail, field="/fact/state", article="16")


def _refuse_instrument(state: Membership, fact: InstrumentDeposited) -> None:
    if fact.deposited < OPENED_FOR_SIGNATURE:
        detail = "no instrument could be deposited before the Convention was opened on 3 December 2008"
        raise Refused("not-open", detail, field="/fact/deposited", article="16")
    if state.withdrawal:
        # The treaty is silent on how a State that left comes back; our reading: by any instrument, after its notice.
        if fact.deposited <= state.withdrawal:
            detail = "a new instrument comes after the notice of withdrawal"
            raise Refused("sequence", detail, field="/fact/deposited", article="20.3")
        return
    if state.deposited:
        detail = "this State's instrument is deposited already, and it has not withdrawn"
        raise Refused("already-recorded", detail, field="/fact/state", article="17")
    if not may_deposit(fact.instrument, signed=state.signed is not None):
        detail = (
            "this State signed: it ratifies, accepts or approves"
            if state.signed
            else "this State has not signed: it accedes"
        )
        raise Refused("wrong-instrument", detail, field="/fact/instrument", article="16")
    if state.signed and fact.deposited < state.signed:
        detail = "a signatory's instrument comes after its signature"
        raise Refused("sequence", detail, field="/fact/deposited", article="16.1")


def _refuse_withdrawal(state: Membership, fact: WithdrawalNotified) -> None:
    if state.withdrawal:
        detail = "this State's notice of withdrawal is recorded already"
        raise Refused("already-recorded", detail, field="/fact/state", article="20.2")
    if state.deposited is None or fact.received <= state.deposited:
        detail = "only a State whose instrument is deposited can withdraw"
        raise Refused("sequence", detail, field="/fact/received", article="20.2")
    in_force = entry_into_force(state.deposited)
    if fact.received < in_force:
        detail = f"only a State Party can withdraw, and this State is party from {in_force} on"
        raise Refused("sequence", detail, field="/fact/received", article="20.2")


def _refuse_finding(state: Membership) -> None:
    if state.withdrawal is None:
        detail = "an armed conflict matters to a withdrawal only; no notice of one is recorded"
        raise Refused("sequence", detail, field="/fact/state", article="20.3")


membership: Decider[Membership, Command] = Decider(initial=Membership(), evolve=evolve, decide=decide)
