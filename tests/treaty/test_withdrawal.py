"""Article 20.3: CR-07, six months, or the end of an armed conflict."""

from datetime import date

import pytest

from shared.treaty.withdrawal import withdrawal_effect

RECEIVED = date(2024, 9, 6)


@pytest.mark.parametrize(
    ("conflicts", "effect", "why"),
    [
        ([], date(2025, 3, 6), "no conflict: Lithuania, 001 para 63"),
        ([(date(2025, 1, 1), True), (date(2025, 6, 1), False)], date(2025, 6, 1), "ends after the six months"),
        ([(date(2025, 6, 1), False), (date(2025, 1, 1), True)], date(2025, 6, 1), "in whatever order it was found"),
        ([(date(2025, 1, 1), True), (date(2025, 3, 6), False)], date(2025, 3, 6), "ends on the day itself"),
        ([(date(2025, 3, 6), True), (date(2025, 3, 7), False)], date(2025, 3, 7), "begins on the day itself"),
        ([(date(2025, 3, 7), True)], date(2025, 3, 6), "begins the day after: too late to matter"),
        ([(date(2025, 1, 1), True)], None, "its end is not known"),
        ([(date(2025, 1, 1), True), (date(2025, 2, 1), False), (date(2025, 3, 1), True)], None, "a second conflict"),
    ],
)
def test_a_withdrawal_takes_effect_after_six_months_or_with_the_end_of_the_conflict(
    conflicts: list[tuple[date, bool]], effect: date | None, why: str
) -> None:
    assert withdrawal_effect(RECEIVED, conflicts) == effect, why


def test_a_notice_of_31_august_takes_effect_on_the_last_of_february() -> None:
    assert withdrawal_effect(date(2024, 8, 31)) == date(2025, 2, 28)
