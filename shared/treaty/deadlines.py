"""Articles 3 and 4: deadlines of stockpile destruction and clearance, and verdicts on requests to extend them."""

from __future__ import annotations

from datetime import date
from typing import Literal

from shared.events.base import FactDate, earliest, latest
from shared.treaty.parameters import (
    CLEARANCE_YEARS,
    EXTENSION_MONTHS,
    REQUEST_MONTHS_BEFORE_MEETING,
    STOCKPILE_YEARS,
)
from shared.treaty.periods import add_months, add_years

Timeliness = Literal["timely", "late", "cannotTell"]
"""A verdict, never a bar: a late act is recorded like any other."""


def stockpile_deadline(entry_into_force: date) -> date:
    """CR-10, Article 3.2: eight years after entry into force for the State."""
    return add_years(entry_into_force, STOCKPILE_YEARS)


def clearance_deadline(entry_into_force: date) -> date:
    """CR-20, Article 4.1 (a): ten years after entry into force for the State."""
    return add_years(entry_into_force, CLEARANCE_YEARS)


def met(done: FactDate | date | None, last_day: date) -> Timeliness:
    """Whether an act came by `last_day`; cannotTell when its date is unknown or its bounds lie on both sides."""
    if done is None:
        return "cannotTell"
    first, last = earliest(done), latest(done)
    if last is not None and last <= last_day:
        return "timely"
    if first is not None and first > last_day:
        return "late"
    return "cannotTell"


def last_timely_request(opens: date) -> date:
    """CR-13 and CR-23, Articles 3.5 and 4.5: nine months before the opening of the meeting that considers it."""
    return add_months(opens, -REQUEST_MONTHS_BEFORE_MEETING)


def request_timeliness(received: FactDate | date | None, opens: date | None) -> Timeliness:
    """CR-13 and CR-23, Articles 3.5 and 4.5: by the nine months; cannotTell while the meeting has no date."""
    return "cannotTell" if opens is None else met(received, last_timely_request(opens))


def extension_length(article: Literal[3, 4], months: int | None) -> Literal["within", "beyond", "cannotTell"]:
    """CR-11, CR-12, CR-24 and CR-25, Articles 3.3, 4.5 and 4.8: each extension has at most 48 or 60 months."""
    if months is None:
        return "cannotTell"
    return "within" if months <= EXTENSION_MONTHS[article] else "beyond"
