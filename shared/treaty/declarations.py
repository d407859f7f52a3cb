"""Article 4.1 (c): the declaration of compliance, due at the next meeting after completion."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date


def next_meeting(after: date, meetings: Iterable[tuple[str, date]]) -> tuple[str, date] | None:
    """CR-22, Article 4.1 (c): the first meeting of States Parties or review conference that opens after a day.

    For Article 3 the Convention asks for no declaration; Action 13 of the Lausanne plan sets the same day.
    None while no such meeting has a date.
    """
    return min(((name, opens) for name, opens in meetings if opens > after), key=lambda one: one[1], default=None)
