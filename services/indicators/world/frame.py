"""The days a figure is about: a cycle, the day it looks at, and every window of the grammar resolved to days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Literal

from services.indicators.facts.fact import Fact
from services.indicators.grammar.window import Days, MeetingDays, Point, Span, Window, Years
from shared.treaty.periods import add_years


class NoSuchWindow(Exception):
    """The cycle does not have what a window refers to, so that the figure does not apply to it."""


@dataclass(frozen=True, slots=True)
class Cycle:
    """A reporting cycle as CycleDefined gives it."""

    name: str
    first: date
    last: date
    meeting: str | None = None
    previous_meeting: str | None = None
    report_year: int | None = None
    budget_year: int | None = None
    unga_year: int | None = None


def cycle_of(fact: Fact) -> Cycle:
    """The cycle in a CycleDefined fact."""
    get = fact.data.get
    return Cycle(
        name=fact.data["cycle"],
        first=date.fromisoformat(fact.data["from"]),
        last=date.fromisoformat(fact.data["to"]),
        meeting=get("meeting"),
        previous_meeting=get("previousMeeting"),
        report_year=get("reportYear"),
        budget_year=get("budgetYear"),
        unga_year=get("ungaYear"),
    )


@dataclass(frozen=True, slots=True)
class Sitting:
    """The days of a meeting; None while it has no date."""

    opens: date | None
    closes: date | None


@dataclass(frozen=True, slots=True)
class Interval:
    """Days from `first` to `last`, both included; empty when `first` lies after `last`."""

    first: date
    last: date


@dataclass(frozen=True)
class Frame:
    """A cycle seen on a day. `last` is the figure's effective_at: nothing after it belongs to any window.

    `begins` is the plan's first day, where `toDate` windows start.
    """

    cycle: Cycle
    last: date
    begins: date
    sittings: Mapping[str, Sitting] = field(default_factory=dict)

    def on(self, day: date) -> Frame:
        """The same cycle seen on another day."""
        return replace(self, last=day)

    def meeting(self, which: Literal["this", "previous"]) -> str:
        """The id of the cycle's meeting or of the one before. Raises NoSuchWindow."""
        name = self.cycle.meeting if which == "this" else self.cycle.previous_meeting
        if name is None:
            raise NoSuchWindow(f"the cycle {self.cycle.name} names no {'' if which == 'this' else 'previous '}meeting")
        return name

    def days(self, window: Window) -> Interval:
        """The days of a window; on the axis `meeting` those on which it sits, the cycle's while it has no date.

        Raises NoSuchWindow.
        """
        if window.meeting is not None:
            named = self.sittings.get(self.meeting(window.meeting))
            dated = named is not None and named.opens is not None
            return self._sitting(window.meeting) if dated else Interval(self.cycle.first, self.cycle.last)
        span = window.span
        assert span != "this" and span != "previous"  # those belong to the axis `meeting` alone
        interval = self._span(span)
        return Interval(interval.first, min(interval.last, self.last))

    def _span(self, span: Span) -> Interval:
        cycle = self.cycle
        match span:
            case "cycle":
                return Interval(cycle.first, cycle.last)
            case "toDate":
                return Interval(self.begins, self.last)
            case "reportYear":
                return self._year("report year", cycle.report_year)
            case "budgetYear":
                return self._year("budget year", cycle.budget_year)
            case "ungaYear":
                return self._year("General Assembly year", cycle.unga_year)
            case Years(years=tuple() as years):
                return Interval(date(years[0], 1, 1), date(years[1], 12, 31))
            case Years(years=int() as years):
                last = min(cycle.last, self.last)
                return Interval(add_years(last, -years) + timedelta(days=1), last)
            case Days():
                return Interval(self.point(span.from_), self.point(span.to))
            case MeetingDays():
                return self._sitting(span.meeting)
        raise AssertionError(f"no such span: {span!r}")

    def _year(self, what: str, year: int | None) -> Interval:
        if year is None:
            raise NoSuchWindow(f"the cycle {self.cycle.name} has no {what}")
        return Interval(date(year, 1, 1), date(year, 12, 31))

    def _sitting(self, which: Literal["this", "previous"]) -> Interval:
        name = self.meeting(which)
        sitting = self.sittings.get(name, Sitting(None, None))
        if sitting.opens is None:
            raise NoSuchWindow(f"the meeting {name} has no date")
        return Interval(sitting.opens, sitting.closes or sitting.opens)

    def point(self, point: Point) -> date:
        """A day of the grammar as a date. Raises NoSuchWindow."""
        if isinstance(point, date):
            return point
        if point == "cycle.from":
            return self.cycle.first
        if point == "cycle.to":
            return self.cycle.last
        whose, end = point.split(".")
        interval = self._sitting("this" if whose == "meeting" else "previous")
        return interval.first if end == "opens" else interval.last
