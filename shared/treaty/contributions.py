"""Article 14: the costs of meetings, and when the Lausanne plan asks for them."""

from __future__ import annotations

from datetime import date

from shared.treaty.parameters import CONTRIBUTION_MONTHS
from shared.treaty.periods import add_months


def contribution_due(opens: date) -> date:
    """Action 9 of the Lausanne plan, for Article 14: three months before the meeting opens."""
    return add_months(opens, -CONTRIBUTION_MONTHS)


def shares_costs(*, party: bool, takes_part: bool) -> bool:
    """CR-56, Article 14.1: States Parties, and States not party that take part."""
    return party or takes_part
