"""The clock of membership: what it announces on which day, from the acts alone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.meetings.clock import HeldAct, announcements
from shared.events.base import Effective, Known, Passage
from shared.treaty.membership import Act
from shared.treaty.parameters import CONVENTION_IN_FORCE
from shared.treaty.withdrawal import withdrawal_effect

PASSAGE = Passage(document="CN.1.2009", paragraph="1")


def day(text: str) -> date:
    return date.fromisoformat(text)


def deposit(on: str, *, state: str = "LTU", sure: bool = True) -> HeldAct:
    return HeldAct(Act(state, "deposit", day(on), instrument="ratification"), sure, (PASSAGE,))


def notice(on: str, *, state: str = "LTU", sure: bool = True) -> HeldAct:
    return HeldAct(Act(state, "withdrawal", day(on)), sure)


def finding(on: str, *, engaged: bool, state: str = "LTU") -> HeldAct:
    return HeldAct(Act(state, "conflict", day(on), engaged=engaged))


def names(acts: list[HeldAct], on: str | date) -> list[str]:
    """The announcements up to a day: `EntryIntoForceReached-2010-08-01`, without the stream before it."""
    found = announcements(acts, day(on) if isinstance(on, str) else on)
    return [one.event.natural_key.removeprefix(f"{one.event.stream}-") for one in found]


@pytest.mark.parametrize(
    ("deposited", "in_force"),
    [
        ("2009-03-18", "2010-08-01"),  # before the Convention itself was in force
        ("2010-02-28", "2010-08-01"),
        ("2010-03-01", "2010-09-01"),
        ("2012-03-31", "2012-09-01"),
        ("2012-08-31", "2013-02-01"),
        ("2012-09-01", "2013-03-01"),
        ("2024-02-29", "2024-08-01"),
    ],
)
def test_entry_into_force_is_announced_on_its_day_and_not_before(deposited: str, in_force: str) -> None:
    before = day(in_force) - timedelta(days=1)

    assert names([deposit(deposited)], before) == []
    assert names([deposit(deposited)], in_force) == [f"EntryIntoForceReached-{in_force}"]
    assert names([deposit(deposited)], "2026-11-21") == [f"EntryIntoForceReached-{in_force}"]


@pytest.mark.parametrize(
    ("received", "effect"),
    [("2024-09-06", "2025-03-06"), ("2023-08-29", "2024-02-29"), ("2023-08-31", "2024-02-29")],
)
def test_a_withdrawal_is_announced_on_the_day_it_takes_effect_and_not_before(received: str, effect: str) -> None:
    acts = [deposit("2011-03-24"), notice(received)]

    assert names(acts, day(effect) - timedelta(days=1)) == ["EntryIntoForceReached-2011-09-01"]
    assert names(acts, effect)[1:] == [f"WithdrawalTookEffect-{effect}"]


@pytest.mark.parametrize(
    ("findings", "on", "announced"),
    [
        ([finding("2025-01-01", engaged=True)], "2026-01-01", []),
        ([finding("2025-01-01", engaged=True), finding("2025-08-01", engaged=False)], "2025-07-31", []),
        ([finding("2025-01-01", engaged=True), finding("2025-08-01", engaged=False)], "2025-08-01", ["2025-08-01"]),
        ([finding("2025-01-01", engaged=True), finding("2025-03-06", engaged=False)], "2025-03-06", ["2025-03-06"]),
        ([finding("2025-03-07", engaged=True)], "2025-03-06", ["2025-03-06"]),
    ],
)
def test_an_armed_conflict_delays_a_withdrawal_until_its_end(
    findings: list[HeldAct], on: str, announced: list[str]
) -> None:
    acts = [deposit("2011-03-24"), notice("2024-09-06"), *findings]

    assert names(acts, on)[1:] == [f"WithdrawalTookEffect-{one}" for one in announced]


def test_a_term_that_ended_before_the_convention_was_in_force_never_entered_into_force() -> None:
    assert names([deposit("2009-01-05"), notice("2009-02-10")], "2020-01-01") == ["WithdrawalTookEffect-2009-08-10"]


def test_a_second_membership_is_announced_as_the_first_was() -> None:
    acts = [deposit("2011-03-24"), notice("2024-09-06"), deposit("2026-01-10")]

    assert names(acts, "2026-07-01") == [
        "EntryIntoForceReached-2011-09-01",
        "WithdrawalTookEffect-2025-03-06",
        "EntryIntoForceReached-2026-07-01",
    ]


def test_an_announcement_is_known_and_effective_on_the_rules_date_and_cites_what_it_follows_from() -> None:
    (entry,) = announcements([deposit("2011-03-24")], day("2026-01-01"))

    assert entry.known == Known(time=day("2011-09-01"))
    assert entry.effective == Effective(from_=day("2011-09-01"))
    assert entry.passages == (PASSAGE,)


def test_what_rests_on_an_unverified_act_is_unverified() -> None:
    acts = [deposit("2011-03-24"), notice("2024-09-06", sure=False), deposit("2012-05-05", state="LAO", sure=False)]

    assert [(one.event.subject, one.event.confidence) for one in announcements(acts, day("2026-01-01"))] == [
        ("LTU", "verified"),
        ("LAO", "unverified"),
        ("LTU", "unverified"),
    ]


def test_signatures_announce_nothing() -> None:
    assert announcements([HeldAct(Act("LAO", "signature", day("2008-12-03")))], day("2026-01-01")) == []


def test_a_corrected_deposit_changes_only_what_is_announced_next() -> None:
    made = names([deposit("2011-03-24")], "2011-10-01")
    corrected = [deposit("2011-05-24")]

    assert made == ["EntryIntoForceReached-2011-09-01"], "made, and it stays"
    assert names(corrected, "2011-10-31") == []
    assert names(corrected, "2011-11-01") == ["EntryIntoForceReached-2011-11-01"]


DAYS = st.dates(date(2008, 12, 3), date(2026, 12, 31))
HISTORIES = st.lists(
    st.tuples(st.sampled_from(["LAO", "LTU", "CHL"]), DAYS, st.none() | st.integers(0, 4000)), max_size=3
)


def acts_of(history: list[tuple[str, date, int | None]]) -> list[HeldAct]:
    """One deposit of each State, and a notice so many days later where there is one."""
    by_state = {state: (deposited, later) for state, deposited, later in history}
    acts = []
    for state, (deposited, later) in by_state.items():
        acts.append(HeldAct(Act(state, "deposit", deposited, instrument="accession")))
        if later is not None:
            acts.append(HeldAct(Act(state, "withdrawal", deposited + timedelta(days=later))))
    return acts


@settings(deadline=None)
@given(HISTORIES, st.lists(DAYS, min_size=1, max_size=6))
def test_whenever_it_is_run_everything_up_to_the_last_run_is_announced_once(
    history: list[tuple[str, date, int | None]], runs: list[date]
) -> None:
    acts = acts_of(history)
    ledger: dict[str, date] = {}
    for on in runs:
        for one in announcements(acts, on):
            assert one.known.time <= on, "nothing is announced before its day"
            ledger.setdefault(one.event.natural_key, one.known.time)

    assert ledger == {one.event.natural_key: one.known.time for one in announcements(acts, max(runs))}


@settings(deadline=None)
@given(HISTORIES, DAYS)
def test_as_many_are_announced_as_states_have_entered_and_left(
    history: list[tuple[str, date, int | None]], on: date
) -> None:
    acts = acts_of(history)
    deposits = {held.act.state: held.act.date for held in acts if held.act.kind == "deposit"}
    notices = {held.act.state: held.act.date for held in acts if held.act.kind == "withdrawal"}
    left = {state: withdrawal_effect(received) for state, received in notices.items()}
    found = announcements(acts, on)

    gone = {one.event.subject for one in found if one.event.type_name().endswith("WithdrawalTookEffect")}
    assert gone == {state for state, effect in left.items() if effect is not None and effect <= on}
    entered = {one.event.subject for one in found if one.event.type_name().endswith("EntryIntoForceReached")}
    assert entered <= set(deposits)
    assert not entered or on >= CONVENTION_IN_FORCE
