"""Articles 3.3 to 3.5 and 4.5 to 4.8: what a request to extend a deadline holds, and verdicts on it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Final, Literal

from shared.events.base import FactDate
from shared.treaty.deadlines import Timeliness, met
from shared.treaty.periods import add_months

SECTIONS: Final = {3: "abcdef", 4: "abcdefghi"}
"""Articles 3.4 (a) to (f) and 4.6 (a) to (i): the sections that a request has to have."""

Length = Literal["within", "beyond", "cannotTell"]


def missing_sections(article: Literal[3, 4], sections: Collection[str]) -> tuple[str, ...]:
    """CR-11, CR-23 and CR-25, Articles 3.3, 3.4, 4.5, 4.6 and 4.8: required sections that a text lacks, in order."""
    return tuple(letter for letter in SECTIONS[article] if letter not in sections)


def before_expiry(received: FactDate | date | None, running_deadline: date | None) -> Timeliness:
    """CR-23, Article 4.5: submitted before the period expires; our reading: on its last day is before."""
    return "cannotTell" if running_deadline is None else met(received, running_deadline)


def exceptional_circumstances_stated(
    number: int, stated: bool | None
) -> Literal["yes", "no", "cannotTell", "notAsked"]:
    """CR-12, Article 3.3: a further request states exceptional circumstances; a first one need not.

    Only whether the text states them can be checked, not whether they suffice.
    """
    if number == 1:
        return "notAsked"
    if stated is None:
        return "cannotTell"
    return "yes" if stated else "no"


def renewal_told(number: int, told: bool | None) -> Literal["yes", "no", "cannotTell", "notAsked"]:
    """CR-25, Article 4.8: a renewal tells what was done in the extension before; a first request has none before it."""
    if number == 1:
        return "notAsked"
    if told is None:
        return "cannotTell"
    return "yes" if told else "no"


def extended_until(deadline: date, months: int) -> date:
    """CR-11 and CR-24, Articles 3.3 and 4.5: the deadline that an extension of so many months leads to."""
    return add_months(deadline, months)


def granted_against_asked(
    asked: int | None, granted: int | None
) -> Literal["asRequested", "shorter", "longer", "cannotTell"]:
    """CR-14 and CR-26, Articles 3.5 and 4.7: a decision may grant fewer months than were asked for."""
    if asked is None or granted is None:
        return "cannotTell"
    if granted == asked:
        return "asRequested"
    return "shorter" if granted < asked else "longer"


def area_difference(at_entry_and_found: int, cleared: int, remaining: int, cancelled_and_reduced: int = 0) -> int:
    """CR-23, Articles 4.5 and 4.6 (d) to (f): d - (e + f + cancelled and reduced), in square metres.

    The article does not name cancellation, so that a difference is a question to the State and no error.
    """
    return at_entry_and_found - (cleared + remaining + cancelled_and_reduced)
