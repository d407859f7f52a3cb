"""One membership clock: what a State is on any day, from its dated acts alone."""

from datetime import date, timedelta

import pytest

from shared.events.meetings import (
    ArmedConflictStatusRecorded,
    EntryIntoForceReached,
    InstrumentDeposited,
    SignatureRecorded,
    WithdrawalNotified,
    WithdrawalTookEffect,
)
from shared.treaty.membership import Act, act_of, last_act_that_tells_parties, membership

LITHUANIA = [
    Act("LTU", "signature", date(2008, 12, 3)),
    Act("LTU", "deposit", date(2011, 3, 24), instrument="ratification"),
    Act("LTU", "withdrawal", date(2024, 9, 6)),
]
SOUTH_SUDAN = [Act("SSD", "deposit", date(2023, 8, 3), instrument="accession")]
SIGNATORY = [Act("AGO", "signature", date(2008, 12, 3))]


@pytest.mark.parametrize(
    ("acts", "day", "standing"),
    [
        ([], date(2025, 1, 1), "none"),
        (SIGNATORY, date(2008, 12, 2), "none"),
        (SIGNATORY, date(2008, 12, 3), "signatory"),
        (SIGNATORY, date(2025, 6, 30), "signatory"),
        (SOUTH_SUDAN, date(2023, 8, 2), "none"),
        (SOUTH_SUDAN, date(2023, 8, 3), "deposited"),
        (SOUTH_SUDAN, date(2024, 1, 31), "deposited"),
        (SOUTH_SUDAN, date(2024, 2, 1), "party"),
        (LITHUANIA, date(2011, 3, 23), "signatory"),
        (LITHUANIA, date(2011, 3, 24), "deposited"),
        (LITHUANIA, date(2011, 9, 1), "party"),
        (LITHUANIA, date(2024, 9, 6), "party"),  # notice given, still bound
        (LITHUANIA, date(2025, 3, 5), "party"),
        (LITHUANIA, date(2025, 3, 6), "former"),
        ([*LITHUANIA, Act("LTU", "conflict", date(2025, 1, 1), engaged=True)], date(2030, 1, 1), "party"),
    ],
)
def test_the_standing_of_a_state_on_a_day(acts: list[Act], day: date, standing: str) -> None:
    state = acts[0].state if acts else "LAO"
    assert membership(acts).standing(state, day) == standing
    assert membership(reversed(acts)).standing(state, day) == standing


def test_a_state_that_came_back_is_party_again() -> None:
    again = [*LITHUANIA, Act("LTU", "deposit", date(2027, 1, 10), instrument="accession")]

    assert membership(again).standing("LTU", date(2026, 1, 1)) == "former"
    assert membership(again).standing("LTU", date(2027, 1, 10)) == "deposited"
    assert membership(again).standing("LTU", date(2027, 7, 1)) == "party"


def test_a_state_that_comes_back_before_it_has_left_is_bound_all_the_while() -> None:
    early = [*LITHUANIA, Act("LTU", "deposit", date(2024, 10, 1), instrument="accession")]

    assert membership(early).standing("LTU", date(2024, 10, 1)) == "party"
    assert membership(early).standing("LTU", date(2025, 3, 5)) == "party"
    assert membership(early).standing("LTU", date(2025, 3, 6)) == "deposited"
    assert membership(early).standing("LTU", date(2025, 4, 1)) == "party"


def test_sets_on_a_day_leave_out_who_has_gone() -> None:
    everybody = membership([*LITHUANIA, *SOUTH_SUDAN, *SIGNATORY])
    before, after = date(2025, 3, 5), date(2025, 3, 6)

    assert everybody.parties(before) == {"LTU", "SSD"}
    assert everybody.parties(after) == {"SSD"}
    assert everybody.deposited(after) == {"SSD"}
    assert everybody.former(after) == {"LTU"}
    assert everybody.signatories(after) == {"AGO"}


@pytest.mark.parametrize(
    ("first", "last", "counted"),
    [
        (date(2024, 7, 1), date(2025, 6, 30), True),
        (date(2025, 3, 5), date(2025, 6, 30), True),
        (date(2025, 3, 6), date(2025, 6, 30), False),
        (date(2010, 1, 1), date(2011, 8, 31), False),
        (date(2010, 1, 1), date(2011, 9, 1), True),
    ],
)
def test_a_state_counts_that_was_party_on_any_day_of_the_window(first: date, last: date, counted: bool) -> None:
    assert ("LTU" in membership(LITHUANIA).party_during(first, last)) is counted


def test_the_clocks_announcements_are_no_acts() -> None:
    assert act_of(EntryIntoForceReached(state="SSD", date=date(2024, 2, 1))) is None
    assert act_of(WithdrawalTookEffect(state="LTU", date=date(2025, 3, 6))) is None


def test_events_become_acts() -> None:
    day = date(2009, 1, 1)
    events = [
        SignatureRecorded(state="LTU", date=day),
        InstrumentDeposited(state="LTU", instrument="ratification", deposited=day),
        WithdrawalNotified(state="LTU", received=day),
        ArmedConflictStatusRecorded(state="LTU", engaged=True, date=day),
    ]

    assert [act_of(event) for event in events] == [
        Act("LTU", "signature", day),
        Act("LTU", "deposit", day, instrument="ratification"),
        Act("LTU", "withdrawal", day),
        Act("LTU", "conflict", day, engaged=True),
    ]


@pytest.mark.parametrize(
    ("day", "last"),
    [
        (date(2026, 6, 30), date(2025, 12, 31)),
        (date(2026, 7, 1), date(2026, 1, 31)),
        (date(2025, 3, 6), date(2024, 9, 30)),
        (date(2026, 2, 28), date(2025, 8, 31)),
    ],
)
def test_no_act_of_the_last_half_year_changes_who_is_party(day: date, last: date) -> None:
    assert last_act_that_tells_parties(day) == last

    next_day = last + timedelta(days=1)
    late = [
        [Act("VUT", "deposit", next_day, instrument="accession")],
        [Act("LTU", "deposit", date(2011, 3, 24), instrument="ratification"), Act("LTU", "withdrawal", next_day)],
    ]
    assert [membership(acts).standing(acts[0].state, day) for acts in late] == ["deposited", "party"]


def test_the_last_act_that_counts_does_change_it() -> None:
    day = date(2026, 6, 30)
    acts = [Act("VUT", "deposit", last_act_that_tells_parties(day), instrument="accession")]

    assert membership(acts).standing("VUT", day) == "party"
