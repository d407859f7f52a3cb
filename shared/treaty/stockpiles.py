"""Articles 3.6 to 3.8: what is retained, acquired or transferred, and the report on it."""

from __future__ import annotations

from datetime import date
from typing import Final

from shared.treaty.parameters import ANNUAL_REPORT_DUE

PURPOSES: Final = frozenset({"detection", "clearance", "destruction", "training", "counter_measures"})
"""Articles 3.6 and 3.7: what retained, acquired or transferred munitions may serve."""


def purpose_allowed(purpose: str) -> bool:
    """CR-15 and CR-16, Articles 3.6 and 3.7: one of the purposes named; how many are needed is no computation."""
    return purpose in PURPOSES


def retention_report_due(year: int) -> date:
    """CR-17, Article 3.8: by 30 April of the year after one with retention, acquisition or transfer."""
    return date(year + 1, *ANNUAL_REPORT_DUE)
