"""Article 9: national measures; the Convention sets no date, the Lausanne plan does for new States Parties."""

from __future__ import annotations

from datetime import date

from shared.treaty.parameters import MEASURES_YEARS
from shared.treaty.periods import add_years


def measures_due(entry_into_force: date) -> date:
    """Action 47 of the Lausanne plan, for Article 9: within two years of entry into force for the State."""
    return add_years(entry_into_force, MEASURES_YEARS)
