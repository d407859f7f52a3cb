"""Which days a window means, and whether a fact lies in it: yes, no, or possibly; both ends belong to it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.indicators.facts.fact import Fact
from services.indicators.grammar.window import Window
from services.indicators.world.frame import Cycle, Frame, Interval, NoSuchWindow, Sitting
from services.indicators.world.placing import Answer, placed
from services.indicators.world.scene import Scene
from services.indicators.world.world import world_of
from shared.events.base import Effective, Event, Known
from shared.events.meetings import DelegationRegistered, MeetingScheduled
from shared.events.reports import DeclarationOfCompliance, ExtensionRequested, ReportSubmitted, RetentionReported
from tests.indicators.history import BEGINS, SAID_A, History, define

CYCLE = Cycle("13MSP", date(2024, 7, 1), date(2025, 6, 30), "13MSP", "12MSP", 2024, 2023, 2022)
SITTINGS = {
    "13MSP": Sitting(date(2025, 9, 16), date(2025, 9, 19)),
    "12MSP": Sitting(date(2024, 9, 10), date(2024, 9, 13)),
}
FRAME = Frame(CYCLE, date(2025, 6, 30), BEGINS, SITTINGS)
YES, MAYBE, NO = Answer.YES, Answer.MAYBE, Answer.NO


def window(written: Any) -> Window:
    return Window.model_validate(written)


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("cycle", "2024-07-01", "2025-06-30"),
        ({"received": "cycle"}, "2024-07-01", "2025-06-30"),
        ({"covers": "reportYear"}, "2024-01-01", "2024-12-31"),
        ("budgetYear", "2023-01-01", "2023-12-31"),
        ("ungaYear", "2022-01-01", "2022-12-31"),
        ("toDate", "2008-05-30", "2025-06-30"),
        ({"received": {"years": 2}}, "2023-07-01", "2025-06-30"),
        ({"received": {"years": [2015, 2019]}}, "2015-01-01", "2019-12-31"),
        ({"effective": {"from": "cycle.from", "to": "2025-01-31"}}, "2024-07-01", "2025-01-31"),
        ({"effective": {"from": "previous.opens", "to": "previous.closes"}}, "2024-09-10", "2024-09-13"),
        ({"effective": {"meeting": "previous"}}, "2024-09-10", "2024-09-13"),
        ({"meeting": "previous"}, "2024-09-10", "2024-09-13"),
        ({"meeting": "this"}, "2025-09-16", "2025-09-19"),
    ],
)
def test_a_window_has_these_days(written: Any, first: str, last: str) -> None:
    assert FRAME.days(window(written)) == Interval(date.fromisoformat(first), date.fromisoformat(last))


def test_no_window_goes_beyond_the_day_that_is_looked_at() -> None:
    seen = FRAME.on(date(2024, 12, 31))

    assert seen.days(window("cycle")) == Interval(date(2024, 7, 1), date(2024, 12, 31))
    assert seen.days(window("toDate")).last == date(2024, 12, 31)
    assert seen.days(window({"received": {"years": 1}})) == Interval(date(2024, 1, 1), date(2024, 12, 31))


def test_two_years_that_end_on_29_february_begin_the_day_after_28_february() -> None:
    assert FRAME.on(date(2024, 2, 29)).days(window({"received": {"years": 2}})).first == date(2022, 3, 1)


@pytest.mark.parametrize("written", ["reportYear", {"meeting": "previous"}, {"effective": {"meeting": "this"}}])
def test_what_the_cycle_does_not_have_is_said(written: Any) -> None:
    bare = Frame(Cycle("2RC", date(2015, 9, 11), date(2020, 9, 28)), date(2020, 9, 28), BEGINS, {})

    with pytest.raises(NoSuchWindow, match="2RC"):
        bare.days(window(written))


def test_a_meeting_without_a_date_stands_for_its_cycle() -> None:
    undated = Frame(CYCLE, date(2025, 6, 30), BEGINS, {})

    assert undated.days(window({"meeting": "this"})) == Interval(CYCLE.first, CYCLE.last)


def fact(event: Event, known: str | Known | None = None, effective: Effective | None = None) -> Fact:
    h = History()
    h.tell(event, known, effective)
    return h.facts[0]


def answer(one: Fact, written: Any, dated_by: str | None = None) -> Answer:
    scene = Scene(world_of([]), FRAME, define(SAID_A), window("cycle"), "window")
    return placed(one, window(written), dated_by, scene)


def report(received: Any, years: tuple[int, ...] = (2024,)) -> Fact:
    return fact(ReportSubmitted(state="LAO", kind="annual", covers_years=years, received=received), "2025-06-30")


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        ("2024-06-30", NO),
        ("2024-07-01", YES),
        ("2025-06-30", YES),
        ("2025-07-01", NO),
        ("2024-06", NO),
        ("2024-07", YES),
        ("2024", MAYBE),
        ({"notBefore": "2024-07-01", "notAfter": "2025-06-30"}, YES),
        ({"notBefore": "2024-06-30", "notAfter": "2025-06-30"}, MAYBE),
        ({"notAfter": "2025-04-30"}, MAYBE),
        ({"notAfter": "2024-06-30"}, NO),
        ({"notBefore": "2025-07-01"}, NO),
    ],
)
def test_receipt_in_the_cycle(received: Any, expected: Answer) -> None:
    assert answer(report(received), {"received": "cycle"}) is expected


@pytest.mark.parametrize(("years", "expected"), [((2023,), NO), ((2024,), YES), ((2022, 2024), YES), ((2025,), NO)])
def test_a_report_covers_its_calendar_years(years: tuple[int, ...], expected: Answer) -> None:
    assert answer(report("2025-04-30", years), {"covers": "reportYear"}) is expected


@pytest.mark.parametrize(
    ("completed", "expected"),
    [("2024-06-30", NO), ("2024-07-01", YES), ("2025-06", YES), ("2024", MAYBE), ("2025-07", NO), (None, MAYBE)],
)
def test_the_date_of_an_attribute_can_be_asked_instead(completed: Any, expected: Answer) -> None:
    done = fact(DeclarationOfCompliance(state="LAO", article=3, completed=completed, received="2025-05-01"))

    assert answer(done, {"effective": "cycle"}, "completed") is expected


def test_what_was_known_before_the_window_did_not_happen_in_it_even_if_undated() -> None:
    done = fact(DeclarationOfCompliance(state="LAO", article=3, received="2024-06-30"))

    assert answer(done, {"effective": "cycle"}, "completed") is NO


def test_a_year_long_statement_holds_on_each_of_its_days_but_an_imprecise_day_is_only_one_of_them() -> None:
    yearly = fact(RetentionReported(state="LAO", year=2024, act="retained", received="2025-04-30"))
    some_day = fact(ReportSubmitted(state="LAO", kind="annual", covers_years=(2023,), received="2024"), "2025-06-30")

    assert answer(yearly, {"effective": "cycle"}) is YES
    assert answer(some_day, {"effective": "cycle"}) is MAYBE


def test_a_fact_belongs_to_the_meeting_it_names_whatever_its_date() -> None:
    delegation = fact(DelegationRegistered(meeting="12MSP", participant="LAO"), "2025-01-01")
    request = fact(
        ExtensionRequested(request_id="LAO-4-1", state="LAO", article=4, received="2023-01-01", for_meeting="13MSP")
    )

    assert answer(delegation, {"meeting": "previous"}) is YES
    assert answer(delegation, {"meeting": "this"}) is NO
    assert answer(request, {"meeting": "this"}) is YES


def test_the_last_word_on_a_meetings_date_counts() -> None:
    h = History()
    h.tell(
        MeetingScheduled(meeting="13MSP", kind="MSP", opens=date(2025, 9, 16), closes=date(2025, 9, 19)), "2024-09-13"
    )
    h.tell(MeetingScheduled(meeting="13MSP", kind="MSP", opens=date(2025, 10, 16)), "2025-02-01")

    assert world_of(h.facts).sittings["13MSP"] == Sitting(date(2025, 10, 16), None)
