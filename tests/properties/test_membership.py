"""Whatever is asked of the depositary's decider, in whatever order, a State is never what the treaty does not know."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from services.meetings.membership import membership as decider
from shared.events.base import Event
from shared.events.meetings import (
    ArmedConflictStatusRecorded,
    InstrumentDeposited,
    MembershipAct,
    SignatureRecorded,
    WithdrawalNotified,
)
from shared.treaty.membership import StateMembership, act_of, membership_of
from tests.properties.support import UNHURRIED, names_its_article, tried, turns

STEPS = {
    "none": {"signatory", "deposited"},
    "signatory": {"deposited"},
    "deposited": {"party"},
    "party": {"former", "deposited"},  # deposited: it had come back before its withdrawal took effect
    "former": {"deposited"},
}
"""Articles 15 to 17 and 20: what a State becomes next."""

DAYS = st.sampled_from(
    [date(year, month, day) for year in (2009, 2012, 2025) for month in (1, 6) for day in (1, 2, 30)]
)
"""Few days, so that acts often meet: before the Convention was in force and after, within half a year and beyond."""
KINDS = st.sampled_from(["ratification", "acceptance", "approval", "accession"])
ACTS: st.SearchStrategy[MembershipAct] = st.one_of(
    st.builds(SignatureRecorded, state=st.just("LTU"), date=DAYS),
    st.builds(InstrumentDeposited, state=st.just("LTU"), instrument=KINDS, deposited=DAYS),
    st.builds(WithdrawalNotified, state=st.just("LTU"), received=DAYS),
    st.builds(ArmedConflictStatusRecorded, state=st.just("LTU"), engaged=st.booleans(), date=DAYS),
)


def recorded(acts: list[MembershipAct]) -> list[Event]:
    """The acts that the decider takes, each refusal citing its article."""
    held: list[Event] = []
    for act in acts:
        refused = tried(decider, held, act)
        if refused is None:
            held.append(act)
        else:
            assert names_its_article(refused), f"{refused.type}: {refused}"
    return held


def days_of(state: StateMembership) -> list[date]:
    """Every day on which something can change, and the days around it."""
    turning = {state.signed} | {day for one in state.terms for day in (one.deposited, one.in_force, one.left)}
    return sorted({day + timedelta(days=shift) for day in turning if day for shift in (-1, 0, 1)})


@UNHURRIED
@given(st.lists(ACTS, max_size=16))
def test_a_state_goes_from_each_standing_to_one_that_follows_it(acts: list[MembershipAct]) -> None:
    state = membership_of(act for event in recorded(acts) if (act := act_of(event)) is not None)
    standings = ["none", *(state.standing(day) for day in days_of(state))]

    assert [turn for turn in turns(standings) if turn[1] not in STEPS[turn[0]]] == []


@UNHURRIED
@given(st.lists(ACTS, max_size=16), st.randoms(use_true_random=False))
def test_the_order_in_which_acts_are_recorded_does_not_matter(acts: list[MembershipAct], chance: Random) -> None:
    held = [act for event in recorded(acts) if (act := act_of(event)) is not None]
    shuffled = list(held)
    chance.shuffle(shuffled)

    assert membership_of(shuffled) == membership_of(held)


@UNHURRIED
@given(st.lists(ACTS, max_size=16))
def test_only_a_party_leaves_and_never_before_six_months(acts: list[MembershipAct]) -> None:
    state = membership_of(act for event in recorded(acts) if (act := act_of(event)) is not None)

    for term in state.terms:
        if term.withdrawal_received is not None:
            assert term.in_force <= term.withdrawal_received
        if term.left is not None:
            assert term.withdrawal_received is not None
            assert (term.left - term.withdrawal_received).days >= 181
