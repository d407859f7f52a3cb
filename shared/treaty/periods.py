"""Counting months and years, where the treaty is silent on how: our reading, written once.

"n months later" is the same day of the month n months later; where that day does not exist, the last day of the
month. A period that ends on a day is met by an act dated that day.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def add_months(day: date, months: int) -> date:
    """The same day `months` later (earlier when negative), or the last day of a shorter month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_years(day: date, years: int) -> date:
    """The same day `years` later; 29 February becomes 28 February in a common year."""
    return add_months(day, 12 * years)


def first_of_month_after(day: date, months: int) -> date:
    """The first day of the month `months` after the month of `day`, which counts as month 0."""
    return add_months(day.replace(day=1), months)
