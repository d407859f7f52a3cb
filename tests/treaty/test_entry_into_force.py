"""Articles 15 to 17: CR-01, CR-02, CR-03 with their worked examples and both sides of every boundary."""

from datetime import date

import pytest

from shared.treaty.entry_into_force import convention_entry_into_force, entry_into_force, may_deposit, may_sign


def test_the_thirtieth_instrument_in_february_2010_brings_the_convention_into_force_on_1_august() -> None:
    thirty = [date(2009, 1, 1)] * 29 + [date(2010, 2, 16)]

    assert convention_entry_into_force(thirty) == date(2010, 8, 1)
    assert convention_entry_into_force([*thirty, date(2010, 5, 1)]) == date(2010, 8, 1)
    assert convention_entry_into_force(thirty[:29]) is None


@pytest.mark.parametrize(
    ("deposited", "in_force", "why"),
    [
        (date(2008, 12, 3), date(2010, 8, 1), "among the first thirty: with the Convention"),
        (date(2010, 2, 28), date(2010, 8, 1), "the month of the thirtieth"),
        (date(2010, 3, 1), date(2010, 9, 1), "the month after"),
        (date(2023, 8, 3), date(2024, 2, 1), "Article 17.2, worked example"),
        (date(2023, 8, 1), date(2024, 2, 1), "a deposit on the 1st counts from its own month"),
        (date(2023, 8, 31), date(2024, 2, 1), "a deposit on the 31st counts from its own month"),
        (date(2023, 9, 1), date(2024, 3, 1), "the next month"),
    ],
)
def test_entry_into_force_is_the_first_day_of_the_sixth_month_after(deposited: date, in_force: date, why: str) -> None:
    assert entry_into_force(deposited) == in_force, why


@pytest.mark.parametrize(
    ("day", "open_"),
    [
        (date(2008, 12, 2), False),
        (date(2008, 12, 3), True),
        (date(2010, 7, 31), True),
        (date(2010, 8, 1), False),
    ],
)
def test_signature_is_open_from_3_december_2008_until_entry_into_force(day: date, open_: bool) -> None:
    assert may_sign(day) is open_


@pytest.mark.parametrize(
    ("instrument", "signed", "allowed"),
    [
        ("ratification", True, True),
        ("acceptance", True, True),
        ("approval", True, True),
        ("accession", True, False),
        ("accession", False, True),
        ("ratification", False, False),
        ("acceptance", False, False),
        ("approval", False, False),
    ],
)
def test_signatories_ratify_and_others_accede(instrument: str, signed: bool, allowed: bool) -> None:
    assert may_deposit(instrument, signed=signed) is allowed
