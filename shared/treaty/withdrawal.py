"""Article 20: when a withdrawal takes effect."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from shared.treaty.parameters import WITHDRAWAL_MONTHS
from shared.treaty.periods import add_months


def withdrawal_effect(received: date, conflicts: Sequence[tuple[date, bool]] = ()) -> date | None:
    """CR-07, Article 20.3: receipt + 6 months, or the end of an armed conflict that lasts on that day.

    `conflicts` are dated findings "engaged" (True) or "no longer engaged" (False), in any order. None = the six
    months have run out in an armed conflict whose end is not known.
    """
    expiry = add_months(received, WITHDRAWAL_MONTHS)
    findings = sorted(conflicts)
    engaged = [finding for day, finding in findings if day <= expiry]
    if not engaged or not engaged[-1]:
        return expiry
    return next((day for day, finding in findings if day > expiry and not finding), None)


def notice_lacks(notified: Collection[str] | None, reasons: bool | None) -> tuple[str, ...] | None:
    """CR-06, Article 20.2: what a notice of withdrawal lacks of its four parts; None when the source does not say.

    It goes to all other States Parties, the depositary and the Security Council, and gives reasons.
    """
    if notified is None or reasons is None:
        return None
    missing = [one for one in ("states_parties", "depositary", "security_council") if one not in notified]
    return (*missing, *(() if reasons else ("reasons",)))
