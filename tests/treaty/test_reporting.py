"""Article 7: CR-30, CR-31, CR-32."""

from datetime import date

import pytest

from shared.events.base import FactDate, Interval
from shared.treaty.reporting import annual_report_due, annual_report_owed, initial_report_due, report_timeliness


@pytest.mark.parametrize(
    ("in_force", "due"),
    [
        (date(2024, 2, 1), date(2024, 7, 30)),
        (date(2010, 8, 1), date(2011, 1, 28)),
        (date(2023, 2, 1), date(2023, 7, 31)),
    ],
)
def test_the_initial_report_is_due_180_days_after_entry_into_force(in_force: date, due: date) -> None:
    assert initial_report_due(in_force) == due


def test_the_annual_report_is_due_on_30_april_of_the_next_year() -> None:
    assert annual_report_due(2024) == date(2025, 4, 30)


@pytest.mark.parametrize(
    ("received", "verdict"),
    [
        ("2025-04-30", "timely"),
        ("2025-05-01", "late"),
        ("2025-04", "timely"),
        ("2025-05", "late"),
        ("2025", "cannotTell"),
        (Interval(not_after=date(2025, 4, 30)), "timely"),
        (Interval(not_before=date(2025, 5, 1), not_after=date(2025, 6, 30)), "late"),
        (Interval(not_after=date(2025, 6, 30)), "cannotTell"),
    ],
)
def test_reports_for_2024_are_timely_until_30_april_2025(received: FactDate, verdict: str) -> None:
    assert report_timeliness(received, annual_report_due(2024)) == verdict


@pytest.mark.parametrize(
    ("party", "initial", "owed", "why"),
    [
        (True, "2011-01-28", "yes", "party, initial report long in"),
        (False, "2011-01-28", "no", "no longer party on 30 April 2025: Lithuania"),
        (True, None, "no", "its initial report is not in"),
        (True, "2024-06-30", "yes", "the day before the cycle of 2024 opens"),
        (True, "2024-07-01", "no", "arrived in the cycle: first annual report for 2025"),
        (True, "2025-03", "no", "arrived in the cycle"),
        (True, "2024", "cannotTell", "before or in the cycle"),
        (True, Interval(not_after=date(2025, 6, 30)), "cannotTell", "known only by its last day"),
    ],
)
def test_who_owes_an_annual_report_for_2024(party: bool, initial: FactDate | None, owed: str, why: str) -> None:
    assert annual_report_owed(2024, party_on_due_day=party, initial_received=initial) == owed, why
