"""Who is party, signatory or gone on a day: one fold over dated acts, the one membership clock of every denominator."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from shared.events.base import Event
from shared.events.meetings import (
    ArmedConflictStatusRecorded,
    InstrumentDeposited,
    SignatureRecorded,
    WithdrawalNotified,
)
from shared.treaty.entry_into_force import entry_into_force
from shared.treaty.parameters import ENTRY_INTO_FORCE_MONTHS, WITHDRAWAL_MONTHS
from shared.treaty.periods import add_months, first_of_month_after
from shared.treaty.withdrawal import withdrawal_effect

Standing = Literal["none", "signatory", "deposited", "party", "former"]
"""deposited = the instrument is in and not yet in force; former = a withdrawal took effect."""


@dataclass(frozen=True, slots=True)
class Act:
    """One dated act of a State towards the depositary; `instrument` on a deposit, `engaged` on a conflict finding."""

    state: str
    kind: Literal["signature", "deposit", "withdrawal", "conflict"]
    date: date
    instrument: str | None = None
    engaged: bool = False


def last_act_that_tells_parties(day: date) -> date:
    """CR-02, CR-07, Articles 17.2 and 20.3: no later act can change who is party on `day`; each takes half a year."""
    deposit = first_of_month_after(day, 1 - ENTRY_INTO_FORCE_MONTHS) - timedelta(days=1)
    return max(deposit, add_months(day, -WITHDRAWAL_MONTHS))


def act_of(event: Event) -> Act | None:
    """The act an event records; None for every other event, the clock's announcements among them (model §4)."""
    match event:
        case SignatureRecorded():
            return Act(event.state, "signature", event.date)
        case InstrumentDeposited():
            return Act(event.state, "deposit", event.deposited, instrument=event.instrument)
        case WithdrawalNotified():
            return Act(event.state, "withdrawal", event.received)
        case ArmedConflictStatusRecorded():
            return Act(event.state, "conflict", event.date, engaged=event.engaged)
        case _:
            return None


@dataclass(frozen=True, slots=True)
class Term:
    """One membership of a State: from its deposit to the effect of its withdrawal, if it gave notice."""

    instrument: str | None
    deposited: date
    in_force: date
    withdrawal_received: date | None = None
    left: date | None = None

    def party(self, on: date) -> bool:
        """In force on that day; the day a withdrawal takes effect is no longer inside."""
        return self.in_force <= on and not self.over(on)

    def over(self, on: date) -> bool:
        """Whether the withdrawal has taken effect."""
        return self.left is not None and self.left <= on


@dataclass(frozen=True, slots=True)
class StateMembership:
    """A State's signature and its terms of membership, in order (a second one after a withdrawal)."""

    signed: date | None = None
    terms: tuple[Term, ...] = ()

    def term(self, on: date) -> Term | None:
        """The term in force that day, else the latest whose instrument was deposited by then.

        A State that comes back before its withdrawal has taken effect is bound by the old term until then.
        """
        begun = [term for term in self.terms if term.deposited <= on]
        return next((term for term in begun if term.party(on)), begun[-1] if begun else None)

    def standing(self, on: date) -> Standing:
        """What the State is on a day: a signatory is one that signed and has deposited nothing yet."""
        term = self.term(on)
        if term is None:
            return "signatory" if self.signed is not None and self.signed <= on else "none"
        if term.over(on):
            return "former"
        return "party" if term.party(on) else "deposited"


def membership_of(acts: Iterable[Act]) -> StateMembership:
    """The acts of one State folded, in the order of their dates (a deposit before a notice of the same day)."""
    order = {"signature": 0, "deposit": 1, "conflict": 2, "withdrawal": 3}
    ordered = sorted(acts, key=lambda act: (act.date, order[act.kind]))
    conflicts = [(act.date, act.engaged) for act in ordered if act.kind == "conflict"]
    signed: date | None = None
    terms: list[Term] = []
    for act in ordered:
        if act.kind == "signature" and signed is None:
            signed = act.date
        elif act.kind == "deposit" and (not terms or terms[-1].withdrawal_received):
            terms.append(Term(act.instrument, act.date, entry_into_force(act.date)))
        elif act.kind == "withdrawal" and terms and terms[-1].withdrawal_received is None:
            open_term = terms[-1]
            left = withdrawal_effect(act.date, conflicts)
            terms[-1] = Term(open_term.instrument, open_term.deposited, open_term.in_force, act.date, left)
    return StateMembership(signed, tuple(terms))


@dataclass(frozen=True, slots=True)
class Membership:
    """The membership of every State with at least one act; the others are `none`."""

    states: dict[str, StateMembership] = field(default_factory=dict)

    def of(self, state: str) -> StateMembership:
        """One State's membership."""
        return self.states.get(state, StateMembership())

    def standing(self, state: str, on: date) -> Standing:
        """What a State is on a day."""
        return self.of(state).standing(on)

    def parties(self, on: date) -> frozenset[str]:
        """States for which the Convention is in force on that day."""
        return self._where(lambda membership: membership.standing(on) == "party")

    def deposited(self, on: date) -> frozenset[str]:
        """States whose instrument is deposited on that day, in force or not; without those that have left."""
        return self._where(lambda membership: membership.standing(on) in ("party", "deposited"))

    def signatories(self, on: date) -> frozenset[str]:
        """States that signed and have deposited nothing."""
        return self._where(lambda membership: membership.standing(on) == "signatory")

    def former(self, on: date) -> frozenset[str]:
        """States whose withdrawal has taken effect."""
        return self._where(lambda membership: membership.standing(on) == "former")

    def party_during(self, first: date, last: date) -> frozenset[str]:
        """States that were party on at least one day from `first` to `last`, both included (model §5)."""
        return self._where(
            lambda membership: any(
                term.in_force <= last and (term.left is None or term.left > max(first, term.in_force))
                for term in membership.terms
            )
        )

    def _where(self, wanted: Callable[[StateMembership], bool]) -> frozenset[str]:
        return frozenset(state for state, membership in self.states.items() if wanted(membership))


def membership(acts: Iterable[Act]) -> Membership:
    """Every State's membership from all acts, in any order."""
    by_state: dict[str, list[Act]] = {}
    for act in acts:
        by_state.setdefault(act.state, []).append(act)
    return Membership({state: membership_of(own) for state, own in by_state.items()})
