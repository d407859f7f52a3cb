"""Article 7: when a transparency report is due, and from whom."""

from __future__ import annotations

from collections.abc import Iterable, Set
from datetime import date, timedelta
from typing import Literal

from shared.events.base import FactDate, earliest, latest
from shared.treaty.deadlines import Timeliness, met
from shared.treaty.parameters import ANNUAL_REPORT_DUE, INITIAL_REPORT_DAYS, SILENT_YEARS
from shared.treaty.periods import add_years

Owed = Literal["yes", "no", "cannotTell"]


def initial_report_due(entry_into_force: date) -> date:
    """CR-30, Article 7.1: 180 days after entry into force for the State."""
    return entry_into_force + timedelta(days=INITIAL_REPORT_DAYS)


def annual_report_due(year: int) -> date:
    """CR-31, Article 7.2: by 30 April of the year after the one reported on."""
    return date(year + 1, *ANNUAL_REPORT_DUE)


def report_timeliness(received: FactDate | date | None, due: date) -> Timeliness:
    """CR-30 and CR-31, Articles 7.1 and 7.2: whether a report came by its due day."""
    return met(received, due)


def annual_report_owed(year: int, *, party_on_due_day: bool, initial_received: FactDate | date | None) -> Owed:
    """CR-31 and CR-32, Article 7.2 with 7.1: owed by a party on the due day whose initial report is in.

    Our reading of "is in": an initial report that arrives in the cycle of the report year (1 July of that year to
    30 June of the next) makes the first annual report due for the calendar year after it.
    """
    if not party_on_due_day or initial_received is None:
        return "no"
    cycle_opens = date(year, 7, 1)
    first, last = earliest(initial_received), latest(initial_received)
    if last is not None and last < cycle_opens:
        return "yes"
    return "no" if first is not None and first >= cycle_opens else "cannotTell"


def in_breach(owed: Set[str], timely: Set[str], without_initial: Set[str]) -> frozenset[str]:
    """CR-31 and CR-32, Articles 7.1 and 7.2: who owed an annual report not there in time, or lacks the initial one."""
    return frozenset((owed - timely) | without_initial)


def silent_for_two_years(reports: Iterable[FactDate | date], on: date) -> Owed:
    """Action 44 of the Lausanne plan, for Article 7: whether no report came in the two years up to a day."""
    begins, possible = add_years(on, -SILENT_YEARS), False
    for received in reports:
        first, last = earliest(received) or date.min, latest(received) or date.max
        if begins < first and last <= on:
            return "no"
        possible = possible or (last > begins and first <= on)
    return "cannotTell" if possible else "yes"
