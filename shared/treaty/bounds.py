"""Rules applied to dates of which only a month, a year or bounds are known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from shared.events.base import FactDate, earliest, latest


def between(rule: Callable[[date], date], when: FactDate | date) -> tuple[date | None, date | None]:
    """The first and the last day that a rule can give for a date known only by bounds; None on an open side.

    Right because no rule of the Convention gives an earlier day for a later act; a test holds every rule to that.
    """
    first, last = earliest(when), latest(when)
    return (None if first is None else rule(first), None if last is None else rule(last))
