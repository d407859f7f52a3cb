"""Articles 15 to 19: who may sign, ratify or accede, and when the Convention enters into force."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from shared.treaty.parameters import (
    CONVENTION_IN_FORCE,
    ENTRY_INTO_FORCE_MONTHS,
    INSTRUMENTS_NEEDED,
    OPENED_FOR_SIGNATURE,
)
from shared.treaty.periods import first_of_month_after


def convention_entry_into_force(deposits: Iterable[date]) -> date | None:
    """CR-01, Article 17.1: 1st day of the 6th month after the month of the 30th instrument; None with fewer."""
    ordered = sorted(deposits)
    if len(ordered) < INSTRUMENTS_NEEDED:
        return None
    return first_of_month_after(ordered[INSTRUMENTS_NEEDED - 1], ENTRY_INTO_FORCE_MONTHS)


def entry_into_force(deposited: date) -> date:
    """CR-02, Article 17.2: 1st day of the 6th month after the month of deposit, never before the Convention's own."""
    return max(CONVENTION_IN_FORCE, first_of_month_after(deposited, ENTRY_INTO_FORCE_MONTHS))


def may_sign(day: date) -> bool:
    """CR-03, Article 15: from 3 December 2008 until the day before the Convention's entry into force."""
    return OPENED_FOR_SIGNATURE <= day < CONVENTION_IN_FORCE


def may_deposit(instrument: str, *, signed: bool) -> bool:
    """CR-03, Articles 15 and 16: signatories ratify, accept or approve; States that have not signed accede."""
    return (instrument == "accession") is not signed


def may_reserve() -> bool:
    """CR-05, Article 19: no article is subject to reservations, whatever an instrument says."""
    return False


def provisionally_applied(deposited: date, *, declared: bool, on: date) -> bool:
    """CR-04, Article 18: Article 1 applies provisionally from the deposit until entry into force, where declared."""
    return declared and deposited <= on < entry_into_force(deposited)
