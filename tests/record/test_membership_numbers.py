"""Who is party, deposited, signatory or neither on a day, from `deploy/record/membership.csv` alone."""

from __future__ import annotations

from datetime import date

import pytest

from services.cli.record import Record
from shared.states import states
from shared.treaty.membership import Membership, act_of, membership
from tests.record.world import World, event_of

WITHOUT_INITIAL = {"CPV", "COM", "COG", "GIN", "RWA", "MDG", "TGO"}
"""Five whose initial report is overdue, and two whose initial report came in the cycle of 2024."""


@pytest.fixture(scope="module")
def clock(record: Record) -> Membership:
    """The membership clock of the record, and nothing else."""
    acts = (act_of(event_of(command)) for command in record.commands)
    return membership(act for act in acts if act is not None)


@pytest.mark.parametrize(
    ("day", "parties", "deposited", "signatories", "why"),
    [
        ("2015-09-11", 91, 96, None, "last day of the first review conference; print gives no signatories"),
        ("2020-11-25", 108, 110, 13, "the second opens: two instruments are in and not yet in force"),
        ("2025-03-05", 112, 112, 12, "the last day of Lithuania as a party"),
        ("2025-03-06", 111, 111, 12, "its withdrawal takes effect"),
        ("2025-06-30", 111, 111, 12, "the end of the cycle"),
        ("2025-09-16", 111, 112, 12, "the Thirteenth Meeting opens: Vanuatu has deposited"),
        ("2026-06-22", 112, 112, 12, "and is party"),
    ],
)
def test_the_numbers_of_a_day(
    clock: Membership, day: str, parties: int, deposited: int, signatories: int | None, why: str
) -> None:
    on = date.fromisoformat(day)
    signed, left_over = clock.signatories(on), set(states()) - clock.deposited(on) - clock.signatories(on)

    assert (len(clock.parties(on)), len(clock.deposited(on))) == (parties, deposited), why
    assert signatories is None or len(signed) == signatories
    assert len(left_over) == len(states()) - deposited - len(signed) and len(states()) == 197


@pytest.mark.parametrize(
    ("day", "not_yet"), [("2020-11-25", {"NIU", "LCA"}), ("2025-09-16", {"VUT"}), ("2025-06-30", set())]
)
def test_who_has_deposited_and_is_not_party_yet(clock: Membership, day: str, not_yet: set[str]) -> None:
    on = date.fromisoformat(day)

    assert clock.deposited(on) - clock.parties(on) == not_yet


def test_who_has_left_is_counted_among_neither(clock: Membership) -> None:
    on = date(2025, 3, 6)

    assert clock.former(on) == {"LTU"}
    assert "LTU" not in clock.deposited(on) | clock.signatories(on)


def test_annual_reports_for_2024_are_owed_by_104_by_rule_and_by_105_as_printed(clock: Membership, world: World) -> None:
    by_rule = clock.parties(date(2025, 4, 30)) - WITHOUT_INITIAL
    as_printed = clock.parties(date(2025, 3, 5)) - WITHOUT_INITIAL
    row = world.rows()["LAP-43.2"]

    assert set(row["denominator"]) == by_rule
    assert (len(by_rule), len(as_printed)) == (104, 105)
    assert as_printed - by_rule == {"LTU"}
