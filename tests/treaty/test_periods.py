"""Counting months and years around the ends of months."""

from datetime import date

import pytest

from shared.treaty.periods import add_months, add_years, first_of_month_after


@pytest.mark.parametrize(
    ("day", "months", "result"),
    [
        (date(2024, 9, 6), 6, date(2025, 3, 6)),
        (date(2024, 8, 31), 6, date(2025, 2, 28)),  # no 31 February: the last day of the month
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2025, 9, 16), -9, date(2024, 12, 16)),
        (date(2025, 11, 30), -9, date(2025, 2, 28)),
        (date(2024, 12, 31), 2, date(2025, 2, 28)),
        (date(2024, 1, 1), 0, date(2024, 1, 1)),
        (date(2024, 1, 31), -1, date(2023, 12, 31)),
    ],
)
def test_n_months_later_is_the_same_day_or_the_last_of_a_shorter_month(day: date, months: int, result: date) -> None:
    assert add_months(day, months) == result


def test_29_february_becomes_28_february_in_a_common_year() -> None:
    assert add_years(date(2012, 2, 29), 8) == date(2020, 2, 29)
    assert add_years(date(2012, 2, 29), 10) == date(2022, 2, 28)


def test_the_month_of_the_act_is_month_zero() -> None:
    assert first_of_month_after(date(2023, 8, 1), 6) == date(2024, 2, 1)
    assert first_of_month_after(date(2023, 8, 31), 6) == date(2024, 2, 1)
