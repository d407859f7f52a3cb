"""Article 4.1 (b): remnants that arise after entry into force."""

from __future__ import annotations

from datetime import date

from shared.treaty.parameters import CLEARANCE_YEARS
from shared.treaty.periods import add_years


def deadline_after_hostilities(ended: date) -> date:
    """CR-21, Article 4.1 (b): ten years after the end of the active hostilities; each conflict has its own deadline."""
    return add_years(ended, CLEARANCE_YEARS)
