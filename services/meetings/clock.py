"""What the clock of membership announces: entries into force and withdrawals whose day has come (model §4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from shared.announcement import announcement, in_order
from shared.events.base import Passage
from shared.events.envelope import Proposed
from shared.events.meetings import EntryIntoForceReached, WithdrawalTookEffect
from shared.treaty.membership import Act, Term, membership_of


@dataclass(frozen=True, slots=True)
class HeldAct:
    """An act as the record holds it: whether it is verified, and where documents say so."""

    act: Act
    sure: bool = True
    passages: tuple[Passage, ...] = ()


def announcements(acts: Iterable[HeldAct], on: date) -> list[Proposed]:
    """Every entry into force (CR-02, Article 17) and effect of a withdrawal (CR-07, Article 20.3) up to that day.

    Those announced before are among them: the ledger knows each by its key. One that rests on an unverified act is
    unverified itself. A correction of an act gives other dates and with them other announcements; those made stay.
    """
    by_state: dict[str, list[HeldAct]] = {}
    for held in acts:
        by_state.setdefault(held.act.state, []).append(held)
    return in_order(one for state, own in by_state.items() for one in _of_state(state, own, on))


def _of_state(state: str, own: Sequence[HeldAct], on: date) -> Iterator[Proposed]:
    proven = membership_of(held.act for held in own if held.sure).terms
    for term in membership_of(held.act for held in own).terms:
        if _entered(term, on):
            sure = any(term.in_force == one.in_force for one in proven)
            entry = EntryIntoForceReached(state=state, date=term.in_force, confidence=_confidence(sure))
            yield announcement(entry, _passages(own, "deposit", term.deposited))
        if term.left is not None and term.left <= on:
            sure = any(term.left == one.left for one in proven)
            effect = WithdrawalTookEffect(state=state, date=term.left, confidence=_confidence(sure))
            assert term.withdrawal_received is not None
            yield announcement(effect, _passages(own, "withdrawal", term.withdrawal_received))


def _entered(term: Term, on: date) -> bool:
    """Whether the term came into force; one that ended before (Articles 17.1, 20.3) never did."""
    return term.in_force <= on and (term.left is None or term.in_force < term.left)


def _confidence(sure: bool) -> Literal["verified", "unverified"]:
    return "verified" if sure else "unverified"


def _passages(own: Sequence[HeldAct], kind: str, day: date) -> Iterator[Passage]:
    for held in own:
        if (held.act.kind, held.act.date) == (kind, day):
            yield from held.passages
