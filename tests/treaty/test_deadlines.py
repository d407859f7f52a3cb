"""Articles 3 and 4: CR-10, CR-11, CR-13, CR-20, CR-23, CR-24."""

from datetime import date
from typing import Literal

import pytest

from shared.events.base import FactDate, Interval
from shared.treaty.deadlines import (
    clearance_deadline,
    extension_length,
    last_timely_request,
    met,
    request_timeliness,
    stockpile_deadline,
)

OPENS_13MSP = date(2025, 9, 16)


def interval(first: str | None, last: str | None) -> Interval:
    return Interval(
        not_before=date.fromisoformat(first) if first else None, not_after=date.fromisoformat(last) if last else None
    )


@pytest.mark.parametrize(
    ("in_force", "article3", "article4"),
    [
        (date(2010, 8, 1), date(2018, 8, 1), date(2020, 8, 1)),  # Germany and Lao PDR, Article 4: 1 August 2020
        (date(2024, 2, 1), date(2032, 2, 1), date(2034, 2, 1)),
        (date(2012, 2, 29), date(2020, 2, 29), date(2022, 2, 28)),
    ],
)
def test_deadlines_are_eight_and_ten_years_after_entry_into_force(
    in_force: date, article3: date, article4: date
) -> None:
    assert (stockpile_deadline(in_force), clearance_deadline(in_force)) == (article3, article4)


@pytest.mark.parametrize(
    ("opens", "last"),
    [
        (OPENS_13MSP, date(2024, 12, 16)),
        (date(2024, 9, 10), date(2023, 12, 10)),  # 12MSP
        (date(2023, 9, 11), date(2022, 12, 11)),  # 11MSP
        (date(2024, 11, 30), date(2024, 2, 29)),
        (date(2025, 11, 30), date(2025, 2, 28)),
    ],
)
def test_a_request_is_timely_until_nine_months_before_the_opening(opens: date, last: date) -> None:
    assert last_timely_request(opens) == last


@pytest.mark.parametrize(
    ("received", "opens", "verdict"),
    [
        ("2024-12-16", OPENS_13MSP, "timely"),
        ("2024-12-17", OPENS_13MSP, "late"),
        ("2024-12", OPENS_13MSP, "cannotTell"),
        ("2024-11", OPENS_13MSP, "timely"),
        ("2025", OPENS_13MSP, "late"),
        ("2024", OPENS_13MSP, "cannotTell"),
        (interval("2024-07-01", "2024-12-16"), OPENS_13MSP, "timely"),  # AFG, CHL, LBN, SOM
        (interval("2024-12-17", "2025-01-31"), OPENS_13MSP, "late"),  # MRT
        (interval("2024-12-17", None), OPENS_13MSP, "late"),
        (interval(None, "2024-12-16"), OPENS_13MSP, "timely"),
        (interval("2024-12-16", "2024-12-17"), OPENS_13MSP, "cannotTell"),
        (interval("2024-12-17", "2025-01-31"), date(2025, 10, 16), "cannotTell"),  # the opening moved
        (interval("2024-07-01", "2024-12-16"), date(2025, 8, 16), "cannotTell"),
        (None, OPENS_13MSP, "cannotTell"),
        ("2024-12-16", None, "cannotTell"),  # the meeting has no date yet
    ],
)
def test_nine_months_give_a_verdict(received: FactDate | None, opens: date | None, verdict: str) -> None:
    assert request_timeliness(received, opens) == verdict


@pytest.mark.parametrize(
    ("article", "months", "verdict"),
    [
        (3, 48, "within"),
        (3, 49, "beyond"),
        (4, 60, "within"),
        (4, 61, "beyond"),
        (3, 37, "within"),  # Peru
        (4, None, "cannotTell"),
    ],
)
def test_an_extension_is_at_most_48_or_60_months(article: Literal[3, 4], months: int | None, verdict: str) -> None:
    assert extension_length(article, months) == verdict


def test_an_act_on_the_last_day_meets_the_period() -> None:
    assert met(date(2025, 4, 30), date(2025, 4, 30)) == "timely"
    assert met(date(2025, 5, 1), date(2025, 4, 30)) == "late"
