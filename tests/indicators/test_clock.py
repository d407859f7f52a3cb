"""The clock of deadlines: what it announces on which day, and what it keeps silent about."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.indicators.duties.announcing import announcements
from services.indicators.duties.types import Deadline, DeadlineStatus, Source
from services.indicators.world.world import cut_facts
from shared.events.base import Effective, Known, Passage
from shared.events.indicators import ClockStarted
from shared.events.meetings import EntryIntoForceReached
from tests.indicators.history import History, cut_of

DUE = date(2026, 6, 30)
LONG_AGO = date(2020, 1, 1)


def deadline(status: DeadlineStatus, due: date | None = DUE, **more: Any) -> Deadline:
    source = Source("CCM/MSP/2025/9", "12", "event-1")
    return Deadline("LAO", "4.1 a", "clearance", due, status, "in words", (source,), "clearance", **more)


def names(standing: Deadline, on: date, started: date | None = LONG_AGO) -> list[str]:
    """The announcements by a day: `90`, `passed`, without the stream before them."""
    found = announcements(lambda _: [standing], started, on)
    return [one.event.natural_key.removeprefix(f"{one.event.stream}-") for one in found]


@pytest.mark.parametrize(
    ("before", "announced"),
    [
        (91, []),
        (90, ["90"]),
        (89, ["90"]),
        (31, ["90"]),
        (30, ["90", "30"]),
        (29, ["90", "30"]),
        (8, ["90", "30"]),
        (7, ["90", "30", "7"]),
        (1, ["90", "30", "7"]),
        (0, ["90", "30", "7"]),
    ],
)
def test_a_deadline_ahead_is_announced_90_30_and_7_days_before(before: int, announced: list[str]) -> None:
    assert names(deadline("ahead"), DUE - timedelta(days=before)) == announced


def test_the_notice_before_a_deadline_in_a_leap_year_counts_29_february() -> None:
    due = date(2028, 3, 1)

    assert names(deadline("ahead", due), date(2028, 2, 22)) == ["90", "30"]
    assert names(deadline("ahead", due), date(2028, 2, 23)) == ["90", "30", "7"]
    assert names(deadline("ahead", date(2028, 2, 29)), date(2028, 2, 22)) == ["90", "30", "7"]


@pytest.mark.parametrize(("after", "announced"), [(0, []), (1, ["passed"]), (400, ["passed"])])
def test_a_deadline_has_passed_with_its_last_day_over(after: int, announced: list[str]) -> None:
    assert names(deadline("overdue"), DUE + timedelta(days=after)) == announced


@pytest.mark.parametrize("status", ["timely", "late", "cannotTell", "notRecorded"])
def test_one_that_was_met_or_that_nobody_can_tell_of_is_silent(status: DeadlineStatus) -> None:
    for on in (DUE - timedelta(days=7), DUE, DUE + timedelta(days=1)):
        assert names(deadline(status), on) == []


def test_one_without_a_recorded_day_is_silent() -> None:
    assert names(deadline("ahead", None), DUE) == names(deadline("overdue", None), DUE) == []


def test_after_downtime_a_notice_of_what_has_passed_is_skipped_and_its_passing_announced() -> None:
    """The last run was 91 days before; the next one comes the day after."""
    assert names(deadline("overdue"), DUE + timedelta(days=1)) == ["passed"]


@pytest.mark.parametrize(("through", "announced"), [(-1, []), (0, []), (1, ["passed"]), (60, ["passed"])])
def test_it_is_enough_that_the_record_was_complete_on_the_day_after(through: int, announced: list[str]) -> None:
    """Long after, nobody can say whether it is still unmet; that its day passed unmet is held all the same."""
    on, covered = DUE + timedelta(days=400), DUE + timedelta(days=through)

    def seen(day: date) -> list[Deadline]:
        return [deadline("overdue" if day <= covered else "notRecorded")]

    found = announcements(seen, LONG_AGO, on)
    assert [one.event.natural_key.rpartition("-")[2] for one in found] == announced


@pytest.mark.parametrize("now", [deadline("late"), deadline("notRecorded", None), deadline("ahead", date(2028, 1, 1))])
def test_one_that_was_met_late_left_open_or_moved_after_its_day_is_silent_in_a_catch_up(now: Deadline) -> None:
    on = DUE + timedelta(days=100)

    assert announcements(lambda day: [now if day == on else deadline("overdue")], LONG_AGO, on) == []


def test_in_a_catch_up_each_state_of_one_day_is_judged_for_itself() -> None:
    on = DUE + timedelta(days=100)
    late, silent = replace(deadline("late"), state="AFG"), deadline("notRecorded")

    def seen(day: date) -> list[Deadline]:
        return [replace(one, status="overdue") if day < on else one for one in (late, silent)]

    assert [one.event.subject for one in announcements(seen, LONG_AGO, on)] == ["LAO"]


def test_after_downtime_a_notice_is_made_up_for_while_its_deadline_lies_ahead() -> None:
    assert names(deadline("ahead"), DUE - timedelta(days=2)) == ["90", "30", "7"]


def test_the_first_run_says_so_and_nothing_of_the_past() -> None:
    on = DUE + timedelta(days=1)

    assert names(deadline("overdue"), on, None) == ["clock"]
    assert names(deadline("ahead"), DUE - timedelta(days=29), None) == ["clock"]
    (started,) = announcements(lambda _: [], None, on)
    assert (started.event.natural_key, started.known, started.effective) == (
        "clock",
        Known(time=on),
        Effective(from_=on),
    )


def test_the_first_run_announces_what_falls_on_its_own_day() -> None:
    on = DUE - timedelta(days=30)

    assert names(deadline("ahead"), on, None) == ["clock", "30"]


def test_what_lay_before_the_first_run_is_never_announced() -> None:
    started = DUE - timedelta(days=29)

    assert names(deadline("ahead"), DUE - timedelta(days=7), started) == ["7"]
    assert names(deadline("overdue"), DUE + timedelta(days=1), DUE) == ["passed"]
    assert names(deadline("overdue"), DUE + timedelta(days=2), DUE + timedelta(days=1)) == []


def test_a_clock_set_back_announces_nothing() -> None:
    assert names(deadline("ahead"), DUE - timedelta(days=30), DUE - timedelta(days=29)) == []


def test_a_moved_deadline_is_another_stream_and_the_old_one_is_left_alone() -> None:
    moved = deadline("ahead", date(2027, 6, 30))
    (before,) = announcements(lambda _: [deadline("ahead")], LONG_AGO, DUE - timedelta(days=90))

    assert names(moved, DUE + timedelta(days=1)) == []
    (after,) = announcements(lambda _: [moved], LONG_AGO, date(2027, 4, 1))
    assert (before.event.stream, after.event.stream) == (
        "deadline-LAO-clearance-2026-06-30",
        "deadline-LAO-clearance-2027-06-30",
    )


def test_a_notice_carries_the_rules_date_the_confidence_and_the_passages() -> None:
    (notice,) = announcements(
        lambda _: [deadline("ahead", confidence="unverified")], LONG_AGO, DUE - timedelta(days=89)
    )
    (passed,) = announcements(lambda _: [deadline("overdue")], LONG_AGO, DUE + timedelta(days=5))

    assert notice.known == Known(time=date(2026, 4, 1))
    assert notice.effective == Effective(from_=date(2026, 4, 1))
    assert notice.event.confidence == "unverified"
    assert passed.known == Known(time=DUE)
    assert passed.passages == (Passage(document="CCM/MSP/2025/9", paragraph="12"),)


def test_no_world_holds_an_announcement() -> None:
    history = History().party("LAO")
    entered = EntryIntoForceReached(state="LAO", date=date(2010, 8, 1))
    history.tell(entered)
    history.tell(ClockStarted(day=date(2026, 1, 1)))
    facts = history.facts

    assert [fact.kind for fact in cut_facts(facts, cut_of(facts, "2026-11-21"))] == ["InstrumentDeposited"]


DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))


@dataclass(frozen=True)
class Duty:
    """A duty as the record has it: met on a day or not, and known to be unmet only until coverage ends."""

    what: str
    due: date
    met: date | None
    covered: date

    def seen(self, on: date) -> Deadline:
        """How it stands on a day."""
        status: DeadlineStatus = "ahead"
        if self.met is not None and self.met <= on:
            status = "timely" if self.met <= self.due else "late"
        elif on > self.due:
            status = "overdue" if on <= self.covered else "notRecorded"
        return replace(deadline(status, self.due), what=self.what)


DUTIES = st.lists(st.builds(Duty, st.sampled_from(["a", "b", "c"]), DAYS, st.none() | DAYS, DAYS), max_size=3)


@settings(deadline=None)
@given(DUTIES, st.lists(DAYS, min_size=1, max_size=8))
def test_whenever_it_is_run_each_deadline_is_announced_once_or_skipped_by_the_rule(
    duties: list[Duty], runs: list[date]
) -> None:
    runs = sorted(runs)
    ledger: dict[str, date] = {}
    started: date | None = None
    for on in [day for day in runs for _ in range(2)]:  # twice each day: the second adds nothing
        for one in announcements(lambda day: [duty.seen(day) for duty in duties], started, on):
            assert one.known.time <= on, "nothing is announced before its day"
            ledger.setdefault(one.event.natural_key, one.known.time)
        started = ledger["clock"]

    first = runs[0]
    expected = {"clock": first}
    for duty in duties:
        stream = f"deadline-LAO-{duty.what}-{duty.due}"
        unmet = [on for on in runs if duty.met is None or duty.met > on]
        for days in (90, 30, 7):
            notice = duty.due - timedelta(days=days)
            if first <= notice and any(notice <= on <= duty.due for on in unmet):
                expected[f"{stream}-{days}"] = notice
        if first <= duty.due < duty.covered and any(duty.due < on for on in unmet):
            expected[f"{stream}-passed"] = duty.due
    assert ledger == expected
