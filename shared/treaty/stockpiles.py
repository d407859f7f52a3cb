"""Articles 3.6 to 3.8: what is retained, acquired or transferred, and the report on it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Final

from shared.treaty.parameters import ANNUAL_REPORT_DUE

PURPOSES: Final = frozenset({"detection", "clearance", "destruction_techniques", "training", "counter_measures"})
"""Article 3.6: what munitions that are retained or acquired may serve."""

CONTENTS: Final = ("planned_use", "actual_use", "type", "quantity", "lot_numbers")
"""Article 3.8: what a report on retained, acquired or transferred munitions says."""


def purpose_allowed(purpose: str) -> bool:
    """CR-15, Article 3.6: one of the purposes named; how many munitions they need is no computation."""
    return purpose in PURPOSES


def transfer_allowed(purpose: str, *, to_party: bool) -> bool:
    """CR-16, Article 3.7: to another State Party, for destruction or for a purpose of Article 3.6."""
    return to_party and (purpose == "destruction" or purpose_allowed(purpose))


def retention_report_owed(*, retained: bool, acquired: bool, transferred: bool) -> bool:
    """CR-17, Article 3.8: for every calendar year in which munitions were retained, acquired or transferred."""
    return retained or acquired or transferred


def retention_report_lacks(given: Collection[str], *, transferred: bool) -> tuple[str, ...]:
    """CR-17, Article 3.8: what a report does not say; who received the munitions is asked of transfers only."""
    asked = (*CONTENTS, "receiving_party") if transferred else CONTENTS
    return tuple(one for one in asked if one not in given)


def retention_report_due(year: int) -> date:
    """CR-17, Article 3.8: by 30 April of the year after one with retention, acquisition or transfer."""
    return date(year + 1, *ANNUAL_REPORT_DUE)
